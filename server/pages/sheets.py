"""What the day's documents say, in words: its sheet, the kitchen's, housekeeping's, a group's list."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Final

from infra.days import day_in_words
from infra.documents import Column, Document, Section
from server.contract.day_sheet import DaySheet, EatsApart, RoomToday
from server.contract.stays import ArrivalLine
from server.pages.group_words import DIETS, ROLES, SEXES, SITTINGS, STATES, WORK, said
from server.pages.languages import translations
from server.pages.words import N_
from tenants.rooming.queries import RoomingList
from tenants.rooming.rules import Entry

Say = Callable[[str], str]

NEEDS: Final = {
    "balance": N_("solde"),
    "police_forms": N_("fiches de police"),
    "beds": N_("lits"),
    "counts": N_("effectifs"),
    "pre_check_in": N_("pré-arrivée"),
    "rooms_not_ready": N_("chambre non prête"),
    "keys": N_("clés"),
    "keys_back": N_("clés à rendre"),
}
"""What a stay still needs, as the day's list names it."""


def day_document(sheet: DaySheet, *, owner: str, language: str) -> Document:
    """Return the day's sheet: who arrives, leaves and stays, what is eaten, what is to be cleaned."""
    say = translations(language).gettext
    people = say(N_("Cette nuit dans la maison : %(people)s personnes.")) % {"people": sheet.people_tonight}
    return Document(
        title=say(N_("Feuille du jour")),
        subtitle=_day(sheet.day, language),
        owner=owner,
        language=language,
        sections=[
            _stays(say(N_("Arrivées")), sheet.arrivals, say, empty=say(N_("Aucune arrivée."))),
            _stays(say(N_("Départs")), sheet.departures, say, empty=say(N_("Aucun départ."))),
            _stays(say(N_("Présents")), sheet.present, say, empty=say(N_("Personne ne reste.")), note=people),
            _meals(sheet, say, language),
            _apart(sheet.apart, say, language),
            _rooms(sheet.rooms, say, language),
        ],
    )


def kitchen_document(sheet: DaySheet, *, owner: str, language: str) -> Document:
    """Return the kitchen's sheet: meals by sitting and diet, then by group, then who eats apart."""
    say = translations(language).gettext
    groups = Section(
        title=say(N_("Repas par groupe")),
        columns=[
            Column(say(N_("service")), 0),
            Column(say(N_("séjour")), 3),
            Column(say(N_("régime")), 1),
            Column(say(N_("personnes")), 0, right=True),
        ],
        rows=[
            [said(SITTINGS, one.sitting, language), one.name, said(DIETS, one.diet, language), str(one.people)]
            for one in sheet.servings
        ],
        empty=say(N_("Aucun repas vendu ce jour.")),
    )
    return Document(
        title=say(N_("Cuisine")),
        subtitle=_day(sheet.day, language),
        owner=owner,
        language=language,
        sections=[_meals(sheet, say, language), groups, _apart(sheet.apart, say, language)],
    )


def housekeeping_document(day: date, rooms: Sequence[RoomToday], *, owner: str, language: str) -> Document:
    """Return the rooms of a day in the order of work."""
    say = translations(language).gettext
    return Document(
        title=say(N_("Chambres à faire")),
        subtitle=_day(day, language),
        owner=owner,
        language=language,
        sections=[_rooms([room for room in rooms if room.to_clean], say, language)],
    )


def rooming_document(listed: RoomingList, *, owner: str, language: str) -> Document:
    """Return a group's list, as it can be read back in, and who sleeps where."""
    say = translations(language).gettext
    heads = [
        Column(say(N_("nom")), 2),
        Column(say(N_("prénom")), 2),
        Column(say(N_("rôle")), 0),
        Column(say(N_("sexe")), 0),
        Column(say(N_("âge")), 0, right=True),
        Column(say(N_("responsable")), 0),
        Column(say(N_("téléphone")), 1),
        Column(say(N_("chambre")), 0),
        Column(say(N_("régime")), 1),
        Column(say(N_("allergies")), 1),
        Column(say(N_("accès")), 1),
        Column(say(N_("remarques")), 1),
    ]
    fields = listed.stay.fields
    return Document(
        title=listed.stay.client_name or say(N_("Participants")),
        subtitle=f"{_day(fields.arrival, language)} → {_day(fields.departure, language)}",
        owner=owner,
        language=language,
        landscape=True,
        sections=[
            Section(
                title=say(N_("Participants")),
                columns=heads,
                rows=[_person(entry, say, language) for entry in listed.entries],
                empty=say(N_("Personne encore.")),
            ),
            _who_sleeps_where(listed, say),
        ],
    )


