"""Quotes as sent: frozen, but for what became of them."""

from piccolo.columns import JSONB, UUID, BigInt, Date, Integer, Text, Timestamptz
from piccolo.table import Table

from infra.database import DB


class QuoteRow(Table, db=DB, tablename="quotes", help_text="A version of a dossier's offer, as it was sent."):
    """One version."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    dossier_id = UUID(default=None)
    number = Integer(default=None, help_text="From 1, within the dossier.")
    state = Text(
        default=None, help_text="sent, accepted, refused, expired, superseded or lost; a draft is the dossier's lines."
    )
    state_before = Text(null=True, default=None, help_text="What a superseded version was.")
    detail = Text(default=None, help_text="simple, grouped or detailed.")
    currency = Text(default=None)
    total_minor = BigInt(default=None)
    vat_minor = BigInt(default=None)
    deposit_minor = BigInt(default=None, help_text="Asked for ahead.")
    deposit_nature = Text(default=None, help_text="acompte or arrhes: they differ in law.")
    snapshot = JSONB(default=None, help_text="All that was printed (billing.quotes.rules.Snapshot).")
    file_id = UUID(default=None, help_text="The PDF as sent.")
    sent_at = Timestamptz(default=None)
    sent_to = Text(default=None, help_text="The client's address then; empty where there was none.")
    valid_until = Date(default=None, help_text="The last day it can be accepted.")
    option_until = Date(null=True, default=None)
    accepted_at = Timestamptz(null=True, default=None)
    accepted_by = Text(null=True, default=None, help_text="The name typed on the page.")
    accepted_terms = Text(null=True, default=None, help_text="The terms of sale ticked, by their name.")
    accepted_terms_id = UUID(
        null=True, default=None, help_text="The version of the centre's own terms; none where it had none."
    )
    accepted_address = Text(null=True, default=None, help_text="From which IP address.")
    refusal = Text(null=True, default=None, help_text="The client's word.")
    closed_at = Timestamptz(null=True, default=None, help_text="When it was refused, expired or superseded.")
