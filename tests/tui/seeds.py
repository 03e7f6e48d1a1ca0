"""The centre that the terminal's tests look at: contract structs, all days fixed, so that a snapshot never moves."""

from datetime import UTC, date, datetime
from uuid import UUID

import msgspec

from server.contract.accounts import CentreView, KeyView, Me, NetworkCentre, Place, RoleView, User
from server.contract.basics import HistoryEntry, Money
from server.contract.client_terms import ClientRate, DefaultsToFill
from server.contract.clients import (
    Blacklisting,
    CardPayment,
    ClientAction,
    ClientCard,
    ClientDossier,
    ClientFields,
    ClientLine,
    Consent,
    Consumed,
    Contact,
    MailLine,
    Phone,
    Profile,
    Signal,
    StayLine,
)
from server.contract.code_lists import LocalValue, NetworkValue, Renaming, TypeColour
from server.contract.dates import CancellationCost, DatesRehearsal, LineThen
from server.contract.dossiers import (
    DossierCard,
    DossierColumn,
    DossierLine,
    DossierView,
    FailedMail,
    Instalment,
    LineReason,
    PaymentView,
    QuoteVersion,
    Service,
)
from server.contract.enquiries import Assignee, Candidate, Enquiry, EnquiryLine, Message
from server.contract.satisfaction import PublicReview
from server.contract.stays import (
    ArrivalLine,
    Availability,
    Bed,
    CountryCount,
    Desk,
    FreeRoom,
    Guest,
    HeadCounts,
    HeldRoom,
    Planning,
    PlanningBar,
    PlanningDay,
    Room,
    Stay,
    StayFields,
)
from server.contract.tablets import Tablet, TabletPaired

TODAY = date(2026, 11, 21)
SLUG = "kerfany"
CENTRE_ID = UUID(int=1)
ALL_RIGHTS = [
    "desk.view", "enquiry.view", "enquiry.answer", "client.view", "client.edit", "client.blacklist", "stay.view", "stay.edit",
    "room.edit", "room.withdraw", "arrival.check_in", "dossier.view", "dossier.edit", "quote.send", "payment.view",
    "payment.record", "payment.link", "payment.refund", "mail.view", "mail.retry", "user.manage", "rate.edit", "centre.edit", "police.view", "statistics.view",
]  # fmt: skip


def uuid(kind: int, number: int) -> UUID:
    """Make the id of the `number`th thing of a kind."""
    return UUID(int=(kind << 64) + number)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of November 2026; Paris is an hour ahead."""
    return datetime(2026, 11, day, hour - 1, minute, tzinfo=UTC)


CENTRE = CentreView(
    id=CENTRE_ID, slug=SLUG, name="Centre de Kerfany", state="active", time_zone="Europe/Paris", today=TODAY,
    languages=["fr", "en"], town="Moëlan-sur-Mer", phone="02 98 00 00 00", email="bonjour@kerfany.example", beds=142, colour="#0a7",
)  # fmt: skip
ME = Me(
    account_id=uuid(9, 1), login="mlegoff", name="M. Le Goff", language="fr", first_start_done=True,
    places=[Place(centre=SLUG, centre_name="Centre de Kerfany", role="direction", rights=ALL_RIGHTS)],
)  # fmt: skip
RECEPTION = Me(
    account_id=uuid(9, 2), login="reception", name="A. Kervella", language="fr", first_start_done=True,
    places=[Place(centre=SLUG, centre_name="Centre de Kerfany", role="réception", rights=[r for r in ALL_RIGHTS if r not in ("client.blacklist", "payment.refund", "user.manage", "room.edit", "rate.edit", "centre.edit")])],
)  # fmt: skip

FERRY, VOIX, MARCHETTI, DUBOIS = (uuid(1, number) for number in range(1, 5))
STAY_FERRY, STAY_VOIX, STAY_MARCHETTI, STAY_DUBOIS, STAY_CE = (uuid(2, number) for number in range(1, 6))
DOSSIER = uuid(3, 1)
ENQUIRY = uuid(4, 1)


def arrival(
    stay: UUID,
    name: str,
    pax: int,
    rooms: list[str],
    hour: str,
    *,
    needs: list[str],
    centres: int = 0,
    status: str = "confirmed",
) -> ArrivalLine:
    """A line of the day's arrivals."""
    return ArrivalLine(
        stay_id=stay, dossier_id=DOSSIER if stay == STAY_FERRY else None, name=name, pax=pax, rooms=rooms, arrival=TODAY, departure=date(2026, 11, 24),
        arrival_time=hour, status=status, needs=needs, signal_centres=centres,
    )  # fmt: skip


