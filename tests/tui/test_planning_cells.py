"""What a bar of the planning says in the cells that it has."""

from uuid import uuid4

import pytest

from server.contract.stays import PlanningBar
from tests.tui.test_planning import november
from tui.widgets.planning_cells import drawn


@pytest.mark.parametrize(
    ("label", "pax", "status", "cells", "said"),
    [
        ("J.Ferry", 6, "confirmed", 15, "▓J.Ferry 6▓▓▓▓▓"),
        ("CSE Max-Jacob SAS", 26, "present", 19, "█●CSE Max-Jaco… 26█"),
        ("CSE Max-Jacob SAS", 26, "present", 22, "█●CSE Max-Jacob S… 26█"),
        ("CSE Max-Jacob SAS", None, "present", 15, "█●CSE Max-Jaco█"),
        ("Mairie de Limoges", 31, "confirmed", 11, "▓Mairi… 31▓"),
        ("Chloé Quéré", 4, "confirmed", 7, "▓Chloé▓"),
        ("Chloé Quéré", 4, "confirmed", 3, "▓C▓"),
        ("Mairie", 4, "option", 2, "?▒"),
    ],
)
def test_a_name_that_is_too_long_gives_way_to_how_many_they_are(
    label: str, pax: int | None, status: str, cells: int, said: str
) -> None:
    bar = PlanningBar(
        id=uuid4(),
        stay_id=uuid4(),
        room_id=uuid4(),
        arrival=november(20),
        departure=november(24),
        beds=6,
        pax=pax,
        label=label,
        status=status,
        colour="",
    )
    assert "".join(mark.letter for mark in drawn(bar, cells)) == said
