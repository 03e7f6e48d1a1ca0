"""The referential's tables, as the migrations make them. Nobody queries them: see the definer functions."""

from piccolo.columns import JSONB, UUID, Array, BigInt, Boolean, Date, Real, SmallInt, Text, Timestamptz
from piccolo.table import Table

from infra.database import DB


class Identity(
    Table, db=DB, tablename="identities", help_text="A person or an organisation, behind the cards of several centres."
):
    """One identity."""

    id = UUID(primary_key=True, default=None)
    made_at = Timestamptz(default=None)


class IdentityCard(
    Table, db=DB, tablename="identity_cards", help_text="A centre's card, cleaned, and the identity it is in."
):
    """One card."""

    card_id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    identity_id = UUID(default=None)
    features = JSONB(default=None, help_text="What is compared; never shown to another centre.")
    keys = Array(base_column=BigInt(), default=None)
    objected_at = Timestamptz(null=True, default=None, help_text="The client objects: no signal of any card of theirs.")


class IdentityKey(Table, db=DB, tablename="identity_keys", help_text="A blocking key of a card."):
    """One key."""

    key = BigInt(primary_key=True, default=None)
    card_id = UUID(default=None)


class IdentityLink(
    Table, db=DB, tablename="identity_links", help_text="What joined cards, why, and whether it was undone."
):
    """One link."""

    id = UUID(primary_key=True, default=None)
    card_id = UUID(default=None)
    other_card_id = UUID(default=None)
    identity_id = UUID(default=None)
    former_identity_id = UUID(default=None)
    moved = Array(base_column=UUID(), default=None, help_text="The cards that an undoing gives back.")
    bits = Real(default=None)
    fields = JSONB(default=None, help_text="What each comparison added or took, in bits.")
    agreed = Array(base_column=Text(), default=None)
    round = SmallInt(default=None)
    model = Text(default=None)
    decided_by = Text(default=None)
    made_at = Timestamptz(default=None)
    undone_at = Timestamptz(null=True, default=None)
    undone_by = Text(null=True, default=None)
    run_id = UUID(null=True, default=None, help_text="The pass over the whole network that made it.")


class IdentityLinkRun(
    Table, db=DB, tablename="identity_link_runs", help_text="A pass over the whole network, and whether it was undone."
):
    """One pass."""

    id = UUID(primary_key=True, default=None)
    started_at = Timestamptz(default=None)
    started_by = Text(default=None)
    model = Text(default=None)
    threshold = Real(default=None, help_text="The bits from which it linked.")
    cards = BigInt(default=None)
    pairs = BigInt(default=None, help_text="Pairs of cards that were compared.")
    planned = BigInt(default=None, help_text="Links that it found.")
    links = BigInt(default=None, help_text="Links that it wrote so far.")
    refused = BigInt(default=None, help_text="Pairs that stewards keep apart.")
    proposed = BigInt(default=None, help_text="Pairs that stewards are asked about since.")
    finished_at = Timestamptz(null=True, default=None)
    undone_at = Timestamptz(null=True, default=None)
    undone_by = Text(null=True, default=None)


class IdentityRefusal(
    Table, db=DB, tablename="identity_refusals", help_text="Two cards that are not one person; both ways round."
):
    """One refusal."""

    card_id = UUID(primary_key=True, default=None)
    other_card_id = UUID(default=None)
    made_at = Timestamptz(default=None)
    made_by = Text(default=None)


class IdentityProposal(Table, db=DB, tablename="identity_proposals", help_text="Two cards that a steward may look at."):
    """One proposal."""

    card_id = UUID(primary_key=True, default=None)
    other_card_id = UUID(default=None)
    bits = Real(default=None)
    fields = JSONB(default=None, help_text="What each comparison added or took, in bits.")
    agreed = Array(base_column=Text(), default=None)
    model = Text(default=None)
    made_at = Timestamptz(default=None)
    postponed_at = Timestamptz(null=True, default=None, help_text="A steward said « later »: after all others.")
    run_id = UUID(null=True, default=None, help_text="The pass over the whole network that asks.")


class IdentityDecision(
    Table, db=DB, tablename="identity_decisions", help_text="What a steward said of two cards; a label for training."
):
    """One decision."""

    id = UUID(primary_key=True, default=None)
    card_id = UUID(default=None)
    other_card_id = UUID(default=None)
    verdict = Text(default=None, help_text="same, different or later.")
    bits = Real(default=None)
    fields = JSONB(default=None)
    agreed = Array(base_column=Text(), default=None)
    model = Text(default=None)
    link_id = UUID(null=True, default=None, help_text="The link it made, or cut.")
    decided_at = Timestamptz(default=None)
    decided_by = Text(default=None)
    undone_at = Timestamptz(null=True, default=None)
    undone_by = Text(null=True, default=None)


class IdentityModel(Table, db=DB, tablename="identity_models", help_text="A version of the matcher's weights."):
    """One version."""

    version = Text(primary_key=True, default=None)
    model = JSONB(default=None, help_text="m, u, bits against kin, and shares, by comparison and level.")
    cards = BigInt(default=None, help_text="How many it was learnt from.")
    labels = BigInt(default=None, help_text="How many decisions of stewards mended it.")
    trainer = Text(default=None, help_text="What estimated m and u: halte or splink.")
    trained_at = Timestamptz(default=None)
    trained_by = Text(default=None)
    used_since = Timestamptz(null=True, default=None, help_text="The latest of these is in use.")


class ReachableCards(
    Table, db=DB, tablename="reachable_cards", help_text="A month's cards, and those that can be written to."
):
    """One source of one centre in one month."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    month = Date(default=None, help_text="Its first day.")
    source = Text(default=None)
    cards = BigInt(default=None, help_text="At the last count in the month.")
    reachable = BigInt(default=None, help_text="With the client's own address.")


class WonEmail(Table, db=DB, tablename="won_emails", help_text="An address that a card had not, and its client gave."):
    """One address, which stands on the card alone."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    client_id = UUID(default=None)
    stay_id = UUID(default=None)
    origin = Text(default=None, help_text="arrival_survey or pre_check_in.")
    quality_before = Text(default=None)
    quality_after = Text(default=None)
    agreed = Boolean(default=None, help_text="To campaigns, with it.")
    given_by = Text(default=None)
    won_at = Timestamptz(default=None)
