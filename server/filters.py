"""Which clients a list is about, as query parameters: the same on every list that shows clients."""

from typing import Annotated

from litestar.di import NamedDependency
from litestar.params import QueryParameter

from tenants.clients.filtering import ClientFilter

_LONGEST = 100


async def provide_client_filter(
    code: Annotated[list[str] | None, QueryParameter(description="Marketing codes; one of them is enough.")] = None,
    segmentation: Annotated[str, QueryParameter(max_length=_LONGEST)] = "",
    origin: Annotated[str, QueryParameter(max_length=_LONGEST)] = "",
    client_type: Annotated[str, QueryParameter(max_length=_LONGEST)] = "",
    colour: Annotated[
        str, QueryParameter(max_length=_LONGEST, description="#rrggbb: the card's own, else its type's.")
    ] = "",
) -> ClientFilter:
    """Read what a list's clients must have; nothing asked is everybody."""
    return ClientFilter(
        marketing_codes=tuple(filter(None, code or ())),
        segmentation=segmentation,
        origin=origin,
        client_type=client_type,
        colour=colour,
    )


OfClients = NamedDependency[ClientFilter]
"""`of_clients: OfClients`: whom a list is about."""