def _stays(title: str, lines: Sequence[ArrivalLine], say: Say, *, empty: str, note: str = "") -> Section:
    return Section(
        title=title,
        columns=[
            Column(say(N_("heure")), 0),
            Column(say(N_("séjour")), 3),
            Column(say(N_("pers.")), 0, right=True),
            Column(say(N_("chambres")), 2),
            Column(say(N_("il manque")), 2),
        ],
        rows=[
            [
                line.arrival_time,
                line.name,
                "" if line.pax is None else str(line.pax),
                ", ".join(line.rooms),
                ", ".join(say(NEEDS.get(need, need)) for need in line.needs),
            ]
            for line in lines
        ],
        empty=empty,
        note=note,
    )


def _meals(sheet: DaySheet, say: Say, language: str) -> Section:
    """Sum the servings by sitting and diet, a line a sitting's diet, then the sitting's total."""
    sums: dict[str, dict[str, int]] = {}
    for serving in sheet.servings:
        diets = sums.setdefault(serving.sitting, {})
        diets[serving.diet] = diets.get(serving.diet, 0) + serving.people
    rows = []
    for sitting in [one for one in SITTINGS if one in sums]:
        name, diets = said(SITTINGS, sitting, language), sums[sitting]
        rows += [[name, said(DIETS, diet, language), str(diets[diet])] for diet in DIETS if diets.get(diet)]
        rows.append([name, say(N_("total")), str(sum(diets.values()))])
    return Section(
        title=say(N_("Repas")),
        columns=[
            Column(say(N_("service")), 1),
            Column(say(N_("régime")), 2),
            Column(say(N_("personnes")), 0, right=True),
        ],
        rows=rows,
        empty=say(N_("Aucun repas vendu ce jour.")),
    )


def _apart(lines: Sequence[EatsApart], say: Say, language: str) -> Section:
    return Section(
        title=say(N_("Allergies, régimes, accès")),
        columns=[
            Column(say(N_("séjour")), 2),
            Column(say(N_("qui")), 2),
            Column(say(N_("chambre")), 0),
            Column(say(N_("régime")), 1),
            Column(say(N_("allergies")), 2),
            Column(say(N_("accès")), 2),
        ],
        rows=[
            [
                line.group,
                line.who or say(N_("le groupe")),
                line.room,
                said(DIETS, line.diet, language) if line.diet not in ("", "standard") else "",
                line.allergies,
                line.access_needs,
            ]
            for line in lines
        ],
        empty=say(N_("Rien de signalé.")),
    )


def _rooms(rooms: Sequence[RoomToday], say: Say, language: str) -> Section:
    return Section(
        title=say(N_("Chambres à faire")),
        columns=[
            Column(say(N_("chambre")), 0),
            Column(say(N_("étage")), 1),
            Column(say(N_("lits")), 0, right=True),
            Column(say(N_("travail")), 1),
            Column(say(N_("état")), 1),
            Column(say(N_("séjour")), 3),
        ],
        rows=[
            [
                room.room,
                room.place,
                str(room.beds),
                said(WORK, room.work, language),
                said(STATES, room.state, language),
                _who(room),
            ]
            for room in rooms
        ],
        empty=say(N_("Aucune chambre.")),
    )


def _who(room: RoomToday) -> str:
    arriving = " ".join(part for part in (room.arrival_time, room.arriving) if part)
    return " → ".join(part for part in (room.leaving, arriving) if part)


def _person(entry: Entry, say: Say, language: str) -> list[str]:
    fields = entry.fields
    return [
        fields.last_name,
        fields.first_name,
        said(ROLES, fields.role, language),
        said(SEXES, fields.sex, language) if fields.sex else "",
        "" if fields.age is None else str(fields.age),
        say(N_("oui")) if fields.responsible else "",
        fields.phone,
        entry.place,
        said(DIETS, fields.diet, language),
        fields.allergies,
        fields.access_needs,
        fields.notes,
    ]


def _who_sleeps_where(listed: RoomingList, say: Say) -> Section:
    without = say(N_("Sans chambre :"))
    nameless = say(N_("sans nom"))
    nowhere = _names((entry for entry in listed.entries if entry.fields.room_id is None), nameless)
    return Section(
        title=say(N_("Qui dort où")),
        columns=[
            Column(say(N_("chambre")), 0),
            Column(say(N_("étage")), 1),
            Column(say(N_("lits")), 0, right=True),
            Column(say(N_("qui")), 4),
        ],
        rows=[
            [
                room.name,
                room.floor,
                str(room.beds),
                _names((entry for entry in listed.entries if entry.fields.room_id == room.id), nameless),
            ]
            for room in listed.rooms
        ],
        empty=say(N_("Aucune chambre.")),
        note=f"{without} {nowhere}" if nowhere else "",
    )


def _names(entries: Iterable[Entry], nameless: str) -> str:
    return ", ".join(entry.name or nameless for entry in entries)


def _day(day: date, language: str) -> str:
    return day_in_words(day, language, form="full")
