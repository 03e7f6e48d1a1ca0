"""Texts ring by day, from Monday to Saturday, never on a holiday of the centre's own department."""

from datetime import UTC, date, datetime

import pytest

from tenants.text_messages.hours import easter, holidays, next_allowed
from tenants.text_messages.rules import TextTooLong, composed, refuses_more


@pytest.mark.parametrize(
    ("year", "sunday"),
    [
        (1961, date(1961, 4, 2)), (2000, date(2000, 4, 23)), (2024, date(2024, 3, 31)), (2026, date(2026, 4, 5)),
        (2027, date(2027, 3, 28)), (2038, date(2038, 4, 25)), (2285, date(2285, 3, 22)),
    ],
)  # fmt: skip
def test_easter_falls_where_it_does(year: int, sunday: date) -> None:
    assert easter(year) == sunday


def test_a_year_has_eleven_holidays_and_more_in_alsace_and_overseas() -> None:
    country = holidays(2027, "29930")
    assert sorted(country) == [
        date(2027, 1, 1), date(2027, 3, 29), date(2027, 5, 1), date(2027, 5, 6), date(2027, 5, 8), date(2027, 5, 17),
        date(2027, 7, 14), date(2027, 8, 15), date(2027, 11, 1), date(2027, 11, 11), date(2027, 12, 25),
    ]  # fmt: skip
    assert holidays(2027, "67000") - country == {date(2027, 3, 26), date(2027, 12, 26)}
    assert holidays(2027, "97400") - country == {date(2027, 12, 20)}


@pytest.mark.parametrize(
    ("instant", "zone", "code", "rings"),
    [
        ("2027-03-10T10:00:00Z", "Europe/Paris", "29930", "2027-03-10T10:00:00Z"),
        ("2027-03-10T07:59:59Z", "Europe/Paris", "29930", "2027-03-10T08:00:00Z"),
        ("2027-03-10T18:59:59Z", "Europe/Paris", "29930", "2027-03-10T18:59:59Z"),
        ("2027-03-10T19:00:00Z", "Europe/Paris", "29930", "2027-03-11T08:00:00Z"),
        ("2027-03-13T19:00:00Z", "Europe/Paris", "29930", "2027-03-15T08:00:00Z"),  # Saturday evening
        ("2027-03-27T20:00:00Z", "Europe/Paris", "29930", "2027-03-30T07:00:00Z"),  # Easter, and the hour of summer
        ("2027-03-26T10:00:00Z", "Europe/Paris", "29930", "2027-03-26T10:00:00Z"),  # Good Friday
        ("2027-03-26T10:00:00Z", "Europe/Paris", "67000", "2027-03-27T08:00:00Z"),
        ("2027-12-31T22:00:00Z", "Europe/Paris", "29930", "2028-01-03T08:00:00Z"),  # New Year's Day is a Saturday
        ("2028-02-28T20:00:00Z", "Europe/Paris", "29930", "2028-02-29T08:00:00Z"),
        ("2027-03-10T15:30:00Z", "Indian/Reunion", "97400", "2027-03-10T15:30:00Z"),
        ("2027-03-10T16:30:00Z", "Indian/Reunion", "97400", "2027-03-11T05:00:00Z"),
    ],
)
def test_a_text_waits_for_the_next_hour_at_which_it_may_ring(instant: str, zone: str, code: str, rings: str) -> None:
    given = datetime.fromisoformat(instant).astimezone(UTC)
    assert next_allowed(given, time_zone=zone, postal_code=code) == datetime.fromisoformat(rings)


@pytest.mark.parametrize(
    ("reply", "stops"),
    [
        ("STOP", True), ("stop !", True), ("Arrêt", True), ("Désabonner", True), ("Merci de stop", True), ("STOP svp je ne veux plus rien", True),
        ("", False), ("Oui merci", False), ("Le bus s'arrête où ?", False), ("il y a un stop juste devant chez vous ou non", False),
    ],
)  # fmt: skip
def test_stop_is_heard_as_people_write_it(reply: str, stops: bool) -> None:
    assert refuses_more(reply) is stops


def test_every_text_says_how_to_refuse_more_and_is_counted_with_it() -> None:
    assert composed("Bonjour  à\nvous") == composed("Bonjour à vous")
    assert composed("Bonjour").text == "Bonjour STOP au [STOP_CODE]"
    assert [composed("a" * length).parts for length in (146, 147)] == [1, 2]
    with pytest.raises(TextTooLong):
        composed("a" * 600)
