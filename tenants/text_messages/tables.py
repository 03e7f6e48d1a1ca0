"""The tables of texts, as the migrations make them."""

from piccolo.columns import UUID, BigInt, Boolean, Bytea, Date, Integer, SmallInt, Text, Timestamptz
from piccolo.table import Table

from infra.database import DB


class TextSettingsRow(Table, db=DB, tablename="text_settings", help_text="How a centre sends texts."):
    """One centre's settings."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    sender = Text(default=None, help_text="What a phone shows: 3 to 11 letters and digits; empty: none are sent.")
    api_key = Bytea(null=True, default=None, help_text="The gateway's, sealed.")
    report_token = Bytea(null=True, default=None, help_text="What the gateway proves its reports by, sealed.")
    part_price_ten_thousandths = Integer(default=None, help_text="Of a euro, for each part.")
    monthly_cap_minor = BigInt(default=None, help_text="Cents in a month of the centre's calendar; 0 sends none.")
    version = BigInt(default=None)


class TextMessageRow(Table, db=DB, tablename="text_messages", help_text="A text to a client's phone."):
    """One text."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    key = Text(default=None, help_text="What makes it one.")
    subject_kind = Text(default=None)
    subject_id = UUID(default=None)
    client_id = UUID(default=None)
    recipient = Text(default=None, help_text="E.164; empty once the client is erased.")
    body = Text(default=None)
    parts = SmallInt(default=None, help_text="As charged: estimated, then as the gateway says.")
    cost_ten_thousandths = BigInt(default=None, help_text="Of a euro.")
    charged_month = Date(null=True, default=None, help_text="The month it counts in, once it may have gone.")
    state = Text(default=None, help_text="queued, sent, delivered or failed.")
    in_doubt = Boolean(default=None, help_text="An attempt was made whose end is not known: it is looked up first.")
    attempts = Integer(default=None)
    next_at = Timestamptz(default=None)
    expires_at = Timestamptz(default=None, help_text="Not sent after this.")
    provider_id = Text(null=True, default=None)
    reason = Text(default=None, help_text="Why it failed or waits; empty for none.")
    created_at = Timestamptz(default=None)
    sent_at = Timestamptz(null=True, default=None)
    reported_at = Timestamptz(null=True, default=None)


class TextRefusalRow(Table, db=DB, tablename="text_refusals", help_text="A phone that wants no more texts."):
    """One phone."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    phone = Text(default=None, help_text="E.164.")
    refused_at = Timestamptz(default=None)
