"""What is agreed with a client in the contract's structs: services and payers by their names."""

from uuid import UUID

import msgspec

from billing.catalogue.queries import service_names
from billing.client_terms.queries import defaults_of, rates_of
from server.contract import client_terms as wire
from tenants.clients.queries import client_name


async def defaults_view(centre_id: UUID, client_id: UUID) -> wire.DefaultsToFill:
    """Return a card's defaults; inside the caller's transaction.

    Raises:
        ClientUnknown: the centre has no such card.
    """
    agreed = await defaults_of(centre_id, client_id)
    payer = await client_name(centre_id, agreed.payer_id or client_id)
    services = await service_names(centre_id, [agreed.service_id] if agreed.service_id else [])
    return msgspec.structs.replace(
        msgspec.convert(agreed, wire.DefaultsToFill, from_attributes=True),
        payer_name=payer if agreed.payer_id else "",
        service_name=services.get(agreed.service_id, "") if agreed.service_id else "",
    )


async def rates_view(centre_id: UUID, client_id: UUID) -> list[wire.ClientRate]:
    """Return a card's rates in use; inside the caller's transaction."""
    rates = await rates_of(centre_id, client_id)
    services = await service_names(centre_id, [rate.service_id for rate in rates])
    return [
        msgspec.structs.replace(
            msgspec.convert(rate, wire.ClientRate, from_attributes=True), service_name=services.get(rate.service_id, "")
        )
        for rate in rates
    ]
