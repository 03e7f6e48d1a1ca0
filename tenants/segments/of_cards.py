"""Criteria over the card itself: who the client is, where they live, how they came to know of the centre."""

from typing import Final

from tenants.clients.profiles import NETWORKS
from tenants.clients.words import compact
from tenants.segments.criteria import Kind, Source, register
from tenants.segments.making import day_on_card, on_card, one_of, whether
from tenants.segments.records import Card, Day

MARKETING: Final = Source(
    name="of_marketing", rows="client_marketing_codes AS held", centre="held.centre_id", client="held.client_id"
)
PROFILES: Final = Source(
    name="of_profiles", rows="client_profiles AS profile", centre="profile.centre_id", client="profile.client_id"
)
MONTHS: Final = tuple(str(month) for month in range(1, 13))


def department(card: Card) -> str:
    """Return the department that a French postal code begins with; Corsica as 2A and 2B, overseas by three digits."""
    code = card.postal_code
    if card.country not in ("", "FR") or len(code) != 5 or not (code.isascii() and code.isdigit()):
        return ""
    if code.startswith("20"):
        return "2A" if code < "20200" else "2B"
    return code[:3] if code.startswith(("97", "98")) else code[:2]


_DEPARTMENT: Final = """ARRAY[CASE WHEN c.country NOT IN ('', 'FR') OR c.postal_code !~ '^[0-9]{{5}}$' THEN ''
    WHEN c.postal_code ~ '^20' THEN CASE WHEN c.postal_code COLLATE "C" < '20200' THEN '2A' ELSE '2B' END
    WHEN c.postal_code ~ '^9[78]' THEN left(c.postal_code, 3) ELSE left(c.postal_code, 2) END]"""
_COLOUR: Final = """ARRAY[coalesce(nullif(c.colour, ''), (SELECT type.colour FROM client_type_colours AS type
    WHERE type.centre_id = {centre} AND type.client_type = c.client_type), '')]"""
_WORDS: Final = """ARRAY(SELECT w.word FROM client_words AS w
    WHERE w.centre_id = {{centre}} AND w.client_id = c.id AND w.kind = '{kind}')"""


def age(card: Card, day: Day) -> int | None:
    """Return the age in whole years; who is born on 29 February turns on 1 March of other years."""
    born = card.birth_date
    if born is None:
        return None
    return day.today.year - born.year - ((day.today.month, day.today.day) < (born.month, born.day))


def _compacted(text: str) -> list[str]:
    return [compact(text)] if compact(text) else []


WHO: Final = (
    one_of("kind", "Personne ou organisme", "Person or organisation", choices=("person", "organisation")),
    one_of("status", "Prospect ou client", "Prospect or client", choices=("prospect", "client")),
    one_of("client_type", "Type de client", "Type of client", list_name="client_type"),
    whether(
        "social_economy",
        "Économie sociale",
        "Social economy",
        sql="c.social_economy",
        of=lambda card: card.social_economy,
    ),
    on_card(
        code="name",
        french="Nom",
        english="Name",
        kind=Kind.TEXT,
        sql=_WORDS.format(kind="n"),
        reading=lambda record, _: record.name_words,
    ),
    on_card(
        code="age",
        french="Âge",
        english="Age",
        kind=Kind.NUMBER,
        sql="extract(year FROM age({today}::timestamp, c.birth_date::timestamp))::int",
        reading=lambda record, day: age(record.card, day),
        unit="years",
    ),
    on_card(
        code="birth_month",
        french="Mois de naissance",
        english="Month of birth",
        kind=Kind.CODES,
        sql="ARRAY[extract(month FROM c.birth_date)::int::text]",
        reading=lambda record, _: frozenset({str(record.card.birth_date.month)} if record.card.birth_date else ()),
        choices=MONTHS,
    ),
    day_on_card("birth_date", "Date de naissance", "Date of birth", "birth_date"),
    one_of("language", "Langue des mails", "Language of mails"),
    on_card(
        code="languages",
        french="Langues parlées",
        english="Languages spoken",
        kind=Kind.CODES,
        sql="c.languages || c.language",
        reading=lambda record, _: frozenset({*record.card.languages, record.card.language}),
    ),
)

WHERE: Final = (
    one_of("country", "Pays", "Country"),
    on_card(
        code="department",
        french="Département",
        english="Department",
        kind=Kind.CODES,
        sql=_DEPARTMENT,
        reading=lambda record, _: frozenset({department(record.card)}),
    ),
    on_card(
        code="town",
        french="Commune",
        english="Town",
        kind=Kind.TEXT,
        sql=_WORDS.format(kind="t"),
        reading=lambda record, _: record.town_words,
    ),
    on_card(
        code="postal_code",
        french="Code postal (début)",
        english="Postal code (beginning)",
        kind=Kind.TEXT,
        sql="ARRAY[lower(c.postal_code)]",
        reading=lambda record, _: frozenset({record.card.postal_code.lower()}),
        split=_compacted,
    ),
    whether(
        "has_address",
        "Adresse complète",
        "Whole address",
        sql="c.street <> '' AND c.postal_code <> '' AND c.town <> ''",
        of=lambda card: bool(card.street and card.postal_code and card.town),
    ),
)

HOW_KNOWN: Final = (
    one_of("discovery_channel", "Mode de connaissance", "Discovery channel", list_name="discovery_channel"),
    one_of("segmentation", "Segmentation", "Segmentation", list_name="segmentation"),
    one_of("origin", "Origine", "Origin", list_name="origin"),
    on_card(
        code="card_source",
        french="Source de la fiche",
        english="Source of the card",
        kind=Kind.CODES,
        sql="ARRAY[c.source]",
        reading=lambda record, _: frozenset({record.card.source}),
    ),
    on_card(
        code="colour",
        french="Couleur affichée",
        english="Colour shown",
        kind=Kind.CODES,
        sql=_COLOUR,
        reading=lambda record, _: frozenset({record.card.colour or record.type_colour}),
    ),
    on_card(
        code="marketing_codes",
        french="Codes marketing",
        english="Marketing codes",
        kind=Kind.CODES,
        sql="array_agg(held.code)",
        reading=lambda record, _: frozenset(record.marketing_codes),
        source=MARKETING,
        list_name="marketing_code",
    ),
    on_card(
        code="public_profiles",
        french="Profils publics",
        english="Public profiles",
        kind=Kind.CODES,
        sql="array_agg(DISTINCT profile.network)",
        reading=lambda record, _: frozenset(record.networks),
        source=PROFILES,
        choices=NETWORKS,
    ),
    whether(
        "stayed_elsewhere",
        "Déclare avoir séjourné ailleurs dans le réseau",
        "Says they stayed elsewhere in the network",
        sql="c.stayed_elsewhere",
        of=lambda card: card.stayed_elsewhere,
    ),
)


register((*WHO, *WHERE, *HOW_KNOWN))
