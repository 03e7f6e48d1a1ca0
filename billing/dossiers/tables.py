"""Dossiers and their lines."""

from piccolo.columns import JSONB, UUID, BigInt, Boolean, Integer, Text, Timestamptz
from piccolo.table import Table

from infra.database import DB


class DossierRow(Table, db=DB, tablename="dossiers", help_text="An enquiry with at least one service on it."):
    """One dossier."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    version = BigInt(default=None)
    number = Text(default=None, help_text="P, the day as yymmdd, four digits: readable on the phone.")
    enquiry_id = UUID(null=True, default=None, help_text="Empty where it began without one.")
    stay_id = UUID(default=None, help_text="The one stay it owns.")
    client_id = UUID(default=None)
    state = Text(default=None, help_text="One of the seven; only `progress.settle` writes it, from the facts.")
    started = Boolean(default=None, help_text="Something was done: an answer, changed dates, a quote sent.")
    treated = Boolean(default=None, help_text="« Saisie dans le logiciel (Traité) ».")
    archived = Boolean(default=None, help_text="Put away.")
    sale_booked = Boolean(default=None, help_text="The ledger holds the sale, not only the money paid ahead.")
    currency = Text(default=None, help_text="ISO 4217.")
    total_minor = BigInt(default=None, help_text="Running total of the lines.")
    paid_minor = BigInt(
        default=None, help_text="Running total of the ledger's bank entries; balance_check rebuilds it."
    )
    due_minor = BigInt(
        default=None, help_text="Of the accepted quote, else of the lines, less what was paid; may be negative."
    )
    commission_basis_points = Integer(null=True, default=None, help_text="What the client keeps of the price.")
    created_at = Timestamptz(default=None)
    changed_at = Timestamptz(default=None)


class DossierLineRow(Table, db=DB, tablename="dossier_lines", help_text="A service sold, at the price it was sold at."):
    """One line."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    dossier_id = UUID(default=None)
    position = Integer(default=None)
    service_id = UUID(null=True, default=None, help_text="Empty for « divers ».")
    label = Text(default=None)
    product_type = Text(default=None)
    unit = Text(default=None)
    quantity = Integer(default=None, help_text="In the unit, before nights multiply.")
    quantity_by_hand = Boolean(default=None, help_text="Typed, so that a changed head-count leaves it.")
    nights = Integer(default=None, help_text="1 where nights do not count.")
    unit_price_minor = BigInt(default=None, help_text="Tax included.")
    currency = Text(default=None)
    total_minor = BigInt(default=None, help_text="quantity × nights × unit price; the database checks.")
    vat_basis_points = Integer(default=None)
    accounting_code = Text(default=None)
    explanation = Text(
        default=None, help_text="What an earlier version wrote where the price comes from; no longer read."
    )
    reasons = JSONB(default=None, help_text="Where the price comes from: codes and figures, in order.")


class CancellationStep(Table, db=DB, tablename="cancellation_steps", help_text="What cancelling costs, by days left."):
    """One step of the scale."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    days_before = Integer(default=None, help_text="From so many days before the arrival on.")
    share_basis_points = Integer(default=None, help_text="Of the dossier's total.")
