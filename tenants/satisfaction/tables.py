"""The tables of satisfaction."""

from piccolo.columns import UUID, BigInt, Boolean, Bytea, Date, SmallInt, Text, Timestamptz
from piccolo.table import Table

from infra.database import DB


class SatisfactionAnswer(Table, db=DB, tablename="satisfaction_answers", help_text="What was thought of one stay."):
    """One stay's survey, asked or answered; or a provider's review of it."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    stay_id = UUID(default=None)
    source = Text(default=None, help_text="survey or provider.")
    asked_at = Timestamptz(null=True, default=None)
    answered_at = Timestamptz(null=True, default=None)
    score_tenths = SmallInt(null=True, default=None, help_text="In tenths of five.")
    welcome = SmallInt(null=True, default=None, help_text="1 to 5; empty where it was not answered.")
    room = SmallInt(null=True, default=None)
    meals = SmallInt(null=True, default=None)
    comment = Text(default=None)
    version = BigInt(default=None)


class PublicReview(Table, db=DB, tablename="public_reviews", help_text="A provider's review that names no stay."):
    """One public review; a card's once somebody said so."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    foreign_id = Text(default=None, help_text="The provider's own id.")
    site = Text(default=None, help_text="Where it was published; empty where the provider does not say.")
    author = Text(default=None, help_text="As they signed it in public.")
    day = Date(default=None)
    score_tenths = SmallInt(default=None, help_text="In tenths of five.")
    comment = Text(default=None)
    url = Text(default=None, help_text="Where it can be read; never visited by us.")
    client_id = UUID(null=True, default=None)
    linked_at = Timestamptz(null=True, default=None)
    linked_by = Text(null=True, default=None)


class SatisfactionSettings(Table, db=DB, tablename="satisfaction_settings", help_text="How a centre asks."):
    """One centre's settings."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    survey_on = Boolean(default=None, help_text="The survey goes out by itself after the departure.")
    low_tenths = SmallInt(default=None, help_text="A score at or below it makes a task.")
    provider_url = Text(default=None, help_text="Where reviews are asked for; empty for no provider.")
    provider_key = Bytea(
        null=True, default=None, help_text="Sealed: shown to the provider, and what signs its webhooks."
    )
    version = BigInt(default=None)
