"""What was typed or exported, however badly, becomes comparable; what was right stays right."""

import re
from datetime import date

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenants.imports.card_table import read_bare_card
from tenants.referential.cleaning import phones
from tenants.referential.cleaning.dates import read_birth_date
from tenants.referential.cleaning.emails import EmailQuality, read_email
from tenants.referential.cleaning.names import name_case, read_name, split_title
from tenants.referential.cleaning.organisations import read_organisation
from tenants.referential.cleaning.phones import read_phone
from tenants.referential.cleaning.places import read_country, read_postal_code, read_street, read_town
from tenants.referential.cleaning.text import fold, mend, tidy

TODAY = date(2026, 11, 21)
FRENCH = "abcdefghijklmnopqrstuvwxyzàâæçéèêëîïôœöùûüÿABCDEFGHIJKLMNOPQRSTUVWXYZÀÂÆÇÉÈÊËÎÏÔŒÖÙÛÜŸ"
# « â » ends no French word and stands before no « œ »: there it is the trace of damage.
DAMAGE = re.compile("[Ââ][ «»’–…ŒœŸ]")
french_names = st.text(FRENCH, min_size=1, max_size=12).filter(lambda text: not DAMAGE.search(text))
french_texts = st.text(FRENCH + " -'’«»…–0123456789.,;:!?()", max_size=40).filter(lambda text: not DAMAGE.search(text))


def damaged(text: str, *, times: int = 1) -> str:
    """Read UTF-8 as an old system does: Windows-1252, and the control character where that has none."""
    for _ in range(times):
        text = "".join(
            bytes([byte]).decode("cp1252", errors="replace").replace("\ufffd", chr(byte)) for byte in text.encode()
        )
    return text


@given(french_names, st.integers(1, 2))
def test_a_french_word_read_in_the_wrong_encoding_comes_back(word: str, times: int) -> None:
    assert mend(damaged(word, times=times)) == word


@given(french_texts)
def test_a_right_french_text_is_never_damaged(text: str) -> None:
    assert mend(text) == text


@pytest.mark.parametrize(
    "word",
    ["CAFÉ»", "L'ÉTÉ…", "São Paulo", "JOÃO", "MAÇÃO", "Ångström", "Zürich", "CRÂNE", "PÂTÉ", "Œuvre", "ÉPHÉMÈRE™"],
)
def test_right_words_that_look_broken_are_left_alone(word: str) -> None:
    assert mend(word) == word


@pytest.mark.parametrize(
    ("broken", "whole"),
    [("BENOÃŽT", "BENOÎT"), ("BELLÃ’", "BELLÒ"), ("Ã  la", "à la"), ("dâ€™Arc", "d’Arc"), ("LÃƒÂ©a", "Léa")],
)
def test_what_ftfy_misses_is_mended_too(broken: str, whole: str) -> None:
    assert mend(broken) == whole


@given(st.text(max_size=50))
def test_any_text_can_be_mended_and_tidied_twice_as_once(text: str) -> None:
    once = tidy(mend(text))
    assert tidy(once) == once
    assert "\x00" not in once
    assert fold(once) == fold(once)


@pytest.mark.parametrize(
    "written",
    [
        "06 52 52 72 72", "06.52.52.72.72", "06-52-52-72-72", "0652527272", "+33 6 52 52 72 72", "+33(0)6 52 52 72 72",
        "0033652527272", "33652527272", "652527272", "Tel: 06 52 52 72 72", "06 52 52 72 72 / 02 98 39 41 27",
    ],
)  # fmt: skip
def test_a_phone_is_one_number_however_it_is_written(written: str) -> None:
    read = read_phone(written, "FR")
    assert (read.e164, read.mobile, read.region) == ("+33652527272", True, "FR")


def test_the_mobiles_kept_for_fiction_are_read_and_their_neighbours_are_nobody_s() -> None:
    assert {read_phone(each).e164 for each in ("06 39 98 77 10", "+33639987710", "639987710")} == {"+33639987710"}
    assert read_phone("06 39 98 77 10").mobile
    assert read_phone("06 39 97 77 10").e164 == ""


