"""The kardex's tables, as the migrations make them."""

from piccolo.columns import JSONB, UUID, Array, BigInt, Boolean, Date, SmallInt, Text, Timestamptz
from piccolo.table import Table

from infra.database import DB


class Client(
    Table, db=DB, tablename="clients", help_text="The card of a person or an organisation, known to one centre."
):
    """One card."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    kind = Text(default=None, help_text="person or organisation.")
    title = Text(default=None)
    first_name = Text(default=None)
    last_name = Text(default=None)
    organisation = Text(default=None)
    contact_name = Text(default=None)
    name = Text(default=None, help_text="What lists show, made from the above.")
    sort_key = Text(default=None, help_text="French order: folded, last name first.")
    search = Text(default=None, help_text="Folded names, town and address.")
    client_type = Text(default=None, help_text="Code of the list `client_type`; empty for none.")
    social_economy = Boolean(default=None)
    email = Text(default=None)
    email_quality = Text(default=None, help_text="valid, ota_alias, generic, invalid or empty.")
    email_consent = Boolean(default=None, help_text="May campaigns be sent.")
    email_consent_at = Timestamptz(null=True, default=None)
    email_consent_source = Text(default=None, help_text="Where they agreed: desk, contact_form, pre_check_in…")
    email_consent_text = Text(default=None, help_text="The sentence they agreed to.")
    sms_consent = Boolean(default=None)
    sms_consent_at = Timestamptz(null=True, default=None)
    sms_consent_source = Text(default=None)
    sms_consent_text = Text(default=None)
    street = Text(default=None)
    postal_code = Text(default=None)
    town = Text(default=None)
    country = Text(default=None, help_text="ISO 3166 alpha-2; empty where unknown.")
    reference = Text(default=None, help_text="The centre's own, unique in it.")
    status = Text(default=None, help_text="prospect, or client from the first confirmed stay.")
    birth_date = Date(null=True, default=None)
    language = Text(default=None, help_text="ISO 639: of mails and pages.")
    languages = Array(base_column=Text(), default=None, help_text="ISO 639: spoken, besides the one of mails.")
    segmentation = Text(default=None, help_text="Code of the centre's own list.")
    origin = Text(default=None, help_text="Code of the centre's own list.")
    colour = Text(default=None, help_text="#rrggbb; empty for the client type's.")
    habits = Text(default=None)
    special_requests = Text(default=None)
    notes = Text(default=None)
    first_contact = Date(null=True, default=None)
    discovery_channel = Text(default=None, help_text="Code of the list `discovery_channel`.")
    discovery_detail = Text(default=None)
    stayed_elsewhere = Boolean(null=True, default=None, help_text="What the client declared, not what is detected.")
    further_information = Text(default=None, help_text="Of the follow-up.")
    source = Text(default=None, help_text="Where the card comes from.")
    foreign_id = Text(null=True, default=None, help_text="The source's own id; unique with it.")
    source_row = JSONB(null=True, default=None, help_text="The row of an import, as it came.")
    written = JSONB(default=None, help_text="What was written, of the fields that cleaning changed.")
    mended = Array(base_column=Text(), default=None, help_text="Mended encodings: `field: before → after`.")
    as_written = Array(
        base_column=Text(), null=True, default=None, help_text="What is right as it is: its mending was refused."
    )
    anonymised = Boolean(default=None)
    version = BigInt(default=None)
    created_at = Timestamptz(default=None)
    changed_at = Timestamptz(default=None)


class ClientPhone(Table, db=DB, tablename="client_phones", help_text="A phone of a card."):
    """One phone."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    client_id = UUID(default=None)
    position = SmallInt(default=None)
    number = Text(default=None, help_text="As typed.")
    e164 = Text(default=None, help_text="Empty where it could not be read.")
    mobile = Boolean(default=None)


class ClientContact(Table, db=DB, tablename="client_contacts", help_text="Somebody of an organisation."):
    """One contact."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    client_id = UUID(default=None)
    position = SmallInt(default=None)
    name = Text(default=None)
    email = Text(default=None)
    phone = Text(default=None)
    roles = Array(base_column=Text(), default=None, help_text="booking, contract, invoice, on_site.")


class ClientMarketingCode(Table, db=DB, tablename="client_marketing_codes", help_text="A marketing code of a card."):
    """One code of one card."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    client_id = UUID(default=None)
    code = Text(default=None, help_text="Of the centre's own list.")


