"""The terminal over SSH: log in to a drawn Accueil, press keys, count memory; a real house, OpenSSH's client on a pty."""

import random
import threading
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from infra.checks.figures import Figure, at_most, percentile, side
from tests.journeys.house import House, key_pair, open_house, prepared
from tests.journeys.terminal import Terminal
from tests.tui.gateway.processes import Gateway, private_kilobytes

LOG_INS = 10
KEYS = 60
OTHERS = 5
CROWD = 20


class Desk(msgspec.Struct, frozen=True):
    """Whose desk is measured."""

    login: str
    name: str
    key_file: Path


def a_desk(house: House) -> Desk:
    """Make a centre with somebody who holds a key."""
    key_file, public_key = key_pair(house.folder, "bench")

    async def add() -> Desk:
        from tests.factories.accounts import a_user
        from tests.factories.centres import a_centre

        user = await a_user(await a_centre(), "commercial", public_key=public_key)
        return Desk(user.login, user.name, key_file)

    return prepared(add)


def logged_in(house: House, desk: Desk) -> Terminal:
    """Log in, and wait for a usable Accueil."""
    terminal = Terminal(house.ssh(desk.key_file, desk.login), columns=160, rows=50)
    terminal.until("Aujourd'hui", desk.name, "Tout est fait", seconds=60)
    return terminal


def log_in_seconds(house: House, desk: Desk) -> float:
    """Return how long it takes from starting ssh to Accueil with the day's data."""
    terminal = Terminal(house.ssh(desk.key_file, desk.login), columns=160, rows=50)
    try:
        return terminal.until("Aujourd'hui", desk.name, "Tout est fait", seconds=60)
    finally:
        terminal.close()


def typing(terminal: Terminal) -> None:
    """Stand in a field."""
    terminal.press("/")
    terminal.until("Chercher partout")


def echoes(terminal: Terminal, keys: int) -> list[float]:
    """Return milliseconds from each key to its first bytes back, in a text field."""
    dice = random.Random(keys)
    found = []
    for number in range(keys):
        terminal.look(seconds=0.15)
        key = "backspace" if number % 8 == 7 else dice.choice("abcdefghij")
        found.append(terminal.echo(key) * 1000)
    return found


def echoes_of_all(terminals: list[Terminal], keys: int) -> list[float]:
    """Return the same of everybody typing at once."""
    found: list[float] = []
    threads = [threading.Thread(target=lambda one=one: found.extend(echoes(one, keys))) for one in terminals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def measure() -> list[Figure]:
    """Measure it all."""
    with TemporaryDirectory(prefix="halte-") as folder, open_house(Path(folder)) as house:
        desk = a_desk(house)
        gateway = Gateway(house)
        log_in_seconds(house, desk)
        log_ins = [log_in_seconds(house, desk) * 1000 for _ in range(LOG_INS)]
        gateway.wait_for_sessions(0)
        terminals = [logged_in(house, desk)]
        try:
            typing(terminals[0])
            alone = echoes(terminals[0], KEYS)
            terminals += [logged_in(house, desk) for _ in range(OTHERS)]
            for terminal in terminals[1:]:
                typing(terminal)
            together = echoes_of_all(terminals, KEYS // 2)
            terminals += [logged_in(house, desk) for _ in range(CROWD - len(terminals))]
            for terminal in terminals[1 + OTHERS :]:
                typing(terminal)
            crowded = echoes_of_all(terminals, KEYS // 6)
            memory = [private_kilobytes(pid) / 1024 for pid in gateway.sessions()]
        finally:
            for terminal in terminals:
                terminal.close()
    return [
        at_most(
            "SSH log-in to Accueil with its data",
            sorted(log_ins)[len(log_ins) // 2],
            400,
            sides=(side("log-in", log_ins),),
        ),
        at_most("key to bytes p95, alone", percentile(alone, 95), 16, sides=(side("key", alone),)),
        at_most(
            f"key to bytes p95, {OTHERS} others typing", percentile(together, 95), 16, sides=(side("key", together),)
        ),
        at_most(
            f"key to bytes p95, {CROWD} sessions typing", percentile(crowded, 95), 50, sides=(side("key", crowded),)
        ),
        at_most(
            "memory of a further session, shared with nobody",
            sum(memory) / len(memory),
            25,
            unit="MB",
            sides=(side("session", memory, unit="MB"),),
            note=f"{len(memory)} sessions open",
        ),
    ]
