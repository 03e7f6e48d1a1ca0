"""Clients of every sort, as records that criteria read and as the rows that say the same."""

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import msgspec

from billing.segments.of_money import DossierHeld, QuoteSent
from infra.database import execute, tenant_transaction
from infra.ids import new_id
from tenants.clients.rules import ClientFields
from tenants.clients.word_index import index_words
from tenants.clients.words import NAME, TOWN, card_words
from tenants.segments.records import (
    ActionNoted,
    Asking,
    Card,
    Day,
    Locked,
    PhoneHeld,
    Record,
    StayHeld,
    Survey,
)

DAY = Day(today=date(2027, 3, 1), time_zone="Europe/Paris")
"""The day after a February without a 29th."""
TYPE_COLOURS = {"school": "#aa0000", "club": "#00aa00"}
_NAMES = ("Morel", "Le Goff", "d'Arc", "Müller", "Éluard")
_TOWNS = ("Quimper", "Saint-Brieuc", "L'Île-d'Yeu", "")
_STATUSES = ("tentative", "option", "confirmed", "confirmed", "present", "departed", "departed", "cancelled", "no_show")


def _instant(dice: random.Random) -> datetime:
    # Near midnight in Paris too, where the two calendars differ.
    day = DAY.today - timedelta(days=dice.randrange(0, 800))
    return datetime.combine(day, time(dice.choice((0, 12, 22, 23)), 30), tzinfo=UTC)