@pytest.mark.parametrize(("written", "country", "e164"), [
    ("+34 (0) 612345678", "FR", "+34612345678"), ("+44 (0)7187162046", "GB", "+447187162046"),
    ("0171 5035966", "DE", "+491715035966"), ("447527703472", "FR", "+447527703472"),
])  # fmt: skip
def test_foreign_phones_are_read_in_their_country(written: str, country: str, e164: str) -> None:
    assert read_phone(written, country).e164 == e164


@pytest.mark.parametrize(
    "written", ["", "06 00 00 00 00", "0606060606", "0123456789", "12", "aucun", "99999999999999999"]
)
def test_what_nobody_answers_is_no_phone(written: str) -> None:
    assert read_phone(written, "FR").e164 == ""


@given(st.text(max_size=40), st.sampled_from(["FR", "DE", "GB", ""]))
def test_no_text_breaks_the_readers(text: str, country: str) -> None:
    read_phone(text, country)
    read_email(text)
    read_name(text, text[::-1])
    read_organisation(text)
    read_birth_date(text, today=TODAY)
    read_street(text)
    read_town(text)
    read_country(text)
    read_postal_code(text, country)
    name_case(text)
    split_title(text)


@pytest.mark.parametrize(
    ("written", "quality"),
    [
        ("Marie.Dupont@Orange.FR", EmailQuality.VALID),
        ("mdupont.583@guest.booking.com", EmailQuality.OTA_ALIAS),
        ("x1y2@m.expediapartnercentral.com", EmailQuality.OTA_ALIAS),
        ("contact@mairie-brest.fr", EmailQuality.GENERIC),
        ("mairie@plougastel.bzh", EmailQuality.GENERIC),
        ("ce.0290034b@ac-rennes.fr", EmailQuality.GENERIC),
        ("aucun@aucun.fr", EmailQuality.INVALID),
        ("marie.dupont", EmailQuality.INVALID),
        ("marie@@orange.fr", EmailQuality.INVALID),
        ("", EmailQuality.EMPTY),
    ],
)
def test_an_address_is_graded_by_whom_it_reaches(written: str, quality: EmailQuality) -> None:
    assert read_email(written).quality is quality


def test_a_common_slip_in_the_domain_is_offered_not_made() -> None:
    read = read_email("edu@gmial.com")
    assert (read.address, read.suggestion) == ("edu@gmial.com", "edu@gmail.com")


@pytest.mark.parametrize(
    ("first", "last", "read"),
    [
        ("Patrick", "Martin", ("patrick", "martin", "")),
        ("P", "MARTIN", ("p", "martin", "")),
        ("Patrick", "M.", ("patrick", "m", "")),
        ("", "Donnay Remi", ("remi", "donnay", "")),
        ("", "MARTIN Patrick", ("patrick", "martin", "")),
        ("", "Quénéhervé I.", ("i", "queneherve", "")),
        ("", "Mme Le Bihan Anne", ("anne", "lebihan", "")),
        ("Jean-Marc", "de la Tour", ("jeanmarc", "delatour", "")),
        ("SANDRINE & BENOÎT", "LEFRAGELLE", ("sandrine", "lefragelle", "")),
        ("Marie", "Dupont née Durand", ("marie", "dupont", "durand")),
        ("Anne", "Le Gall-Kervella", ("anne", "legallkervella", "")),
        ("Boaz", "deRuiter", ("boaz", "deruiter", "")),
    ],
)
def test_names_are_told_apart(first: str, last: str, read: tuple[str, str, str]) -> None:
    name = read_name(first, last)
    assert (name.first, name.last, name.other_last) == read


@pytest.mark.parametrize("last", ["client passage", "Inconnu", "XXX", "walk in", "Client de passage"])
def test_nobody_is_a_walk_in(last: str) -> None:
    assert read_name("", last).walk_in


