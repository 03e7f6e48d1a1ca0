"""Which clients a list is about, as query parameters: the same on every list that shows clients."""

from typing import Annotated
from uuid import UUID

from litestar.di import NamedDependency
from litestar.params import QueryParameter

from infra.database import tenant_transaction
from server.dependencies import AtDesk
from tenants.clients.filtering import ClientFilter
from tenants.segments.queries import belonging

_LONGEST = 100


async def provide_client_filter(
    desk: AtDesk,
    *,
    code: Annotated[list[str] | None, QueryParameter(description="Marketing codes; one of them is enough.")] = None,
    segmentation: Annotated[str, QueryParameter(max_length=_LONGEST)] = "",
    origin: Annotated[str, QueryParameter(max_length=_LONGEST)] = "",
    client_type: Annotated[str, QueryParameter(max_length=_LONGEST)] = "",
    colour: Annotated[
        str, QueryParameter(max_length=_LONGEST, description="#rrggbb: the card's own, else its type's.")
    ] = "",
    segment: Annotated[
        UUID | None, QueryParameter(description="A segment that is kept: only those that it finds today.")
    ] = None,
) -> ClientFilter:
    """Read what a list's clients must have; nothing asked is everybody.

    Raises:
        SegmentUnknown: the segment is neither shared nor the caller's own.
    """
    of_segment = None
    if segment is not None:
        async with tenant_transaction(desk.centre_id, read_only=True):
            of_segment = await belonging(desk.centre_id, segment, desk.actor.account_id)
    return ClientFilter(
        marketing_codes=tuple(filter(None, code or ())),
        segmentation=segmentation,
        origin=origin,
        client_type=client_type,
        colour=colour,
        belonging=of_segment,
    )


OfClients = NamedDependency[ClientFilter]
"""`of_clients: OfClients`: whom a list is about."""