def _day(dice: random.Random, spread: int = 500) -> date:
    return DAY.today + timedelta(days=dice.randrange(-spread, spread // 4))


def a_card(dice: random.Random) -> Card:
    """Make a card; leap days, Corsica and foreign codes among them."""
    email = dice.choice(("", "a@orange.fr", "b@ecole.example", "c@Orange.fr"))
    agreed = dice.choice((None, _instant(dice)))
    return Card(
        kind=dice.choice(("person", "organisation")),
        status=dice.choice(("prospect", "client")),
        client_type=dice.choice(("", "school", "club", "family")),
        social_economy=dice.random() < 0.3,
        email=email,
        email_quality=dice.choice(("valid", "ota_alias", "generic", "invalid")) if email else "empty",
        email_consent=agreed is not None and dice.random() < 0.8,
        email_consent_at=agreed,
        email_consent_source="desk" if agreed else "",
        sms_consent=dice.random() < 0.3,
        sms_consent_at=dice.choice((None, _instant(dice))),
        street=dice.choice(("", "1 rue du Port")),
        postal_code=dice.choice(("", "29000", "20000", "20200", "97410", "98000", "75011", "SW1A 1AA")),
        town=dice.choice(_TOWNS),
        country=dice.choice(("", "FR", "FR", "DE")),
        birth_date=dice.choice((None, date(2000, 2, 29), date(1987, 3, 1), date(1987, 3, 2), _day(dice, 20_000))),
        language=dice.choice(("fr", "en", "de")),
        languages=tuple(sorted(dice.sample(("en", "de", "it"), dice.randrange(3)))),
        segmentation=dice.choice(("", "loyal", "new")),
        origin=dice.choice(("", "fair", "web")),
        colour=dice.choice(("", "", "#336699")),
        habits=dice.choice(("", "fenêtre ouverte")),
        special_requests=dice.choice(("", "sans gluten")),
        notes=dice.choice(("", "a payé en retard")),
        first_contact=dice.choice((None, _day(dice))),
        discovery_channel=dice.choice(("", "fair", "friend")),
        stayed_elsewhere=dice.choice((None, True, False)),
        source=dice.choice(("desk", "import")),
        created_at=_instant(dice),
        changed_at=_instant(dice),
    )


def a_stay_held(dice: random.Random) -> StayHeld:
    """Make a stay, in any state, past or to come; one of today too."""
    nights = dice.randrange(1, 12)
    # To the very day too: some arrive today, some leave today.
    arrival = dice.choice((DAY.today, DAY.today - timedelta(days=nights), _day(dice), _day(dice)))
    status = dice.choice(_STATUSES)
    answered = dice.choice((None, _instant(dice)))
    survey = Survey(
        source=dice.choice(("survey", "provider")),
        asked_at=dice.choice((None, _instant(dice))),
        answered_at=answered,
        score_tenths=None if answered is None else dice.randrange(0, 51),
        comment=dice.choice(("", "Très bien")),
    )
    bands = {
        band: dice.choice((None, 0, dice.randrange(1, 40)))
        for band in ("children", "teenagers", "young", "adults", "seniors")
    }
    return StayHeld(
        status=status,
        arrival=arrival,
        departure=arrival + timedelta(days=nights),
        booked_day=dice.choice((None, arrival - timedelta(days=dice.randrange(0, 200)))),
        booking_category=dice.choice(("", "direct")),
        booking_type=dice.choice(("", "phone")),
        purpose_category=dice.choice(("", "school")),
        purpose=dice.choice(("", "sea_class")),
        region=dice.choice(("", "Bretagne")),
        services=tuple(sorted(dice.sample(("full_board", "sailing", "sheets"), dice.randrange(3)))),
        cancellation_reason=dice.choice(("client", "weather")) if status == "cancelled" else None,
        source=dice.choice(("desk", "import")),
        acm_number=dice.choice((None, "", "0290123AC000121")),
        nationalities=tuple(sorted(dice.sample(("FR", "DE"), dice.randrange(2)))),
        residences=tuple(sorted(dice.sample(("FR", "BE"), dice.randrange(2)))),
        surveys=(survey,) if dice.random() < 0.4 else (),
        **bands,
    )


def a_record(dice: random.Random) -> Record:
    """Make a client with up to four of everything, often nothing."""
    card, name = a_card(dice), dice.choice(_NAMES)
    words = card_words(fields_of(card, name), reference="")
    stays = tuple(a_stay_held(dice) for _ in range(dice.choice((0, 0, 1, 2, 4))))
    dossiers = tuple(
        DossierHeld(
            state=dice.choice(("new", "awaiting_payment", "paid", "archived")),
            sale_booked=dice.random() < 0.5,
            total_minor=dice.randrange(0, 900_000),
            paid_minor=dice.randrange(0, 900_000),
            due_minor=dice.randrange(-10_000, 900_000),
        )
        for stay in stays
        if stay.status != "no_show"
    )
    quotes = tuple(
        QuoteSent(state=state, total_minor=dice.randrange(0, 900_000), accepted=state == "accepted")
        for state in dice.sample(
            ("sent", "accepted", "refused", "expired", "superseded", "lost"), dice.randrange(3) if dossiers else 0
        )
    )
    return Record(
        card=card,
        type_colour=TYPE_COLOURS.get(card.client_type, ""),
        town_words=frozenset(word for kind, word in words if kind == TOWN),
        name_words=frozenset(word for kind, word in words if kind == NAME),
        phones=tuple(
            PhoneHeld(e164=dice.choice(("", "+33612345678")), mobile=dice.random() < 0.5)
            for _ in range(dice.randrange(3))
        ),
        contact_roles=tuple(
            tuple(dice.sample(("booking", "invoice"), dice.randrange(3))) for _ in range(dice.randrange(3))
        ),
        marketing_codes=tuple(dice.sample(("sea", "ski", "fair26"), dice.randrange(3))),
        networks=tuple(dice.choices(("x", "website"), k=dice.randrange(4))),
        actions=tuple(
            ActionNoted(action=dice.choice(("call", "visit")), day=_day(dice)) for _ in range(dice.randrange(3))
        ),
        locks=(
            Locked(
                reason=dice.choice(("unpaid", "damage")),
                last_day=DAY.today + timedelta(days=dice.choice((-1, 0, 90))),
                lifted_at=dice.choice((None, None, _instant(dice))),
            ),
        )
        if dice.random() < 0.3
        else (),
        stays=stays,
        enquiries=tuple(
            Asking(
                received_at=_instant(dice),
                origin=dice.choice(("form", "phone")),
                state=dice.choice(("new", "answered", "closed")),
            )
            for _ in range(dice.randrange(3))
        ),
        further={"of_dossiers": dossiers, "of_quotes": quotes},
    )


def fields_of(card: Card, name: str) -> ClientFields:
    """Return what the words of a card are made of."""
    return ClientFields(
        kind=card.kind,
        last_name=name if card.kind == "person" else "",
        organisation=name if card.kind == "organisation" else "",
        email=card.email,
        postal_code=card.postal_code,
        town=card.town,
        country=card.country,
    )


class Rows:
    """Rows to be written, by table; each says its own columns, the same for a table."""

    def __init__(self) -> None:
        self.of: dict[str, list[dict[str, object]]] = {}

    def add(self, table: str, columns: Mapping[str, object]) -> UUID:
        """Add a row and return its id."""
        made = new_id()
        self.of.setdefault(table, []).append({"id": made, **columns})
        return made

    async def write(self, centre_id: UUID) -> None:
        """Write them all, as the application may."""
        for table, rows in self.of.items():
            names = ", ".join(["centre_id", *rows[0]])
            await execute(
                f"INSERT INTO {table} ({names}) SELECT {names} FROM jsonb_populate_recordset(NULL::{table}, $1::jsonb)",
                msgspec.json.encode([{"centre_id": centre_id, **row} for row in rows]).decode(),
            )


async def keep_records(centre_id: UUID, dice: random.Random, count: int) -> dict[UUID, Record]:
    """Make clients of a centre and return them by id; some pay for others' stays."""
    made: dict[UUID, Record] = {}
    words: list[tuple[UUID, ClientFields]] = []
    rows, locks = Rows(), Rows()
    for code, colour in TYPE_COLOURS.items():
        rows.add("client_type_colours", {"client_type": code, "colour": colour})
    file_id = rows.add(
        "files",
        {"name": "x.pdf", "media_type": "application/pdf", "content": "", "digest": "", "created_at": DAY.today},
    )
    for _ in range(count):
        record, name = a_record(dice), ""
        name = next(each for each in _NAMES if _named(record, each))
        payer = dice.choice(list(made)) if made and record.stays and dice.random() < 0.3 else None
        if payer is not None:
            paid = made[payer].stays_paid + len(record.stays)
            made[payer] = msgspec.structs.replace(made[payer], stays_paid=paid)
        client_id = _card_rows(rows, record.card, name)
        made[client_id] = record
        words.append((client_id, fields_of(record.card, name)))
        _parts(rows, client_id, record)
        _stay_rows(rows, client_id, record, payer=payer, file_id=file_id)
        for lock in record.locks:
            written = {"evidence_day": "2026-01-01", "set_at": "2026-01-02T10:00:00Z", "set_by": "tests"}
            lifted = {"lifted_by": "tests" if lock.lifted_at else None}
            locks.add("client_blacklistings", {"client_id": client_id, **_plain(lock), **written, **lifted})
    async with tenant_transaction(centre_id):
        await rows.write(centre_id)
        # After the stays: a locked card gets none.
        await locks.write(centre_id)
        await index_words(centre_id, words)
    return made


def _named(record: Record, name: str) -> bool:
    found = {word for kind, word in card_words(fields_of(record.card, name), reference="") if kind == NAME}
    return found == record.name_words


def _plain(struct: msgspec.Struct) -> dict[str, object]:
    return {name: getattr(struct, name) for name in struct.__struct_fields__}


def _card_rows(rows: Rows, card: Card, name: str) -> UUID:
    empty = ("title", "first_name", "contact_name", "reference", "discovery_detail", "further_information")
    texts = ("email_consent_text", "sms_consent_text")
    person = card.kind == "person"
    return rows.add(
        "clients",
        {
            **_plain(card),
            **dict.fromkeys((*empty, *texts), ""),
            "reference": str(len(rows.of.get("clients", []))),
            "last_name": name if person else "",
            "organisation": "" if person else name,
            "name": name,
            "sort_key": name.lower(),
            "search": name.lower(),
            "written": {},
            "mended": [],
            "anonymised": False,
            "version": 1,
        },
    )


def _parts(rows: Rows, client_id: UUID, record: Record) -> None:
    mine: dict[str, object] = {"client_id": client_id}
    for position, phone in enumerate(record.phones):
        rows.add("client_phones", {**mine, **_plain(phone), "position": position, "number": "06"})
    for position, roles in enumerate(record.contact_roles):
        contact = {"position": position, "name": "Mme Morel", "email": "", "phone": "", "roles": roles}
        rows.add("client_contacts", {**mine, **contact})
    for code in record.marketing_codes:
        rows.add("client_marketing_codes", {**mine, "code": code})
    for position, network in enumerate(record.networks):
        source = {"given": "desk", "detail": "", "day": DAY.today, "by_name": "tests"}
        rows.add("client_profiles", {**mine, **source, "position": position, "network": network, "handle": "ferry"})
    for action in record.actions:
        noted = {"note": "", "by_name": "tests", "noted_at": DAY.today}
        rows.add("client_actions", {**mine, **_plain(action), **noted})
    texts = ("name", "organisation", "email", "phone", "kind", "message")
    for asking in record.enquiries:
        plain = {"language": "fr", "consent": True, "unread": False, "known": 0, "version": 1}
        rows.add("enquiries", {**mine, **_plain(asking), **dict.fromkeys(texts, ""), **plain})


def _stay_rows(rows: Rows, client_id: UUID, record: Record, *, payer: UUID | None, file_id: UUID) -> None:
    stay_ids = []
    for stay in record.stays:
        columns = {name: value for name, value in _plain(stay).items() if name not in _BELOW}
        further: dict[str, object] = {
            "client_id": client_id,
            "payer_id": payer,
            "option_until": stay.arrival if stay.status == "option" else None,
            **dict.fromkeys(("purpose_detail", "notes", "arrival_time", "status_before"), ""),
            "released_beds": [],
            "version": 1,
            "created_at": DAY.today,
        }
        stay_id = rows.add("stays", {**columns, **further})
        if stay.status != "no_show":
            stay_ids.append(stay_id)
        for survey in stay.surveys:
            rows.add("satisfaction_answers", {"stay_id": stay_id, **_plain(survey), "version": 1})
        for kind, countries in (("nationality", stay.nationalities), ("residence", stay.residences)):
            for country in countries:
                rows.add("stay_countries", {"stay_id": stay_id, "kind": kind, "country": country, "people": 1})
    dossiers = [
        _dossier_row(rows, client_id, stay_id, dossier)
        for stay_id, dossier in zip(stay_ids, _further(record, "of_dossiers"), strict=True)
    ]
    for number, quote in enumerate(_further(record, "of_quotes")):
        _quote_row(rows, dossiers[0], quote, number=number + 1, file_id=file_id)


_BELOW = ("nationalities", "residences", "surveys")


def _further(record: Record, name: str) -> Sequence[msgspec.Struct]:
    return record.further[name]


def _dossier_row(rows: Rows, client_id: UUID, stay_id: UUID, dossier: msgspec.Struct) -> UUID:
    number = f"P{len(rows.of.get('dossiers', []))}"
    plain = {"number": number, "started": True, "treated": True, "archived": False, "currency": "EUR", "version": 1}
    dates = {"created_at": DAY.today, "changed_at": DAY.today}
    return rows.add("dossiers", {"client_id": client_id, "stay_id": stay_id, **_plain(dossier), **plain, **dates})


def _quote_row(rows: Rows, dossier_id: UUID, quote: msgspec.Struct, *, number: int, file_id: UUID) -> None:
    columns = _plain(quote)
    accepted = columns.pop("accepted")
    rows.add(
        "quotes",
        {
            **columns,
            "dossier_id": dossier_id,
            "number": number,
            "detail": "simple",
            "currency": "EUR",
            "vat_minor": 0,
            "deposit_minor": 0,
            "deposit_nature": "arrhes",
            "snapshot": {},
            "file_id": file_id,
            "sent_at": DAY.today,
            "sent_to": "",
            "valid_until": DAY.today,
            "accepted_at": DAY.today if accepted else None,
            "accepted_by": "tests" if accepted else None,
        },
    )