ARRIVALS = [
    arrival(STAY_FERRY, "Collège J. Ferry", 52, [f"B{n}" for n in range(1, 10)], "14:00", needs=["balance"]),
    arrival(STAY_VOIX, "Chorale Voix-Là", 14, ["A2", "A3", "A4", "A5"], "15:30", needs=[]),
    arrival(STAY_MARCHETTI, "Fam. Marchetti", 4, ["C1"], "17:00", needs=["police_forms"], centres=1),
    arrival(STAY_DUBOIS, "M. Dubois", 1, ["D4"], "18:00", needs=[]),
]
DEPARTURES = [
    ArrivalLine(stay_id=STAY_CE, dossier_id=None, name="CE Airbus", pax=12, rooms=["C2", "C3"], arrival=date(2026, 11, 18), departure=TODAY,
                arrival_time="", status="present", needs=[]),
]  # fmt: skip


def planning_day(day: date, occupied: int, arrivals: int = 0, departures: int = 0, blocked: int = 2) -> PlanningDay:
    """The foot of a day."""
    return PlanningDay(
        day=day,
        capacity=142,
        blocked=blocked,
        occupied=occupied,
        arrivals=arrivals,
        departures=departures,
        people=occupied,
    )


WEEK = [planning_day(date(2026, 11, 16 + n), occupied) for n, occupied in enumerate((101, 111, 78, 87, 131, 96, 60))]
DESK = Desk(
    today=TODAY, arrivals=ARRIVALS, departures=DEPARTURES, present_rooms=18, present_people=96, capacity=142, occupied_tonight=96,
    unanswered_enquiries=3, oldest_unanswered=at(21, 8, 50), options_ending=2, overdue_payments=1, overdue_minor=41200,
    forms_to_sign=5, failed_mails=1, week=WEEK,
)  # fmt: skip
EMPTY_DESK = Desk(
    today=TODAY, arrivals=[], departures=[], present_rooms=0, present_people=0, capacity=142, occupied_tonight=0, unanswered_enquiries=0,
    oldest_unanswered=None, options_ending=0, overdue_payments=0, overdue_minor=0, forms_to_sign=0, failed_mails=0,
    week=[planning_day(date(2026, 11, 16 + n), 0) for n in range(7)],
)  # fmt: skip
FAILED_MAILS = [
    FailedMail(
        id=uuid(8, 1),
        recipient="morel@ferry.example",
        subject="Votre devis P2611210042",
        attempts=6,
        error="550 boîte pleine",
        created_at=at(20, 9),
    ),
]

MESSAGE = "Bonjour, nous cherchons un hébergement pour 48 élèves et 4 adultes du 16 au 19 mars, en pension complète. Merci de nous dire vos tarifs."


def enquiry_line(
    number: int,
    name: str,
    organisation: str,
    pax: int | None,
    received: datetime,
    *,
    state: str = "new",
    unread: bool = False,
    known: int = 0,
) -> EnquiryLine:
    """A demande of the inbox."""
    return EnquiryLine(
        id=uuid(4, number), version=1, received_at=received, name=name, organisation=organisation, email=f"contact{number}@example.org",
        phone="02 98 39 41 27", arrival=date(2027, 3, 16), departure=date(2027, 3, 19), pax=pax, origin="form", state=state, unread=unread,
        client_id=FERRY if number == 4 else None, dossier_id=DOSSIER if state == "dossier" else None, known=known,
    )  # fmt: skip


