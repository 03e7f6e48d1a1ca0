"""Days and sums as people type them."""

from datetime import date

import pytest

from tui.day_text import Unreadable, read_day, read_minor

TODAY = date(2026, 11, 21)  # a Saturday


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("12/7", date(2027, 7, 12)),
        ("12/12", date(2026, 12, 12)),
        ("21/11", date(2026, 11, 21)),
        ("20/11", date(2027, 11, 20)),
        ("12/07/27", date(2027, 7, 12)),
        ("12.7.2028", date(2028, 7, 12)),
        ("2027-03-16", date(2027, 3, 16)),
        ("16 mars", date(2027, 3, 16)),
        ("1er déc. 2026", date(2026, 12, 1)),
        ("mar. 16 mars 2027", date(2027, 3, 16)),
        ("lun", date(2026, 11, 23)),
        ("Samedi", date(2026, 11, 28)),
        ("mon", date(2026, 11, 23)),
        ("+3", date(2026, 11, 24)),
        ("+3 nuits", date(2026, 11, 24)),
        ("-2", date(2026, 11, 19)),
        ("demain", date(2026, 11, 22)),
        ("aujourd'hui", date(2026, 11, 21)),
        ("après-demain", date(2026, 11, 23)),
        ("hier", date(2026, 11, 20)),
        ("25", date(2026, 11, 25)),
        ("3", date(2026, 12, 3)),
        ("29/2", date(2028, 2, 29)),
    ],
)
def test_a_day_is_read_as_it_is_said(typed: str, day: date) -> None:
    assert read_day(typed, today=TODAY) == day


@pytest.mark.parametrize(
    ("typed", "day"),
    [("+3", date(2027, 3, 19)), ("19/3", date(2027, 3, 19)), ("19", date(2027, 3, 19)), ("ven", date(2027, 3, 19))],
)
def test_a_departure_counts_from_the_arrival(typed: str, day: date) -> None:
    assert read_day(typed, today=TODAY, after=date(2027, 3, 16)) == day


@pytest.mark.parametrize("typed", ["31/2", "42/7", "m", "bientôt", "12/", "+", ""])
def test_what_is_no_day_is_refused(typed: str) -> None:
    with pytest.raises(Unreadable):
        read_day(typed, today=TODAY)


@pytest.mark.parametrize(
    ("typed", "minor"),
    [("41,50", 4150), ("41.5", 4150), ("280", 28000), ("1 234,05 €", 123405), ("-3", -300), ("0,05", 5)],
)
def test_a_sum_is_read_with_comma_or_point(typed: str, minor: int) -> None:
    assert read_minor(typed) == minor


@pytest.mark.parametrize("typed", ["", "1,234", "dix", "1,2,3"])
def test_what_is_no_sum_is_refused(typed: str) -> None:
    with pytest.raises(Unreadable):
        read_minor(typed)
