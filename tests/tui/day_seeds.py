"""The day that the terminal's tests look at: its sheet, a group's rooming list, the rooms."""

from datetime import date

from server.contract.arrivals import PoliceForm
from server.contract.day_sheet import DaySheet, DocumentLink, EatsApart, Keys, Meals, RoomToday, Serving, Survey
from server.contract.groups import GroupRoom, RoomingEntry, RoomingEntryFields, RoomingList
from tests.tui.seeds import (
    ARRIVALS,
    DEPARTURES,
    STAY_FERRY,
    STAY_VOIX,
    TODAY,
    arrival,
    at,
    uuid,
)


def serving(name: str, sitting: str, diet: str, people: int, *, counted: int | None = None) -> Serving:
    """So many of a stay eat a diet at a sitting today; `counted` where a hand said otherwise."""
    return Serving(
        stay_id=STAY_FERRY if "Ferry" in name else STAY_VOIX, name=name, day=TODAY, sitting=sitting, diet=diet,
        people=people, by_hand=counted is not None, counted=people if counted is None else counted,
    )  # fmt: skip


def room(number: int, name: str, state: str, work: str, **over: object) -> RoomToday:
    """A room of the day."""
    values: dict[str, object] = {
        "room_id": uuid(5, number), "room": name, "place": "Le Phare 1er", "beds": 6, "state": state, "work": work,
        "to_clean": state == "dirty", "still_in": False, "leaving": "", "arriving": "", "arriving_people": 0,
        "arrival_time": "", "out_of_service": False, "marked_by": "Étage", **over,
    }  # fmt: skip
    return RoomToday(**values)  # type: ignore[arg-type]


ROOMS_TODAY = [
    room(1, "B1", "dirty", "turnover", arriving="Collège J. Ferry", arrival_time="14:00"),
    room(2, "B2", "dirty", "departure"),
    room(3, "B3", "clean", "departure", still_in=True, to_clean=True),
    room(4, "B4", "clean", "arrival", arriving="Chorale Voix-Là", arrival_time="15:30"),
    room(5, "A1", "inspected", "empty", place="Les Dunes RDC", beds=2),
]
SHEET = DaySheet(
    day=TODAY,
    arrivals=[*ARRIVALS[:1], arrival(STAY_VOIX, "Chorale Voix-Là", 14, ["A2", "A3"], "15:30", needs=["rooms_not_ready"]), *ARRIVALS[2:]],
    departures=DEPARTURES,
    present=[arrival(uuid(2, 9), "Randonneurs d'Argoat", 8, ["C4", "C5"], "", needs=[], status="present")],
    people_tonight=79,
    servings=[
        serving("Randonneurs d'Argoat", "breakfast", "standard", 8),
        serving("Collège J. Ferry", "dinner", "standard", 48),
        serving("Collège J. Ferry", "dinner", "vegetarian", 3),
        serving("Collège J. Ferry", "dinner", "gluten_free", 1),
        serving("Chorale Voix-Là", "dinner", "standard", 12, counted=14),
    ],
    apart=[
        EatsApart(stay_id=STAY_FERRY, group="Collège J. Ferry", who="Nour Benali", room="B2", diet="gluten_free", allergies="maladie cœliaque", access_needs=""),
        EatsApart(stay_id=STAY_FERRY, group="Collège J. Ferry", who="Tom Petit", room="B4", diet="standard", allergies="arachide", access_needs="béquilles"),
    ],
    rooms=[one for one in ROOMS_TODAY if one.to_clean],
)  # fmt: skip
EMPTY_SHEET = DaySheet(
    day=TODAY, arrivals=[], departures=[], present=[], people_tonight=0, servings=[], apart=[], rooms=[]
)


def person(
    number: int, first: str, last: str, place: int | None, *, lacks: tuple[str, ...] = (), **over: object
) -> RoomingEntry:
    """Somebody of the group; `place` is their room's."""
    fields = RoomingEntryFields(
        first_name=first,
        last_name=last,
        room_id=None if place is None else uuid(5, place),
        **over,  # type: ignore[arg-type]
    )
    name = "" if place is None else f"B{place}"
    return RoomingEntry(id=uuid(6, number), version=1, fields=fields, room=name, lacks=list(lacks))


PEOPLE = [
    person(1, "Anne", "Morel", 3, role="leader", sex="F", responsible=True, phone="06 12 34 56 78"),
    person(2, "Léa", "O'Brien", 1, sex="F", age=12),
    person(3, "Nour", "Benali", 1, sex="F", age=13, diet="gluten_free", allergies="maladie cœliaque"),
    person(4, "Tom", "Petit", 2, sex="M", age=12, allergies="arachide", access_needs="béquilles"),
    person(5, "Ilyès", "", None, sex="M", lacks=("last_name",)),
]


def rooming_list(entries: list[RoomingEntry]) -> RoomingList:
    """The school's list with these people."""
    return RoomingList(
        stay_id=STAY_FERRY, client_name="Collège J. Ferry", status="confirmed", arrival=TODAY,
        departure=date(2026, 11, 24), expected=52, complete=sum(not one.lacks for one in entries),
        roomed=sum(one.fields.room_id is not None for one in entries), responsible=sum(one.fields.responsible for one in entries), ready=False,
        opened_at=at(20, 9), submitted_at=None, submitted_by="",
        rooms=[
            GroupRoom(id=uuid(5, n), name=f"B{n}", beds=6, sleepers=sum(one.room == f"B{n}" for one in entries), accessible=n == 3, floor="Le Phare 1er")
            for n in (1, 2, 3)
        ],
        entries=entries,
    )  # fmt: skip


ROOMING = rooming_list(PEOPLE)
MEALS = Meals(servings=[one for one in SHEET.servings if one.stay_id == STAY_FERRY])
KEYS = Keys(given=0, returned=0)
SURVEY = Survey(
    sent_at=at(14, 8), mailed_to="intendance@ferry.example", answered_at=at(15, 18), arrival_time="14:00",
    diets={"vegetarian": 3}, allergies="arachide", access_needs="béquilles, lit du bas", wishes="salle au calme",
)  # fmt: skip
DOCUMENT = DocumentLink(
    url="https://kerfany.example/d/abc/feuille-du-jour-2026-11-21.pdf", name="feuille-du-jour-2026-11-21.pdf",
    expires_at=at(21, 12),
)  # fmt: skip
POLICE = PoliceForm(
    guest_id=uuid(7, 1), surname="Schmidt", first_names="Anna", birth_date=date(1980, 2, 29), birth_place="Köln",
    nationality="DE", home="Domplatz 1, 50667 Köln", mobile="+49 170 1234567", email="anna@schmidt.example",
    arrival=TODAY, departure=date(2026, 11, 24), signature="M1 1L2 2",
)  # fmt: skip
