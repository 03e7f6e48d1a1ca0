"""Which clients a list is about, as query parameters: the same on every list that shows clients."""

import base64
from typing import Annotated, Final
from uuid import UUID

import msgspec
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from infra.database import tenant_transaction
from infra.errors import FieldError, Invalid
from server.contract.statistics import CountedClients
from server.dependencies import AtDesk
from tenants.clients.filtering import ClientFilter
from tenants.segments.queries import belonging

_LONGEST = 100
_LONGEST_PACKED: Final = 600


class FilterTooLong(Invalid):
    """So much is asked of the clients that no address holds it: ask less at once."""

    code = "filter_too_long"


class ClientsAsked(msgspec.Struct, frozen=True, kw_only=True):
    """What a list's clients must have, as it is asked."""

    codes: tuple[str, ...] = ()
    segmentation: str = ""
    origin: str = ""
    client_type: str = ""
    colour: str = ""
    segment: UUID | None = None
    """One that is kept."""
    asker: UUID | None = None
    """The account that asks: a segment may be its own."""


EVERYONE: Final = ClientsAsked()


def asked_of(wanted: CountedClients, *, asker: UUID | None) -> ClientsAsked:
    """Return what is asked of the clients of a paper or a table to take away."""
    return ClientsAsked(
        codes=(wanted.code,) if wanted.code else (),
        segmentation=wanted.segmentation,
        origin=wanted.origin,
        client_type=wanted.client_type,
        colour=wanted.colour,
        segment=wanted.kept_segment,
        asker=asker if wanted.kept_segment is not None else None,
    )


def packed(clients: ClientsAsked) -> str:
    """Return what is asked in the letters that an address may have; nothing where it is everybody.

    Raises:
        FilterTooLong: as it says.
    """
    if clients == EVERYONE:
        return ""
    letters = base64.urlsafe_b64encode(msgspec.json.encode(msgspec.structs.astuple(clients))).decode().rstrip("=")
    if len(letters) > _LONGEST_PACKED:
        raise FilterTooLong(errors=(FieldError("/clients", "too_long", "ask less of the clients at once"),))
    return letters


def unpacked(letters: str) -> ClientsAsked:
    """Return what `packed` was given."""
    if not letters:
        return EVERYONE
    values = base64.urlsafe_b64decode(letters + "=" * (-len(letters) % 4))
    names = ClientsAsked.__struct_fields__
    return msgspec.convert(dict(zip(names, msgspec.json.decode(values), strict=True)), ClientsAsked)


async def filter_of(centre_id: UUID, asked: ClientsAsked) -> ClientFilter:
    """Return the filter of what is asked, a kept segment looked up now.

    Raises:
        SegmentUnknown: the segment is neither shared nor the asker's own.
    """
    of_segment = None
    if asked.segment is not None:
        async with tenant_transaction(centre_id, read_only=True):
            of_segment = await belonging(centre_id, asked.segment, asked.asker)
    return ClientFilter(
        marketing_codes=tuple(filter(None, asked.codes)),
        segmentation=asked.segmentation,
        origin=asked.origin,
        client_type=asked.client_type,
        colour=asked.colour,
        belonging=of_segment,
    )


Codes = Annotated[list[str] | None, QueryParameter(description="Marketing codes; one of them is enough.")]
Value = Annotated[str, QueryParameter(max_length=_LONGEST)]
Colour = Annotated[str, QueryParameter(max_length=_LONGEST, description="#rrggbb: the card's own, else its type's.")]
Kept = Annotated[UUID | None, QueryParameter(description="A segment that is kept: only those that it finds today.")]


async def provide_client_filter(
    desk: AtDesk,
    *,
    code: Codes = None,
    segmentation: Value = "",
    origin: Value = "",
    client_type: Value = "",
    colour: Colour = "",
    segment: Kept = None,
) -> ClientFilter:
    """Read what a list's clients must have; nothing asked is everybody.

    Raises:
        SegmentUnknown: the segment is neither shared nor the caller's own.
    """
    asked = ClientsAsked(
        codes=tuple(code or ()),
        segmentation=segmentation,
        origin=origin,
        client_type=client_type,
        colour=colour,
        segment=segment,
        asker=desk.actor.account_id,
    )
    return await filter_of(desk.centre_id, asked)


async def provide_counted_filter(
    desk: AtDesk,
    *,
    code: Codes = None,
    segmentation: Value = "",
    origin: Value = "",
    client_type: Value = "",
    colour: Colour = "",
    kept_segment: Kept = None,
) -> ClientFilter:
    """Read whose stays are counted, where `segment` says what they are counted by; nothing asked is everybody's.

    Raises:
        SegmentUnknown: the segment is neither shared nor the caller's own.
    """
    return await provide_client_filter(
        desk, code=code, segmentation=segmentation, origin=origin, client_type=client_type, colour=colour,
        segment=kept_segment,
    )  # fmt: skip


OfCounted = NamedDependency[ClientFilter]
"""`of_counted: OfCounted`: whose stays a table counts."""

OfClients = NamedDependency[ClientFilter]
"""`of_clients: OfClients`: whom a list is about."""