ENQUIRIES = [
    enquiry_line(1, "Mme Morel", "Collège Jules Ferry", 52, at(21, 10, 42), unread=True, known=2),
    enquiry_line(2, "T. Marchetti", "", 4, at(21, 9, 15), unread=True),
    enquiry_line(3, "Mme Roux", "CE Airbus", 30, at(21, 8, 50), unread=True),
    enquiry_line(4, "L. Kerdoncuff", "Chorale Voix-Là", 14, at(20, 17, 3), state="answered"),
    enquiry_line(5, "M. Dubois", "", None, at(20, 11, 20), state="dossier"),
]
ASSIGNEES = [
    Assignee(account_id=uuid(9, 2), name="A. Kervella"),
    Assignee(account_id=uuid(9, 3), name="J. L'Hostis"),
    Assignee(account_id=uuid(9, 1), name="M. Le Goff"),
]
SIGNAL = Signal(centres=2, season="spring", year=2024, booking_category="groups")
FULL_ENQUIRY = Enquiry(
    id=ENQUIRY, version=1, line=ENQUIRIES[0], kind="classe de découverte", counts=HeadCounts(teenagers=48, adults=4), message=MESSAGE, language="fr",
    messages=[Message(id=uuid(5, 1), at=at(21, 10, 42), direction="in", author="Mme Morel", text=MESSAGE)],
    signal=SIGNAL, client_name=None, candidates=[Candidate(client_id=FERRY, name="Collège Jules Ferry", why="même téléphone")],
)  # fmt: skip

COLUMNS = [
    DossierColumn(state=state, count=count, total=Money(minor=minor))
    for state, count, minor in (
        ("new", 2, 184000), ("in_progress", 7, 3120450), ("awaiting_payment", 3, 1419400), ("deposit_paid", 4, 2256000),
        ("paid", 1, 84000), ("processed", 12, 4120000), ("archived", 40, 20114000),
    )
]  # fmt: skip
DOSSIERS = [
    DossierCard(id=DOSSIER, version=3, number="P2611210042", state="awaiting_payment", client_name="Collège Jules Ferry", arrival=date(2027, 3, 16),
                departure=date(2027, 3, 19), pax=52, total=Money(minor=714400), due=Money(minor=714400), unread=True),
    DossierCard(id=uuid(3, 2), version=1, number="P2611200007", state="awaiting_payment", client_name="Chorale Voix-Là", arrival=date(2026, 12, 4),
                departure=date(2026, 12, 6), pax=14, total=Money(minor=84000), due=Money(minor=42000), unread=False),
    DossierCard(id=uuid(3, 3), version=1, number="P2611190001", state="awaiting_payment", client_name="CE Airbus", arrival=date(2027, 1, 8),
                departure=date(2027, 1, 10), pax=None, total=Money(minor=621000), due=Money(minor=621000), unread=False),
]  # fmt: skip

DOSSIERS += [
    msgspec.structs.replace(card, id=uuid(3, 20 + number), number=f"P26112100{number}1", state="new", due=card.total)
    for number, card in enumerate(DOSSIERS[1:])
]

FERRY_FIELDS = StayFields(
    client_id=FERRY, arrival=date(2027, 3, 16), departure=date(2027, 3, 19), counts=HeadCounts(teenagers=48, adults=4), contacted_day=TODAY,
    booking_category="groups", booking_type="schools", purpose_category="schools", purpose="secondary_study_trip",
    nationalities=[CountryCount(country="FR", people=52)], region="53",
)  # fmt: skip
ROOM_SEEDS = [
    ("A2", "A", "1", "2 lits", 2, False, False), ("A3", "A", "1", "2 lits", 2, False, False), ("A4", "A", "1", "ados", 6, False, False),
    ("A5", "A", "2", "ados", 6, False, False), ("B1", "B", "1", "ados", 6, False, False), ("B2", "B", "1", "ados", 6, False, False),
    ("B3", "B", "1", "PMR", 2, False, True), ("B4", "B", "2", "ados", 6, False, False), ("C1", "C", "0", "famille", 4, False, False),
    ("C2", "C", "0", "famille", 4, False, False), ("D4", "D", "0", "dortoir", 8, True, False),
]  # fmt: skip
ROOMS = [
    Room(id=uuid(6, n), version=1, name=name, building=building, floor=floor, room_type=kind, dormitory=dormitory, accessible=accessible,
         beds=[Bed(id=uuid(7, n * 100 + bed), label=str(bed)) for bed in range(1, beds + 1)])
    for n, (name, building, floor, kind, beds, dormitory, accessible) in enumerate(ROOM_SEEDS, 1)
]  # fmt: skip
ROOM = {room.name: room for room in ROOMS}


