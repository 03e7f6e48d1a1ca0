"""What people may ask of a centre about themselves, and two cards that are one person's."""

from uuid import UUID

import msgspec
from litestar import Controller, Response, delete, get, post
from litestar.params import FromPath, JSONBody

from infra.database import tenant_transaction
from server.answers import tagged
from server.contract.basics import Page
from server.contract.clients import (
    CardMerge,
    ClientCard,
    ClientFields,
    MergeMade,
    MergePreview,
    MergeRequest,
    PersonErased,
)
from server.contract.day_sheet import DocumentLink
from server.contract.referential import ObjectionTakenBack
from server.dependencies import AtDesk, AtNetwork
from server.pages.card_papers import archive_link
from server.views.clients import card_view
from tenants.centres.queries import CentreUnknown, by_slug
from tenants.clients import merging
from tenants.clients.queries import merges_into
from tenants.retention import persons
from tenants.retention.erasing import erase_client
from tenants.retention.handing_out import person_archive
from tenants.retention.operations import object_to_referential, take_back_objection


class PersonalDataController(Controller):
    """Merging, handing out, erasing, objecting and taking that back."""

    path = "/api/v1/centres/{centre_slug:str}/clients"
    tags = ("clients",)

    @get("/{client_id:uuid}/merge/{other_id:uuid}", opt={"right": "client.merge"})
    async def preview(self, desk: AtDesk, client_id: FromPath[UUID], other_id: FromPath[UUID]) -> MergePreview:
        """Show two cards side by side, the one they would become, and how much would move."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            plan = await merging.preview_merge(desk.centre_id, client_id, other_id)
        return MergePreview(
            version=plan.kept.version,
            kept=_fields(plan.kept.fields),
            merged=_fields(plan.merged.fields),
            result=_fields(plan.result),
            moves=plan.moves,
        )

    @post("/{client_id:uuid}/merge", opt={"right": "client.merge"})
    async def merge(self, desk: AtDesk, client_id: FromPath[UUID], data: JSONBody[MergeRequest]) -> MergeMade:
        """Make two cards one: the other goes into this one, with all that names it."""
        merge_id = await merging.merge_clients(
            desk.centre_id, client_id, data.other_id, version=data.version, actor=desk.actor
        )
        return MergeMade(id=merge_id)

    @get("/{client_id:uuid}/merges", opt={"right": "client.merge"})
    async def merges(self, desk: AtDesk, client_id: FromPath[UUID]) -> Page[CardMerge]:
        """List the cards that went into this one and can be given back, the latest first."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            found = await merges_into(desk.centre_id, client_id)
        return Page(items=[msgspec.convert(merge, CardMerge, from_attributes=True) for merge in found])

    @delete("/merges/{merge_id:uuid}", opt={"right": "client.merge"}, status_code=200)
    async def undo(self, desk: AtDesk, merge_id: FromPath[UUID]) -> Response[ClientCard]:
        """Give the second card back, with all that named it; the answer is that card."""
        merged_id = await merging.undo_merge(desk.centre_id, merge_id, actor=desk.actor)
        async with tenant_transaction(desk.centre_id, read_only=True):
            card = await card_view(desk.centre_id, merged_id)
        return tagged(card, card.version)

    @get("/{client_id:uuid}/personal-data", opt={"right": "client.export"}, media_type="application/zip")
    async def hand_out(self, desk: AtDesk, client_id: FromPath[UUID]) -> Response[bytes]:
        """Hand out all that the centre holds of a client: one archive, for people and for machines; logged."""
        content = await person_archive(desk.centre_id, client_id, actor=desk.actor)
        return Response(content, media_type="application/zip")

    @post("/{client_id:uuid}/personal-data/links", opt={"right": "client.export"})
    async def hand_out_link(self, desk: AtDesk, client_id: FromPath[UUID]) -> DocumentLink:
        """Make that archive, and an address that gives it for a quarter of an hour; logged."""
        return await archive_link(desk.centre_id, client_id, today=desk.today, actor=desk.actor)

    @delete("/{client_id:uuid}/personal-data", opt={"right": "client.erase"}, status_code=200)
    async def erase(self, desk: AtDesk, client_id: FromPath[UUID]) -> Response[ClientCard]:
        """Erase a person from the centre and the referential; what accounting keeps names nobody."""
        await erase_client(desk.centre_id, client_id, actor=desk.actor)
        async with tenant_transaction(desk.centre_id, read_only=True):
            card = await card_view(desk.centre_id, client_id)
        return tagged(card, card.version)

    @post("/{client_id:uuid}/objection", opt={"right": "client.edit"}, status_code=200)
    async def object(self, desk: AtDesk, client_id: FromPath[UUID]) -> Response[ClientCard]:
        """Note that the client objects to being recognised by other centres."""
        async with tenant_transaction(desk.centre_id):
            await object_to_referential(desk.centre_id, client_id, actor=desk.actor)
            card = await card_view(desk.centre_id, client_id)
        return tagged(card, card.version)

    @post("/{client_id:uuid}/objection/taking-back", opt={"right": "client.edit"}, status_code=200)
    async def take_back(
        self, desk: AtDesk, client_id: FromPath[UUID], data: JSONBody[ObjectionTakenBack]
    ) -> Response[ClientCard]:
        """End the objection noted on this card, at the client's wish; they are recognised again everywhere."""
        async with tenant_transaction(desk.centre_id):
            await take_back_objection(desk.centre_id, client_id, wish=data.wish, actor=desk.actor)
            card = await card_view(desk.centre_id, client_id)
        return tagged(card, card.version)


class PersonController(Controller):
    """One person in every centre, to the network: asked for by a card of theirs, noted everywhere it is done."""

    path = "/api/v1/network/persons/{slug:str}"
    tags = ("network",)

    @get("/{client_id:uuid}", opt={"right": "person.everywhere"}, media_type="application/zip")
    async def hand_out(self, network: AtNetwork, slug: FromPath[str], client_id: FromPath[UUID]) -> Response[bytes]:
        """Hand out what every centre holds of the person behind a card: one archive, for people and for machines."""
        content = await persons.person_archive(await _centre(slug), client_id, actor=network.actor)
        return Response(content, media_type="application/zip")

    @delete("/{client_id:uuid}", opt={"right": "person.everywhere"}, status_code=200)
    async def erase(self, network: AtNetwork, slug: FromPath[str], client_id: FromPath[UUID]) -> PersonErased:
        """Erase the person behind a card from every centre; what accounting keeps names nobody."""
        erased = await persons.erase_person(await _centre(slug), client_id, actor=network.actor)
        certificates = [one.certificate for one in erased if one.certificate is not None]
        return PersonErased(centres=len({one.centre_id for one in erased}), certificates=certificates)


async def _centre(slug: str) -> UUID:
    found = await by_slug(slug)
    if found is None:
        raise CentreUnknown()
    return found.id


def _fields(fields: object) -> ClientFields:
    return msgspec.convert(fields, ClientFields, from_attributes=True)
