"""A receptionist's day at 80×24, screen by screen, from the morning's Accueil to the police in the evening."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from tests.tui import day_seeds, seeds
from tests.tui.conftest import opened, settled, shown
from tests.tui.desk_server import Desk
from tui.app import HalteApp

WALK: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("07h00 the day in one look", ()),
    ("07h05 the day's sheet", ("g", "j")),
    ("07h10 what the kitchen cooks", ("4",)),
    ("07h15 the sheet to print", ("1", "i")),
    ("07h30 which rooms are to be cleaned", ("escape", "c")),
    ("07h31 a room is clean", ("enter",)),
    ("08h30 who leaves", ("escape", "2")),
    ("08h35 a departure", ("d",)),
    ("09h00 the demandes of the night", ("escape", "g", "d")),
    ("09h30 the phone rings", ("n",)),
    ("09h40 who is it", ("escape", "/", "f", "e", "r")),
    ("10h00 the client's card", ("escape", "g", "k", "enter")),
    ("10h30 is there room in December", ("escape", "ctrl+g", "p")),
    ("11h00 the group of this afternoon", ("g", "j", "1", "enter")),
    ("11h05 who sleeps where", ("r",)),
    ("11h10 one more pupil", ("n",)),
    ("11h15 the leader's link", ("escape", "l")),
    ("14h00 the group is here", ("escape", "escape", "escape", "g", "j", "1", "home", "a")),
    ("14h05 its survey", ("escape", "enter", "v")),
    ("16h00 one room goes home", ("escape", "l")),
    ("16h01 only that room", ("ctrl+s",)),
    ("18h00 how it stands with the money", ("escape", "escape", "g", "o")),
    ("22h00 the police ask", ("g", "j", "1", "enter", "f")),
    ("22h45 tomorrow", ("escape", "g", "j", "right")),
)
"""The hour and what is wanted, then the keys from the screen before."""


KEPT = Path(__file__).parent / "receptionists_day.txt"
"""Every screen of the walk as text; `--snapshot-update` writes it anew."""


async def test_a_receptionists_day(desk: Desk, an_app: Callable[[], HalteApp], request: pytest.FixtureRequest) -> None:
    """One walk, no screen skipped: what one leaves behind is part of the next."""
    ready = msgspec.structs.replace(seeds.ARRIVALS[1], rooms=["A2", "A3"])
    desk.answers["GET /day-sheet"] = msgspec.structs.replace(day_seeds.SHEET, arrivals=[ready, *seeds.ARRIVALS[2:]])
    seen = []
    app = an_app()
    async with opened(app) as pilot:
        for hour, keys in WALK:
            for key in keys:
                await pilot.press(key)
                await settled(pilot)
            app.clear_notifications()
            await settled(pilot)
            lines = "\n".join(line.rstrip() for line in shown(app).splitlines())
            seen.append(f"=== {hour}: {' '.join(keys) or 'ssh'}\n{lines}")
    walked = "\n\n".join(seen) + "\n"
    if request.config.getoption("update_snapshots"):
        KEPT.write_text(walked)
    for screen, kept in zip(walked.split("\n\n=== "), KEPT.read_text().split("\n\n=== "), strict=True):
        assert screen.strip() == kept.strip()