def bar(  # noqa: PLR0917
    number: int,
    room: str,
    first: date,
    last: date,
    label: str,
    status: str,
    *,
    beds: int | None = None,
    stay: UUID | None = STAY_FERRY,
) -> PlanningBar:
    """A bar of the planning."""
    return PlanningBar(
        id=uuid(10, number), stay_id=None if status == "out_of_service" else stay, room_id=ROOM[room].id, arrival=first, departure=last,
        beds=beds or len(ROOM[room].beds), pax=None if status == "out_of_service" else beds or len(ROOM[room].beds), label=label, status=status, colour="",
    )  # fmt: skip


def november(day: int) -> date:
    """A day of November 2026, or of December past the 30th."""
    return date(2026, 11, day) if day <= 30 else date(2026, 12, day - 30)


BARS = [
    bar(1, "B1", november(21), november(28), "J. Ferry", "confirmed"),
    bar(2, "B2", november(21), november(28), "J. Ferry", "confirmed"),
    bar(3, "B1", november(30), november(34), "CE Airbus", "option", stay=STAY_CE),
    bar(4, "B3", november(18), november(24), "travaux", "out_of_service"),
    bar(5, "A2", november(17), november(22), "Voix-Là", "present", stay=STAY_VOIX),
    bar(6, "A3", november(17), november(20), "Voix-Là", "departed", stay=STAY_VOIX),
    bar(7, "C1", november(24), november(29), "Marchetti", "tentative", stay=STAY_MARCHETTI),
    bar(8, "D4", november(16), november(18), "M. Dubois", "departed", beds=3, stay=STAY_DUBOIS),
    bar(9, "D4", november(18), november(22), "Randonneurs", "present", beds=5, stay=STAY_DUBOIS),
    bar(10, "D4", november(19), november(21), "Backpackers", "present", beds=3, stay=STAY_DUBOIS),
]


def planning(first: date, last: date) -> Planning:
    """The planning of any days: the bars stand where they stand."""
    days = [
        planning_day(date.fromordinal(day), (day * 37) % 140, day % 4, (day + 2) % 3)
        for day in range(first.toordinal(), last.toordinal() + 1)
    ]
    return Planning(first_day=first, last_day=last, rooms=ROOMS, bars=BARS, days=days)


STAY = Stay(
    id=STAY_FERRY, version=4, status="option", fields=FERRY_FIELDS, client_name="Collège Jules Ferry", pax=52, nights=3, option_until=date(2026, 12, 5),
    rooms=[
        HeldRoom(room_id=ROOM[name].id, room=name, bed_ids=[bed.id for bed in ROOM[name].beds], arrival=date(2027, 3, 16), departure=date(2027, 3, 19), status="held")
        for name in ("B1", "B2", "B4")
    ],
    guests=[Guest(id=uuid(11, 1), name="Anna Rossi", country="IT", police_form="missing", room="B1")],
    dossier_id=DOSSIER, dossier_number="P2611210042", blacklisted=False,
)  # fmt: skip
AVAILABILITY = Availability(
    arrival=date(2027, 3, 16), departure=date(2027, 3, 19), free_beds=24,
    rooms=[FreeRoom(room_id=room.id, room=room.name, room_type=room.room_type, dormitory=room.dormitory, accessible=room.accessible,
                    free_bed_ids=[bed.id for bed in room.beds]) for room in ROOMS if room.name not in ("B1", "B2", "B4")],
)  # fmt: skip


def line(  # noqa: PLR0917
    number: int, label: str, quantity: int, nights: int, unit: int, explanation: str = "", *, kind: str = "lodging"
) -> DossierLine:
    """A line of the dossier."""
    return DossierLine(
        id=uuid(12, number), label=label, product_type=kind, unit="person_night", quantity=quantity, nights=nights, unit_price=Money(minor=unit),
        total=Money(minor=unit * quantity * nights), vat_basis_points=1000,
        reasons=[LineReason(code="written", name=explanation)] if explanation else [],
    )  # fmt: skip


