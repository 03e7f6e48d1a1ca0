"""Ten gestures of a receptionist over SSH at 80×24, as keys pressed and seconds passed until the screen shows them done."""

import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from infra.checks.figures import Figure
from infra.clock import today
from tests.benchmarks.terminal import Desk
from tests.journeys.house import House, key_pair, open_house, prepared
from tests.journeys.terminal import Terminal
from tests.tui.gateway.processes import Gateway

CARDS = 60


class Step(msgspec.Struct, frozen=True):
    """Keys pressed, and what is then on the screen."""

    keys: tuple[str, ...]
    shows: tuple[str, ...] = ()


class Gesture(msgspec.Struct, frozen=True):
    """One gesture of the desk, from Accueil, and the steps that lead back there."""

    name: str
    steps: tuple[Step, ...]
    seconds: float
    """It should not take longer, thinking aside."""


def typed(text: str) -> tuple[str, ...]:
    """Return the keys of a text."""
    return tuple(text)


GESTURES = (
    Gesture(
        "find a client",
        (
            Step(("/",), ("Chercher partout",)),
            Step(typed("ferry"), ("Collège Ferry",)),
            Step(("enter",), ("Collège Ferry", "Séjours")),
        ),
        2.0,
    ),
    Gesture(
        "note a demande",
        (
            Step(("n",), ("Nouvelle demande",)),
            Step((*typed("Mme Guillou"), "tab", "tab", *typed("0612345678"), "ctrl+s"), ("Mme Guillou", "Demandes")),
        ),
        3.0,
    ),
    Gesture(
        "option on rooms",
        (
            Step(("g", "r"), ("Réservation",)),
            Step((), ("Chorale Mer",)),
            Step(("down", "enter"), ("Fiche séjour", "Chorale Mer")),
            Step(("p",), ("lits choisis",)),
            Step(("ctrl+s",), ("Chambres tenues",)),
            Step(("o",), ("Jusqu'au soir du",)),
            Step(("ctrl+s",), ("option jusqu'au",)),
        ),
        4.0,
    ),
    Gesture(
        "check in a group",
        (
            Step(("g", "j"), ("Feuille du jour", "Collège Ferry")),
            Step(("a",), ("Tout est prêt", "clés à remettre")),
            Step(("enter",), ("✓ présents",)),
        ),
        3.0,
    ),
    Gesture(
        "who sleeps where",
        (
            Step(("g", "j"), ("Feuille du jour", "Collège Ferry")),
            Step(("r",), ("Qui dort où", "Léa Petit")),
        ),
        2.0,
    ),
    Gesture("day's sheet", (Step(("g", "j"), ("Feuille du jour", "Collège Ferry", "personnes cette nuit")),), 1.5),
    Gesture(
        "early departure of one room",
        (
            Step(("g", "j"), ("Feuille du jour", "Collège Ferry")),
            Step(("enter",), ("Fiche séjour", "B1")),
            Step(("l",), ("Départ d'une chambre",)),
            Step(("ctrl+s",), ("Libérer toutes les chambres du groupe",)),
            Step(("enter",), ("Chambre libérée",)),
        ),
        4.0,
    ),
    Gesture(
        "withdraw a room",
        (
            Step(("g", "p"), ("Planning", "Z9")),
            Step(("end", "x"), ("Hors service : Z9",)),
            Step(("ctrl+s",), ("Z9 : hors service",)),
        ),
        3.0,
    ),
    Gesture(
        "move a stay",
        (
            Step(("g", "p"), ("Planning", "Marchetti")),
            Step(("home", "m"), ()),
            Step(("down", "down", "down", "down", "enter"), ("u pour annuler",)),
        ),
        3.0,
    ),
    Gesture(
        "blacklist a client",
        (
            Step(("/",), ("Chercher partout",)),
            Step(typed("dubois"), ("Dubois",)),
            Step(("enter",), ("Dubois", "Séjours")),
            Step(("b",), ("Fermer le cadenas",)),
            Step((*typed("impay"), "enter", "ctrl+s"), ("🔒",)),
        ),
        4.0,
    ),
)


def a_desk(house: House) -> Desk:
    """Make a centre on a morning: a group that is ready to be checked in, a tentative stay, a family to move, a free room."""
    key_file, public_key = key_pair(house.folder, "desk")

    async def add() -> Desk:
        from tenants.housekeeping.operations import mark_room
        from tenants.housekeeping.rules import State
        from tests.factories.accounts import a_user
        from tests.factories.centres import a_centre
        from tests.factories.clients import a_client, an_organisation
        from tests.factories.groups import DESK, a_person
        from tests.factories.stays import a_confirmed_stay, a_room, a_stay, beds_of

        centre = await a_centre()
        user = await a_user(centre, "direction", public_key=public_key)
        day = today("Europe/Paris")
        rooms = [await a_room(centre.id, name=name, beds=4) for name in ("A1", "A2", "B1", "B2", "B3", "Z9")]
        school = await an_organisation(centre.id, organisation="Collège Ferry")
        group = await a_confirmed_stay(
            centre.id, client_id=school.id, bed_ids=beds_of(*rooms[2:4]), arrival=day, nights=4, arrival_time="14:00"
        )
        await a_person(centre.id, group.id, "Léa Petit", room_id=rooms[2].id)
        choir = await an_organisation(centre.id, organisation="Chorale Mer")
        await a_stay(centre.id, client_id=choir.id, arrival=day, nights=2, status="tentative")
        family = await a_client(centre.id, last_name="Marchetti")
        await a_confirmed_stay(centre.id, client_id=family.id, bed_ids=beds_of(rooms[0]), arrival=day, nights=1)
        await a_client(centre.id, last_name="Dubois")
        for _ in range(CARDS):
            await a_client(centre.id)
        await mark_room(centre.id, rooms[2].id, State.CLEAN, actor=DESK)
        return Desk(user.login, user.name, key_file)

    return prepared(add)


def done(terminal: Terminal, gesture: Gesture) -> tuple[int, float]:
    """Do a gesture, and go back to Accueil; return its keys and seconds."""
    began = time.monotonic()
    keys = 0
    for step in gesture.steps:
        terminal.press(*step.keys)
        keys += len(step.keys)
        if step.shows:
            terminal.until(*step.shows, seconds=30)
    seconds = time.monotonic() - began
    back(terminal)
    return keys, seconds


def back(terminal: Terminal) -> None:
    """Go back to Accueil, out of whatever is open."""
    for _ in range(3):
        terminal.press("escape")
    terminal.press("g", "a")
    terminal.until("Aujourd'hui", "À faire", seconds=30)


def measure(gestures: Sequence[Gesture] = GESTURES) -> list[Figure]:
    """Time them all, one after the other, in one session."""
    with TemporaryDirectory(prefix="halte-") as folder, open_house(Path(folder)) as house:
        desk = a_desk(house)
        Gateway(house)
        terminal = Terminal(house.ssh(desk.key_file, desk.login), columns=80, rows=24)
        try:
            terminal.until("Aujourd'hui", "Collège Ferry", seconds=60)
            found = [(gesture, *done(terminal, gesture)) for gesture in gestures]
        finally:
            terminal.close()
    return [
        Figure(
            name=gesture.name,
            value=seconds,
            unit="s",
            goal=f"≤ {gesture.seconds:g}",
            reached=seconds <= gesture.seconds,
            note=f"{keys} keys",
        )
        for gesture, keys, seconds in found
    ]
