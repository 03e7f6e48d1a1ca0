"""Towns from the table, streets from a geocoder that may be slow, down or wrong: typing goes on."""

import string
import time
from collections.abc import Iterator

import pytest

from infra.settings import settings
from tenants.addresses import geocoding, places, table
from tenants.addresses.geocoding import Street, streets
from tests.simulators.geocoder import Geocoder, geocoder

PATIENCE_SECONDS = geocoding.PATIENCE_SECONDS


@pytest.fixture
def ban(monkeypatch: pytest.MonkeyPatch) -> Iterator[Geocoder]:
    """A geocoder that both kinds of question go to; on a busy machine its answer may take more than a desk would wait."""
    with geocoder() as simulated:
        monkeypatch.setattr(geocoding, "PATIENCE_SECONDS", 30.0)
        monkeypatch.setenv("HALTE_GEOCODER_URL", simulated.url)
        monkeypatch.setenv("HALTE_PHOTON_URL", simulated.url)
        settings.cache_clear()
        geocoding._down_until.clear()
        yield simulated
        geocoding._down_until.clear()
    monkeypatch.undo()
    settings.cache_clear()


@pytest.mark.parametrize(("typed", "first"), [
    ("pont-av", ("29930", "Pont-Aven")), ("PONT AVEN", ("29930", "Pont-Aven")), ("29930", ("29930", "Pont-Aven")),
    ("aven pont", ("29930", "Pont-Aven")), ("st malo", ("35400", "Saint-Malo")), ("le havre", ("76600", "Le Havre")),
    ("l'isle-ad", ("95290", "L'Isle-Adam")), ("l’isle-ad", ("95290", "L'Isle-Adam")), ("lyon 3", ("69003", "Lyon 3e Arrondissement")),
    ("quimper 29000", ("29000", "Quimper")), ("saint-denis 974", ("97400", "Saint-Denis")), ("ajacc", ("20000", "Ajaccio")),
])  # fmt: skip
def test_a_town_is_found_as_one_types_it(typed: str, first: tuple[str, str]) -> None:
    found = table.towns(typed)

    assert (found[0].postal_code, found[0].town) == first


@pytest.mark.parametrize("typed", ["", "  ", "-", "'", "zzzzzz", "99999", "12 34", "\u00e9\u00e9\u00e9\u00e9\u00e9"])
def test_what_means_no_town_finds_none(typed: str) -> None:
    assert table.towns(typed) == []


def test_a_place_of_old_says_what_it_is_part_of() -> None:
    found = next(town for town in table.towns("villemaur sur vanne") if town.town == "Villemaur-sur-Vanne")

    assert (found.postal_code, found.part_of) == ("10160", "Aix-Villemaur-Pâlis")


@pytest.mark.parametrize(("postal_code", "department", "region"), [
    ("29930", "Finistère", "Bretagne"), ("20000", "Corse-du-Sud", "Corse"), ("97400", "La Réunion", "La Réunion"),
    ("75011", "Paris", "Île-de-France"),
])  # fmt: skip
def test_a_postal_code_has_its_department_and_region(postal_code: str, department: str, region: str) -> None:
    found = table.department_of(postal_code)

    assert found is not None
    assert (found.name, table.regions()[found.region].name) == (department, region)


def test_first_suggestions_take_a_tenth_of_the_hundred_milliseconds() -> None:
    table.warm()
    typed = [first + second for first in string.ascii_lowercase for second in ("", *string.ascii_lowercase)]
    spent = []
    for text in typed:
        began = time.process_time()
        table.towns(text)
        spent.append(time.process_time() - began)

    assert sorted(spent)[int(len(spent) * 0.95)] < 0.010


def test_countries_have_their_french_names_and_groupings_are_none() -> None:
    names = {place.code: place.name for place in places.countries("fr")}

    assert (names["DE"], names["CI"], names["FR"]) == ("Allemagne", "Côte d’Ivoire", "France")
    assert names.keys() & {"EU", "ZZ", "UN", "XK"} == set()
    assert 245 <= len(names) <= 252
    assert {place.code: place.name for place in places.languages("en")}["br"] == "Breton"


async def test_streets_come_with_their_number_and_without_the_towns(ban: Geocoder) -> None:
    found = await streets("12 rue des éc", country="FR", postal_code="29930")

    assert found.items == [Street(street="12 Rue des Écoles", postal_code="29930", town="Pont-Aven")]
    assert ban.asked == [
        {"q": "12 rue des éc", "autocomplete": "1", "index": "address", "limit": "6", "postcode": "29930"}
    ]


async def test_abroad_photon_is_asked_and_other_countries_are_left_out(ban: Geocoder) -> None:
    found = await streets("via roma", country="IT")

    assert found.items == [
        Street(street="Via Roma 8", postal_code="10121", town="Torino"),
        Street(street="Via Roma", postal_code="10121", town="Torino"),
    ]


@pytest.mark.parametrize("typed", ["", "12", "  r ", "(rue"])
async def test_what_the_service_would_refuse_is_not_asked(ban: Geocoder, typed: str) -> None:
    assert (await streets(typed, country="FR")).items == []
    assert ban.asked == []


async def test_a_slow_geocoder_is_given_up_and_not_asked_again_for_a_while(
    ban: Geocoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(geocoding, "PATIENCE_SECONDS", PATIENCE_SECONDS)
    ban.delay_seconds = 3.0
    began = time.monotonic()

    slow = await streets("rue des écoles", country="FR")
    took = time.monotonic() - began
    again = await streets("rue des écoles", country="FR")

    assert (slow.missing, again.missing) == ("slow", "down")
    assert took < ban.delay_seconds
    assert len(ban.asked) == 1


@pytest.mark.parametrize("status", [429, 500, 503, 302])
async def test_a_refusing_geocoder_is_said_to_be_down(ban: Geocoder, status: int) -> None:
    ban.status = status

    found = await streets("rue des écoles", country="FR")

    assert (found.items, found.missing) == ([], "down")


async def test_an_answer_of_another_form_is_a_geocoder_that_is_down(ban: Geocoder) -> None:
    ban.garbage = True

    assert (await streets("rue des écoles", country="FR")).missing == "down"


async def test_without_a_geocoder_it_says_so(ban: Geocoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HALTE_PHOTON_URL", "")
    settings.cache_clear()

    assert (await streets("via roma", country="IT")).missing == "not_configured"
    assert ban.asked == []