DOSSIER_VIEW = DossierView(
    id=DOSSIER, version=3, number="P2611210042", state="awaiting_payment", client_id=FERRY, client_name="Collège Jules Ferry", enquiry_id=ENQUIRY, stay=STAY,
    lines=[
        line(1, "Pension complète ado", 48, 3, 4150, "tarif scolaire"),
        line(2, "Pension complète adulte", 4, 3, 4800, "1 gratuit / 12"),
        line(3, "Visite de la criée", 52, 1, 600, kind="activity"),
        line(4, "Divers : car depuis la gare", 1, 1, 28000, kind="miscellaneous"),
    ],
    total=Money(minor=714400), vat=Money(minor=41218), paid=Money(minor=0), due=Money(minor=714400),
    quotes=[
        QuoteVersion(id=uuid(13, 2), number=2, state="accepted", total=Money(minor=714400), sent_at=at(21, 11), valid_until=date(2026, 12, 21),
                     accepted_at=at(21, 16), accepted_by="Mme Morel", page_url="https://kerfany.example/q/abc", pdf_path="/x.pdf"),
        QuoteVersion(id=uuid(13, 1), number=1, state="superseded", total=Money(minor=686400), sent_at=at(20, 11), valid_until=date(2026, 12, 20),
                     accepted_at=None, accepted_by="", page_url="https://kerfany.example/q/aaa", pdf_path="/y.pdf"),
    ],
    schedule=[
        Instalment(part="deposit", nature="acompte", amount=Money(minor=214320), due_day=date(2026, 12, 5), state="due"),
        Instalment(part="balance", nature="solde", amount=Money(minor=500080), due_day=date(2027, 3, 16), state="due"),
    ],
    payments=[PaymentView(id=uuid(14, 1), at=at(21, 17), means="card", part="deposit", amount=Money(minor=214320), state="pending", reference="cs_1")],
    messages=[
        Message(id=uuid(5, 11), at=at(20, 10), direction="in", author="Mme Morel", text="Pourriez-vous ajouter le car depuis la gare ?"),
        Message(id=uuid(5, 12), at=at(21, 11), direction="out", author="M. Le Goff", text="Voici le devis v2, avec le car.", mail_state="sent"),
        Message(id=uuid(5, 13), at=at(21, 16), direction="in", author="Mme Morel", text="Accepté sur la page."),
    ],
    treated=False,
)  # fmt: skip
SERVICES = [
    Service(id=uuid(15, n), version=1, name=name, product_type=kind, unit=unit, price=Money(minor=minor), vat_basis_points=1000, accounting_code="706", active=True)
    for n, (name, kind, unit, minor) in enumerate(
        [("Nuitée ado", "lodging", "person_night", 2200), ("Pension complète ado", "lodging", "person_night", 4150),
         ("Panier repas", "meal", "person", 850), ("Salle de réunion", "room_hire", "piece", 12000)], 1)
]  # fmt: skip

