"""Every change of what is agreed with a client."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import asyncpg
import msgspec

from billing.catalogue.client_rates import ClientRate
from billing.client_terms import queries
from billing.client_terms.events import ClientTermsChanged
from billing.client_terms.queries import Defaults
from billing.money import Money
from infra.actor import Actor
from infra.audit import audit
from infra.clock import now
from infra.database import execute, fetch_value, tenant_transaction
from infra.errors import FieldError, Invalid, NotFound, StaleVersion
from infra.ids import new_id
from infra.outbox import record
from tenants.clients.queries import client_name

WHOLE = 10_000


class ClientTermsInvalid(Invalid):
    """What is agreed cannot be written so; the fields say why."""

    code = "client_terms_invalid"


class ClientRateUnknown(NotFound):
    """The card has no such rate."""

    code = "client_rate_unknown"


class NewRate(msgspec.Struct, frozen=True, kw_only=True):
    """A rate as it is typed; it names at least a room type and a lodging product."""

    name: str
    service_id: UUID
    room_type: str
    price: Money
    first_day: date | None = None
    last_day: date | None = None
    min_nights: int | None = None
    max_nights: int | None = None
    promo_allowed: bool = False


async def set_defaults(
    centre_id: UUID, client_id: UUID, defaults: Defaults, *, version: int | None, actor: Actor
) -> Defaults:
    """Write a card's defaults over.

    Raises:
        RightMissing: the actor lacks `client.edit`.
        ClientUnknown, StaleVersion: there is no such card, or they were saved since `version`.
        ClientTermsInvalid: a field cannot be right, or names what is not there.
    """
    actor.require("client.edit")
    errors = [
        FieldError(f"/{name}", "out_of_range", "Entre 0 et 100 %.")
        for name in ("discount_basis_points", "commission_basis_points")
        if not 0 <= getattr(defaults, name) <= WHOLE
    ]
    if errors:
        raise ClientTermsInvalid(errors=tuple(errors))
    async with tenant_transaction(centre_id):
        await client_name(centre_id, client_id)
        await execute("SELECT 1 FROM clients WHERE centre_id = $1 AND id = $2 FOR NO KEY UPDATE", centre_id, client_id)
        before = await queries.defaults_of(centre_id, client_id)
        if version not in (None, before.version):
            raise StaleVersion()
        after = msgspec.structs.replace(defaults, version=before.version + 1)
        if defaults.service_id is not None:
            await _require_lodging(centre_id, defaults.service_id)
        if defaults.rate_id is not None:
            await _require_rate(centre_id, client_id, defaults.rate_id)
        names = Defaults.__struct_fields__
        try:
            await execute(
                f"""INSERT INTO client_defaults (id, centre_id, client_id, {", ".join(names)})
                    VALUES ($1, $2, $3, {", ".join(f"${place}" for place in range(4, 4 + len(names)))})
                    ON CONFLICT (centre_id, client_id)
                    DO UPDATE SET {", ".join(f"{name} = EXCLUDED.{name}" for name in names)}""",
                new_id(),
                centre_id,
                client_id,
                *(getattr(after, name) for name in names),
            )
        except asyncpg.ForeignKeyViolationError as error:
            raise ClientTermsInvalid(
                errors=(FieldError("/payer_id", "unknown", "Cette fiche n'existe pas ici."),)
            ) from error
        await audit("client", client_id, "set_defaults", actor=actor, before=before, after=after)
        await record(ClientTermsChanged(subject_id=client_id, version=after.version), actor=actor)
    return after


async def add_rate(centre_id: UUID, client_id: UUID, new: NewRate, *, actor: Actor) -> ClientRate:
    """Give a client a price of their own.

    Raises:
        RightMissing: the actor lacks `rate.edit`.
        ClientUnknown: the centre has no such card.
        ClientTermsInvalid: a field cannot be right.
    """
    actor.require("rate.edit")
    if errors := tuple(_wrong(new)):
        raise ClientTermsInvalid(errors=errors)
    made = ClientRate(id=new_id(), version=1, **msgspec.structs.asdict(new))
    async with tenant_transaction(centre_id):
        await client_name(centre_id, client_id)
        await _require_lodging(centre_id, new.service_id)
        await execute(
            """INSERT INTO client_rates (id, centre_id, client_id, name, service_id, room_type, price_minor, currency,
                   first_day, last_day, min_nights, max_nights, promo_allowed, version)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1)""",
            made.id,
            centre_id,
            client_id,
            made.name.strip(),
            made.service_id,
            made.room_type.strip(),
            made.price.minor,
            made.price.currency,
            made.first_day,
            made.last_day,
            made.min_nights,
            made.max_nights,
            made.promo_allowed,
        )
        await audit("client", client_id, "add_rate", actor=actor, after=made)
        await record(ClientTermsChanged(subject_id=client_id), actor=actor)
    return made


async def retire_rate(centre_id: UUID, client_id: UUID, rate_id: UUID, *, actor: Actor) -> None:
    """Take a rate out of use; lines sold at it keep their price and say so.

    Raises:
        RightMissing: the actor lacks `rate.edit`.
        ClientRateUnknown: the card has none of this id in use.
    """
    actor.require("rate.edit")
    async with tenant_transaction(centre_id):
        retired = await fetch_value(
            """UPDATE client_rates SET retired_at = $4, version = version + 1
               WHERE centre_id = $1 AND client_id = $2 AND id = $3 AND retired_at IS NULL RETURNING id""",
            centre_id,
            client_id,
            rate_id,
            now(),
        )
        if retired is None:
            raise ClientRateUnknown()
        after: dict[str, object] = {"rate_id": rate_id}
        await audit("client", client_id, "retire_rate", actor=actor, after=after)
        await record(ClientTermsChanged(subject_id=client_id), actor=actor)


def _wrong(new: NewRate) -> Iterator[FieldError]:
    if not new.room_type.strip():
        yield FieldError("/room_type", "required", "Un tarif nomme un type de chambre.")
    if new.price.minor < 0 or new.price.currency != "EUR":
        yield FieldError("/price", "out_of_range", "Un prix en euros, zéro ou plus.")
    if new.first_day and new.last_day and new.last_day < new.first_day:
        yield FieldError("/last_day", "before_first", "La dernière nuit est avant la première.")
    if new.min_nights is not None and new.min_nights < 1:
        yield FieldError("/min_nights", "out_of_range", "Une nuit au moins.")
    if new.min_nights and new.max_nights is not None and new.max_nights < new.min_nights:
        yield FieldError("/max_nights", "out_of_range", "Le maximum est sous le minimum.")


async def _require_lodging(centre_id: UUID, service_id: UUID) -> None:
    kind = await fetch_value(
        "SELECT product_type FROM services WHERE centre_id = $1 AND id = $2", centre_id, service_id
    )
    if kind not in ("lodging", "package"):
        raise ClientTermsInvalid(
            errors=(FieldError("/service_id", "unknown", "Choisissez une prestation d'hébergement."),)
        )


async def _require_rate(centre_id: UUID, client_id: UUID, rate_id: UUID) -> None:
    rates = await queries.rates_of(centre_id, client_id)
    if rate_id not in {rate.id for rate in rates}:
        raise ClientTermsInvalid(errors=(FieldError("/rate_id", "unknown", "Ce tarif n'est pas de cette fiche."),))
