"""Money that came otherwise: transfers, cheques, cash, holiday vouchers, public transfers."""

from datetime import date
from uuid import UUID

import msgspec

from billing.dossiers.progress import lock
from billing.dossiers.queries import dossier
from billing.money import Money
from billing.payments.booking import book_in
from billing.payments.queries import payment
from billing.payments.rules import MEANS_BY_HAND, Part, PaymentInvalid
from infra.actor import Actor
from infra.clock import now, today
from infra.database import execute, tenant_transaction
from infra.errors import FieldError
from infra.ids import new_id
from tenants.centres.queries import centre as centre_of

LARGEST_MINOR = 100_000_000


class ManualPayment(msgspec.Struct, frozen=True, kw_only=True):
    """Money received; `received_day` is today unless said."""

    means: str
    amount: Money
    reference: str = ""
    received_day: date | None = None


async def record_payment(
    centre_id: UUID, dossier_id: UUID, new: ManualPayment, *, version: int | None = None, actor: Actor
) -> UUID:
    """Book money received by hand and return the payment's id; it may be more than is due.

    Raises:
        DossierUnknown: the centre has none of that id.
        StaleVersion: somebody saved the dossier since `version`.
        PaymentInvalid: a field cannot be right; each is named.
    """
    actor.require("payment.record")
    async with tenant_transaction(centre_id):
        await lock(centre_id, dossier_id, version=version)
        day = today((await centre_of(centre_id)).time_zone)
        _check(new, today=day)
        sold = await dossier(centre_id, dossier_id)
        quote = sold.accepted
        part = Part.DEPOSIT if quote is not None and sold.paid < quote.deposit else Part.BALANCE
        payment_id = new_id()
        await execute(
            """INSERT INTO payments (id, centre_id, dossier_id, means, part, amount_minor, refunded_minor,
                   disputed_minor, currency, state, reference, received_day, at, stripe_account)
               VALUES ($1, $2, $3, $4, $5, $6, 0, 0, $7, 'paid', $8, $9, $10, '')""",
            payment_id,
            centre_id,
            dossier_id,
            new.means,
            part,
            new.amount.minor,
            new.amount.currency,
            new.reference.strip()[:200],
            new.received_day or day,
            now(),
        )
        received = await payment(centre_id, payment_id)
        words = f"{new.means} {received.reference}".strip()
        await book_in(centre_id, received, f"payment:{payment_id}", description=words, actor=actor)
    return payment_id


def _check(new: ManualPayment, *, today: date) -> None:
    errors = []
    if new.means not in MEANS_BY_HAND:
        errors.append(FieldError("/means", "unknown", "virement, chèque, espèces, chèques-vacances ou mandat"))
    if not 0 < new.amount.minor <= LARGEST_MINOR:
        errors.append(FieldError("/amount", "out_of_range", "Montant supérieur à zéro"))
    if new.amount.currency != "EUR":
        errors.append(FieldError("/amount/currency", "unknown", "Seul l'euro est accepté"))
    if new.received_day is not None and new.received_day > today:
        errors.append(FieldError("/received_day", "in_the_future", "Le jour n'est pas encore venu"))
    if errors:
        raise PaymentInvalid(errors=tuple(errors))