CLIENTS = [
    ClientLine(id=FERRY, name="Collège Jules Ferry", kind="organisation", contact_name="Mme Morel", town="Pont-Aven", phone="02 98 39 41 27",
               email="intendance@ferry.example", reference="C0001", client_type="school", colour="", blacklisted=False),
    ClientLine(id=VOIX, name="Chorale Voix-Là", kind="organisation", contact_name="L. Kerdoncuff", town="Quimperlé", phone="06 11 22 33 44",
               email="voixla@example.org", reference="C0002", client_type="other_association", colour="", blacklisted=False),
    ClientLine(id=MARCHETTI, name="Marchetti Tina", kind="person", contact_name="", town="Torino", phone="+39 333 1234567", email="tina@example.it",
               reference="C0003", client_type="individual", colour="", blacklisted=True),
]  # fmt: skip
CARD = ClientCard(
    id=FERRY, version=7, name="Collège Jules Ferry",
    fields=ClientFields(
        kind="organisation", organisation="Collège Jules Ferry", contact_name="Mme Morel", client_type="school", email="intendance@ferry.example",
        email_consent=True, phones=[Phone(number="02 98 39 41 27", e164="+33298394127")], street="12 rue des Écoles", postal_code="29930", town="Pont-Aven",
        reference="C0001", colour="#3366cc", segmentation="classes_de_mer", marketing_codes=["mer", "classe"], languages=["de"], habits="arrive par le car de 14 h", special_requests="deux repas sans gluten", notes="brochure envoyée 12/10",
        first_contact=date(2019, 3, 4), discovery_channel="trade_fair", discovery_detail="SETT", stayed_elsewhere=False,
        profiles=[Profile(network="instagram", handle="ferry.high", given="email", day=date(2026, 3, 12), by_name="Zoé Morvan")],
        contacts=[Contact(name="Mme Morel", roles=["booking", "contract"]), Contact(name="Intendance", email="intendance@ferry.example", roles=["invoice"])],
    ),
    status="client", email_quality="valid", blacklisting=None,
    stays=[
        StayLine(id=STAY_FERRY, arrival=date(2027, 3, 16), departure=date(2027, 3, 19), status="option", pax=52, dossier_number="P2611210042", amount=Money(minor=714400),
                 services=[Consumed("lodging", Money(minor=655200)), Consumed("activity", Money(minor=31200)), Consumed("miscellaneous", Money(minor=28000))]),
        StayLine(id=uuid(2, 11), arrival=date(2025, 5, 12), departure=date(2025, 5, 16), status="departed", pax=50, amount=Money(minor=701200), score=45),
        StayLine(id=uuid(2, 12), arrival=date(2023, 5, 9), departure=date(2023, 5, 12), status="departed", pax=47, amount=Money(minor=638000), score=40),
    ],
    dossiers=[ClientDossier(id=DOSSIER, number="P2611210042", state="awaiting_payment", total=Money(minor=714400), due=Money(minor=714400))],
    mails=[MailLine(id=uuid(8, 9), at=at(21, 11), direction="out", subject="Votre devis P2611210042", state="sent")],
    colour="#3366cc",
    defaults=DefaultsToFill(
        service_id=uuid(15, 2), service_name="Pension complète ado", room_type="ados", discount_basis_points=500, version=1
    ),
    rates=[ClientRate(id=uuid(21, 3), name="prime", service_name="Pension complète ado", service_id=uuid(15, 2), room_type="ados", price=Money(minor=3990), first_day=date(2027, 3, 1),
                      last_day=date(2027, 5, 31), min_nights=2, max_nights=None, promo_allowed=False)],
    consents=[Consent(kind="email", at=datetime(2023, 5, 2, 9, tzinfo=UTC), source="desk", text="J'accepte de recevoir les actualités du centre par e-mail.")],
    reviews=[PublicReview(id=uuid(21, 3), site="Google", author="Anne M.", day=date(2026, 5, 3), score_tenths=45, comment="Bel accueil", url="https://avis.example/1", linked_by="Maud Le Goff")],
    actions=[ClientAction(id=uuid(21, 1), action="brochure_sent", day=date(2026, 10, 12), note="", by_name="M. Le Goff")],
    payments=[CardPayment(id=uuid(21, 2), dossier_id=DOSSIER, number="P2611210042", day=date(2026, 11, 20), means="transfer", state="paid",
                          amount=Money(minor=214320), back=Money(minor=0))],
    signal=SIGNAL, mended=["street: rue des Ã‰coles → rue des Écoles"],
)  # fmt: skip
LOCKED_CARD = ClientCard(
    id=MARCHETTI, version=2, name="Marchetti Tina", fields=ClientFields(first_name="Tina", last_name="Marchetti", country="IT", town="Torino", email="tina@example.it",
    phones=[Phone(number="+39 333 1234567", mobile=True)]), status="prospect", email_quality="valid",
    blacklisting=Blacklisting(reason="unpaid", evidence_day=date(2026, 5, 2), last_day=date(2028, 5, 2), by="M. Le Goff"),
    stays=[], dossiers=[], mails=[], signal=None,
)  # fmt: skip
LOCAL_VALUES = [
    LocalValue(id=uuid(22, 1), list_name="segmentation", code="classes_de_mer", label="Classes de mer", network_code="schools", retired_on=None, version=1),
    LocalValue(id=uuid(22, 2), list_name="marketing_code", code="mer", label="MER", network_code="", retired_on=None, version=1),
    LocalValue(id=uuid(22, 3), list_name="marketing_code", code="vieux", label="Vieux code", network_code="", retired_on=date(2026, 1, 1), version=2),
]  # fmt: skip
COLOURS = [TypeColour(client_type="school", colour="#3366cc")]
NETWORK_VALUES = [
    NetworkValue(list_name="discovery_channel", category="", code="brochure", label="Brochure", detail="", offered=True, first_day=None, last_day=None,
                 split_from=None, renamings=[Renaming(from_day=date(2027, 1, 1), label="Dépliant")]),
    NetworkValue(list_name="discovery_channel", category="", code="emailing", label="Via un e-mailing", detail="", offered=False, first_day=None,
                 last_day=date(2026, 6, 30), split_from=None, renamings=[]),
    NetworkValue(list_name="discovery_channel", category="", code="newsletter", label="Lettre d'information", detail="", offered=True,
                 first_day=date(2026, 7, 1), last_day=None, split_from="emailing", renamings=[Renaming(from_day=date(2026, 9, 1), label="Infolettre")]),
]  # fmt: skip
HISTORY = [
    HistoryEntry(
        at="2026-11-21T10:00:00Z",
        actor="M. Le Goff",
        address="192.0.2.7",
        action="clients.changed",
        before={"town": "Pont Aven"},
        after={"town": "Pont-Aven"},
    ),
]
NETWORK = [
    NetworkCentre(
        id=CENTRE_ID,
        slug=SLUG,
        name="Centre de Kerfany",
        town="Moëlan-sur-Mer",
        state="active",
        plan="standard",
        beds=142,
        created_at=at(1, 9),
    ),
    NetworkCentre(
        id=UUID(int=2),
        slug="mimizan",
        name="Centre de Mimizan",
        town="Mimizan",
        state="suspended",
        plan="standard",
        beds=88,
        created_at=at(2, 9),
    ),
]

