"""Every change of a client card, but for the padlock (`blacklisting`)."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

import asyncpg
import msgspec

from infra.actor import Actor
from infra.audit import audit
from infra.database import fetch_value, tenant_transaction, violated
from infra.errors import Conflict, FieldError, StaleVersion
from infra.ids import new_id
from infra.outbox import record
from tenants.clients import queries, storing
from tenants.clients.events import ClientAdded, ClientChanged
from tenants.clients.mending_rules import still_mended
from tenants.clients.profiles import noted
from tenants.clients.rules import CleanCard, ClientFields, Consent, Lists, check, clean, compared
from tenants.code_lists.local import local_values
from tenants.code_lists.queries import codes, options
from tenants.referential.operations import on_clients_saved


class ReferenceTaken(Conflict):
    """Another card of the centre has this reference."""

    code = "client_reference_taken"


class ClientRef(msgspec.Struct, frozen=True):
    """A card, and the version it is in after the change."""

    id: UUID
    version: int


async def add_client(
    centre_id: UUID,
    fields: ClientFields,
    *,
    source: str = "desk",
    foreign_id: str | None = None,
    consent: Consent | None = None,
    actor: Actor,
) -> ClientRef:
    """Make a card: cleaned, checked, a prospect until its first confirmed stay.

    Args:
        centre_id: whose card it is.
        fields: what was typed.
        source: where it comes from (`desk`, `contact_form`, `pre_check_in`, an import's mapping).
        foreign_id: the source's own id; one source gives an id once.
        consent: where and to what the client agreed, when `fields.email_consent`; the desk's own words if not given.
        actor: holds `client.edit`.

    Raises:
        RightMissing: the actor lacks `client.edit`.
        ClientInvalid: a field cannot be right.
        ReferenceTaken: the reference is another card's.
    """
    actor.require("client.edit")
    async with tenant_transaction(centre_id):
        card, client_id = await _checked(centre_id, fields, actor=actor), new_id()
        if not card.fields.reference:
            card = _with_reference(card, storing.reference_of(client_id))
        new = storing.NewCard(
            id=client_id,
            card=card,
            source=source,
            foreign_id=foreign_id,
            consent=consent or Consent(source=source),
        )
        try:
            await storing.insert_cards(centre_id, [new])
            await on_clients_saved(centre_id, {client_id: compared(new.card.fields)})
        except asyncpg.UniqueViolationError as error:
            raise _reference_taken(error) from error
        await audit("client", client_id, "add", actor=actor, after=new.card.fields)
        await record(ClientAdded(subject_id=client_id, version=1), actor=actor)
        return ClientRef(client_id, 1)


async def change_client(
    centre_id: UUID,
    client_id: UUID,
    fields: ClientFields,
    *,
    version: int | None,
    consent: Consent | None = None,
    as_written: Collection[str] = (),
    actor: Actor,
) -> ClientRef:
    """Write a card over with what was typed; saving what it already says changes nothing.

    Args:
        centre_id: whose card it is.
        client_id: the card.
        fields: the whole card, as it is to be.
        version: the one that was read; None does not check (jobs).
        consent: as in `add_client`, when it is given by this change.
        as_written: values that are right as they are, besides those the card knows as such.
        actor: holds `client.edit`.

    Raises:
        RightMissing: the actor lacks `client.edit`.
        ClientUnknown: the centre has no such card.
        StaleVersion: somebody saved it since `version`.
        ClientInvalid: a field cannot be right.
        ReferenceTaken: the reference is another card's.
    """
    actor.require("client.edit")
    async with tenant_transaction(centre_id):
        before = await queries.client(centre_id, client_id, lock=True)
        if version not in (None, before.version):
            raise StaleVersion()
        known = {*before.as_written, *as_written}
        card = await _checked(centre_id, fields, before=before.fields, as_written=known, actor=actor)
        card = msgspec.structs.replace(card, mended=[*still_mended(before.mended, card.fields), *card.mended])
        if not card.fields.reference:
            card = _with_reference(card, before.fields.reference)
        if card.fields == before.fields:
            return ClientRef(client_id, before.version)
        given = consent or Consent(source="desk")
        newly = {
            kind: given
            for kind in ("email", "sms")
            if getattr(card.fields, f"{kind}_consent") and not getattr(before.fields, f"{kind}_consent")
        }
        try:
            await storing.update_card(centre_id, client_id, card, consents=newly)
        except asyncpg.UniqueViolationError as error:
            raise _reference_taken(error) from error
        await on_clients_saved(centre_id, {client_id: compared(card.fields)})
        old, new = _difference(before.fields, card.fields)
        await audit("client", client_id, "change", actor=actor, before=old, after=new)
        await record(ClientChanged(subject_id=client_id, version=before.version + 1), actor=actor)
        return ClientRef(client_id, before.version + 1)


async def become_client(centre_id: UUID, client_id: UUID, *, actor: Actor) -> bool:
    """Make a prospect a client, which its first confirmed stay does; say whether it was one.

    Raises:
        ClientUnknown: the centre has no such card.
    """
    async with tenant_transaction(centre_id):
        version = await fetch_value(
            """UPDATE clients SET status = 'client', version = version + 1
               WHERE centre_id = $1 AND id = $2 AND status = 'prospect' RETURNING version""",
            centre_id,
            client_id,
        )
        if version is None:
            await queries.client_name(centre_id, client_id)
            return False
        await audit(
            "client", client_id, "become_client", actor=actor, before={"status": "prospect"}, after={"status": "client"}
        )
        await record(ClientChanged(subject_id=client_id, version=version), actor=actor)
        return True


async def _checked(
    centre_id: UUID,
    fields: ClientFields,
    *,
    before: ClientFields | None = None,
    as_written: Collection[str] = (),
    actor: Actor,
) -> CleanCard:
    card, today = clean(fields, as_written=as_written), await queries.centre_today(centre_id)
    check(card.fields, lists=await _lists(centre_id, card.fields, today=today), today=today, before=before)
    former = before.profiles if before else []
    profiles = noted(card.fields.profiles, before=former, today=today, by_name=actor.name)
    return msgspec.structs.replace(card, fields=msgspec.structs.replace(card.fields, profiles=profiles))


async def _lists(centre_id: UUID, fields: ClientFields, *, today: date) -> Lists:
    """Return the lists that this card needs: most need two, many none."""
    local: dict[str, set[str]] = {}
    if fields.segmentation or fields.origin or fields.marketing_codes:
        for value in await local_values(centre_id, offered_on=today):
            local.setdefault(value.list, set()).add(value.code)
    channels = await options("discovery_channel") if fields.discovery_channel else []
    return Lists(
        client_types=await codes("client_type") if fields.client_type else frozenset(),
        channels={option.code: option.detail for option in channels},
        segmentations=frozenset(local.get("segmentation", ())),
        origins=frozenset(local.get("origin", ())),
        marketing_codes=frozenset(local.get("marketing_code", ())),
    )


def _with_reference(card: CleanCard, reference: str) -> CleanCard:
    return msgspec.structs.replace(card, fields=msgspec.structs.replace(card.fields, reference=reference))


def _reference_taken(error: Exception) -> Exception:
    if not isinstance(error, asyncpg.UniqueViolationError) or violated(error) != "clients_centre_id_reference_unique":
        return error
    return ReferenceTaken(
        errors=(FieldError("/reference", "taken", "Une autre fiche du centre porte déjà cette référence."),)
    )


def _difference(before: ClientFields, after: ClientFields) -> tuple[dict[str, object], dict[str, object]]:
    """Return the fields that differ, as they were and as they are."""
    changed = [name for name in ClientFields.__struct_fields__ if getattr(before, name) != getattr(after, name)]
    return {name: getattr(before, name) for name in changed}, {name: getattr(after, name) for name in changed}
