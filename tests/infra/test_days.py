"""Days in words."""

from datetime import date

from infra.days import day_in_words


def test_the_first_of_a_month_is_an_ordinal_in_french_and_in_no_other_language() -> None:
    first = date(2021, 3, 1)

    assert day_in_words(first, "fr") == "1er mars 2021"
    assert day_in_words(first, "fr", form="full") == "lundi 1er mars 2021"
    assert day_in_words(date(2021, 3, 21), "fr") == "21 mars 2021"
    assert day_in_words(date(2021, 3, 11), "fr") == "11 mars 2021"
    assert day_in_words(first, "de") == "1. März 2021"
    assert day_in_words(first, "en") == "March 1, 2021"