ROLES = [
    RoleView(id=uuid(16, n), name=name, supplied=True, rights=[])
    for n, name in enumerate(("réception", "commercial", "comptabilité", "direction"), 1)
]
USERS = [
    User(id=uuid(17, 1), version=3, login="anne.morvan", name="Anne Morvan", email="anne@kerfany.example", role="réception", state="active",
         keys=[KeyView(id=uuid(18, 1), label="bureau", fingerprint="SHA256:q1Zb0", created_at=at(2, 9), last_used_at=at(21, 8)),
               KeyView(id=uuid(18, 2), label="portable", fingerprint="SHA256:w7Xc9", created_at=at(3, 9), last_used_at=None)]),
    User(id=uuid(17, 2), version=1, login="le.goff", name="M. Le Goff", email="direction@kerfany.example", role="direction", state="active", keys=[]),
    User(id=uuid(17, 3), version=5, login="yann.stage", name="Yann Bihan", email="", role="réception", state="disabled", keys=[]),
]  # fmt: skip
TABLETS = [
    Tablet(id=uuid(19, 1), name="Comptoir", paired_at=at(20, 9), unpaired_at=None),
    Tablet(id=uuid(19, 2), name="Hall", paired_at=at(2, 9), unpaired_at=at(19, 9)),
]
PAIRED = TabletPaired(id=uuid(19, 3), name="Salle", token="s3cret", url="https://kerfany.example/t/kerfany/s3cret")

CANCELLATION_COST = CancellationCost(
    days_left=20, total=Money(minor=714400), share_basis_points=3000, fee=Money(minor=214320), paid=Money(minor=0), number="P2611210042"
)  # fmt: skip
REHEARSAL = DatesRehearsal(
    arrival=date(2027, 3, 23), departure=date(2027, 3, 27),
    lines=[
        LineThen(line_id=uuid(12, 1), label="Pension complète ado", before=Money(minor=597600), after=Money(minor=796800), verdict="repriced"),
        LineThen(line_id=uuid(12, 3), label="Visite de la criée", before=Money(minor=31200), after=Money(minor=31200), verdict="kept"),
        LineThen(line_id=uuid(12, 4), label="Divers : car depuis la gare", before=Money(minor=28000), after=Money(minor=28000), verdict="kept"),
    ],
    before=Money(minor=656800), after=Money(minor=856000), blocked=[], quote_number=2, accepted=False, paid=Money(minor=0), ways=["lose", "requote"],
)  # fmt: skip
