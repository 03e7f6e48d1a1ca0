"""Countries and how many of each, as people type them."""

import pytest

from tui.country_text import Unreadable, in_letters, in_names, read_countries

NAMES = {"FR": "France", "IT": "Italie", "DE": "Allemagne", "CI": "Côte d’Ivoire", "NE": "Niger", "NG": "Nigéria"}


@pytest.mark.parametrize(
    ("typed", "letters"),
    [
        ("", ""),
        (" , ;", ""),
        ("France 24, Italie 2", "FR 24, IT 2"),
        ("FR 24, it 2", "FR 24, IT 2"),
        ("24 france; 2 ALLEM", "FR 24, DE 2"),
        ("IT:2", "IT 2"),
        ("cote d'ivoire 3", "CI 3"),
        ("Niger 1", "NE 1"),
    ],
)
def test_a_country_is_read_by_its_letters_its_name_or_how_that_begins(typed: str, letters: str) -> None:
    assert in_letters(read_countries(typed, NAMES)) == letters


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("France 24, Italie", "« Italie » : un pays et un nombre, comme France 24"),
        ("26", "« 26 » : un pays et un nombre, comme France 24"),
        ("nig 2", "« nig » : lequel ? Niger, Nigéria"),
        ("fr. 2 3", "« fr. 2 3 » : un pays et un nombre, comme France 24"),
        ("Itlie 2", "« Itlie » n'est pas un pays connu"),
        ("ZZ 2", "« ZZ » n'est pas un pays connu"),
        ("- 2", "« - » n'est pas un pays connu"),
    ],
)
def test_what_cannot_be_read_is_named(typed: str, why: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_countries(typed, NAMES)
    assert str(refused.value) == why


def test_without_the_names_two_letters_do() -> None:
    read = read_countries("fr 24, KH 2", {})
    assert in_letters(read) == in_names(read, {}) == "FR 24, KH 2"
    assert in_names(read, {"KH": "Cambodge"}) == "FR 24, Cambodge 2"
    with pytest.raises(Unreadable):
        read_countries("France 2", {})
