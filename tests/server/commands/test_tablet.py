"""`halte tablet`, run as an administrator runs it."""

import json

import pytest

from tests.server.commands.test_centre_and_user import create, halte

pytestmark = [pytest.mark.usefixtures("servers"), pytest.mark.slow]


def test_a_tablet_is_paired_listed_and_unpaired() -> None:
    create("tablettes")
    paired = halte("tablet", "pair", "--centre", "tablettes", "--name", "Accueil", "--json")
    made = json.loads(paired.out)
    assert made["url"].endswith(f"/t/tablettes/{made['token']}")

    listed = halte("tablet", "list", "--centre", "tablettes")
    assert made["id"] in listed.out
    assert made["token"] not in listed.out
    asked = halte("tablet", "unpair", "--centre", "tablettes", "--name", "Accueil")
    assert (asked.code, "--yes" in asked.err) == (1, True)
    assert halte("tablet", "unpair", "--centre", "tablettes", "--name", "Accueil", "--yes").out == "Accueil: unpaired\n"
    gone = halte("tablet", "unpair", "--centre", "tablettes", "--name", "Accueil", "--yes")
    assert (gone.code, "tablet_not_paired" in gone.err) == (1, True)
    assert json.loads(halte("tablet", "list", "--centre", "tablettes", "--json").out)[0]["unpaired_at"] is not None