class ClientProfile(
    Table, db=DB, tablename="client_profiles", help_text="A public profile that the client gave or linked."
):
    """One handle on one network; nothing is ever fetched from there."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    client_id = UUID(default=None)
    position = SmallInt(default=None)
    network = Text(
        default=None, help_text="instagram, facebook, linkedin, x, tiktok, youtube, mastodon, website, other."
    )
    handle = Text(default=None, help_text="As the network writes it, without the @; of a site its address.")
    given = Text(default=None, help_text="desk, email, form, review or import: how it came to us.")
    detail = Text(default=None, help_text="Which form, which review, which file.")
    day = Date(default=None, help_text="When it was given.")
    by_name = Text(default=None, help_text="Who noted it.")


class ClientAction(Table, db=DB, tablename="client_actions", help_text="Something done with a client."):
    """One action of the follow-up."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    client_id = UUID(default=None)
    action = Text(default=None, help_text="Code of `follow_up_action`, or of the centre's own values of it.")
    day = Date(default=None)
    note = Text(default=None)
    by_name = Text(default=None)
    noted_at = Timestamptz(default=None)


class ClientBlacklisting(
    Table, db=DB, tablename="client_blacklistings", help_text="A lock on a card; at most one is not lifted."
):
    """One lock."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    client_id = UUID(default=None)
    reason = Text(default=None, help_text="unpaid, damage, nuisance, violence or fraud.")
    evidence_day = Date(default=None)
    last_day = Date(default=None, help_text="It ends by itself after this day: three years away at most.")
    set_at = Timestamptz(default=None)
    set_by = Text(default=None)
    lifted_at = Timestamptz(null=True, default=None)
    lifted_by = Text(null=True, default=None, help_text="`ended` where its last day had passed, `paid` for a debt.")
    letter_id = UUID(null=True, default=None, help_text="The letter to the person, among the files.")
    letter_sent_day = Date(null=True, default=None)
    letter_means = Text(null=True, default=None, help_text="email, post or hand.")


class ClientBlacklistingStay(
    Table, db=DB, tablename="client_blacklisting_stays", help_text="A stay to come when the padlock closed."
):
    """One stay to decide about; cancelling it decides too."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    blacklisting_id = UUID(default=None)
    stay_id = UUID(default=None)
    kept_at = Timestamptz(null=True, default=None, help_text="When somebody decided that it stands.")
    kept_by = Text(null=True, default=None)


class BlacklistAlert(Table, db=DB, tablename="blacklist_alerts", help_text="A lock that other centres are to know of."):
    """One alert; reached by definer functions only."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    blacklisting_id = UUID(default=None)
    card_id = UUID(default=None)
    asked_at = Timestamptz(default=None)
    asked_by = Text(default=None)
    asked_by_id = UUID(null=True, default=None)
    decided_at = Timestamptz(null=True, default=None)
    decided_by = Text(null=True, default=None)
    decided_by_id = UUID(null=True, default=None, help_text="Never who asked.")
    confirmed = Boolean(null=True, default=None)


class ClientMerge(Table, db=DB, tablename="client_merges", help_text="Two cards that became one, to be given back."):
    """One merge."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    kept_id = UUID(default=None)
    merged_id = UUID(default=None)
    merged_row = JSONB(default=None, help_text="The second card's row as it was; empty once the client is erased.")
    merged_fields = JSONB(default=None)
    kept_fields = JSONB(default=None)
    kept_status = Text(default=None)
    kept_version = BigInt(default=None, help_text="After the merge: changed since, its fields are not put back.")
    moved = JSONB(default=None, help_text="Table, column and ids of what named the second card.")
    removed = JSONB(default=None, help_text="Rows that the first card had already, by table.")
    merged_at = Timestamptz(default=None)
    merged_by = Text(default=None)
    undone_at = Timestamptz(null=True, default=None)
    undone_by = Text(null=True, default=None)


class ClientWord(Table, db=DB, tablename="client_words", help_text="A word that a card is found by."):
    """One word of one card."""

    centre_id = UUID(primary_key=True, default=None)
    client_id = UUID(default=None)
    kind = Text(default=None, help_text="n name, t town, p phone, q phone backwards, r reference or address.")
    word = Text(default=None)
    sort_key = Text(
        default=None, help_text="The first forty signs of the card's, so that the index is in the list's order."
    )
    initials = BigInt(default=None, help_text="The first signs of the card's words, as bits.")
    pairs = BigInt(default=None, help_text="Their first two signs, as bits.")
    triples = BigInt(default=None, help_text="Their first three signs, as bits.")


class ClientMisspelling(
    Table, db=DB, tablename="client_misspellings", help_text="A word's beginning less one letter, for typos."
):
    """One misspelling of one stem."""

    centre_id = UUID(primary_key=True, default=None)
    misspelling = Text(default=None)
    stem = Text(default=None)