@pytest.mark.parametrize(
    ("written", "shown"),
    [("JEAN-PIERRE", "Jean-Pierre"), ("DUPONT DE NEMOURS", "Dupont de Nemours"), ("léa", "Léa"), ("deRuiter", "deRuiter"),
     ("J", "J"), ("McDonald", "McDonald"), ("O'NEIL", "O'Neil")],
)  # fmt: skip
def test_a_name_in_capitals_is_written_as_one_writes_it(written: str, shown: str) -> None:
    assert name_case(written) == shown


@pytest.mark.parametrize(
    "written", ["Mairie de Brest", "BREST (Mairie)", "mairie BREST", "Ville? Mairie de Brest".removeprefix("Ville? ")]
)
def test_an_organisation_is_one_however_it_is_ordered(written: str) -> None:
    assert read_organisation(written) == "brest mairie"


def test_legal_forms_do_not_count() -> None:
    assert read_organisation("Le Goff SARL") == read_organisation("SARL LE GOFF") == "goff"


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("28/12/1956", date(1956, 12, 28)), ("28.12.1956", date(1956, 12, 28)), ("28121956", date(1956, 12, 28)),
        ("1956-12-28", date(1956, 12, 28)), ("28/12/56", date(1956, 12, 28)), ("05/05/10", date(2010, 5, 5)),
        ("01/01/1900", None), ("01/01/1970", None), ("31/02/1980", None), ("13/06/2032", None), ("hier", None), ("", None),
    ],
)  # fmt: skip
def test_birth_dates_impossible_and_invented_are_set_aside(written: str, day: date | None) -> None:
    assert read_birth_date(written, today=TODAY) == day


def test_addresses_are_compared_without_their_spelling() -> None:
    assert read_street("12, r. des Écoles Appt 3") == read_street("12 RUE DES ECOLES") == "12 rue des ecoles"
    assert read_town("St-Brieuc CEDEX 2") == read_town("SAINT BRIEUC") == "saint brieuc"
    assert read_postal_code("6950", "FR") == "06950"
    assert [read_country(name) for name in ("Royaume-Uni", "UK", "Deutschland", "FRA", "España", "Atlantis")] == [
        "GB", "GB", "DE", "FR", "ES", "",
    ]  # fmt: skip


_NATIONAL = st.text("0123456789", min_size=5, max_size=12)
_REGIONS = st.sampled_from(["FR", "FR", "BE", "DE", "NL", "ES", "CH", "PT", "IT", "GB", "US", "MA", "GG"])


@settings(max_examples=400)
@given(_NATIONAL, st.sampled_from(["", "0", "+33", "+49", "+44", "+39", "33", "44"]), _REGIONS)
def test_the_quick_reading_of_a_phone_is_the_library_s(digits: str, prefix: str, country: str) -> None:
    quick = phones._read_quickly(prefix + digits, country)

    try:
        parsed = phonenumbers.parse(prefix + digits, country)
    except phonenumbers.NumberParseException:
        parsed = None
    valid = parsed is not None and phonenumbers.is_valid_number(parsed)
    if quick is not None and quick.e164 and not phones._FICTION.fullmatch(quick.national):
        assert valid and parsed is not None
        assert quick.e164 == phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
        assert quick.region == phonenumbers.region_code_for_number(parsed)
    elif quick is not None and valid and parsed is not None:
        assert phones._PLACEHOLDER.match(phonenumbers.national_significant_number(parsed))


@given(st.lists(st.text(max_size=30), min_size=9, max_size=9))
def test_any_card_is_cleaned_and_what_it_becomes_is_cleaned_no_further(values: list[str]) -> None:
    names = ("first_name", "last_name", "organisation", "email", "phone", "street", "postal_code", "town", "birth_date")
    card = read_bare_card(dict(zip(names, values, strict=True)), today=TODAY)

    assert "\ufeff" not in str(card)
    if not card.organisation and not card.walk_in and len(card.first) > 2 and len(card.last) > 2:
        again = read_name(card.first, card.last)
        assert {again.first, again.last} == {card.first, card.last} or again.walk_in
    assert read_town(card.town) == card.town
    assert fold(card.last) == card.last
