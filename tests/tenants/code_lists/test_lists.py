"""The network's lists: word for word as its note has them, loaded again without a change."""

import tomllib
from collections.abc import Iterator

import pytest

from infra.actor import Actor, ActorKind, job
from infra.database import system_transaction
from infra.errors import RightMissing
from tenants.code_lists import queries
from tenants.code_lists.operations import load_lists
from tenants.code_lists.rules import PACKAGED, CodeListInvalid, Value, packaged_lists, read_lists

pytestmark = pytest.mark.usefixtures("pools")

NETWORK = job("tests")


def printed() -> Iterator[tuple[str, str, str]]:
    """Yield (list, code, label) of each value as the file has them, without our reader."""
    for name, table in tomllib.loads(PACKAGED.read_text(encoding="utf-8")).items():
        tables = [entry for entry in table.values() if isinstance(entry, dict) and "values" in entry] or [table]
        for entry in tables:
            for code, label in entry["values"]:
                yield name, code, label


async def test_every_value_of_the_note_is_there_with_its_label() -> None:
    async with system_transaction(read_only=True):
        loaded = {(value.list, value.code, value.label) for value in await queries.values()}

    assert set(printed()) <= loaded


async def test_a_cascade_shows_its_values_under_their_category() -> None:
    async with system_transaction(read_only=True):
        categories = await queries.categories("stay_purpose")
        schools = await queries.options("stay_purpose", "schools")

    assert [option.code for option in categories] == [
        "business", "leisure", "sports_camp", "schools", "tourism", "social_housing", "other",
    ]  # fmt: skip
    assert categories[-1].detail == "préciser"
    assert (schools[0].code, schools[0].label) == ("primary_discovery", "Classe de découverte primaire")


async def test_sixty_counts_as_a_senior() -> None:
    async with system_transaction(read_only=True):
        bands = {value.code: (value.first_age, value.last_age) for value in await queries.values("age_band")}

    assert (bands["adults"], bands["seniors"], bands["mixed"]) == ((31, 59), (60, 130), (None, None))


async def test_loading_the_same_lists_changes_nothing_and_a_change_is_undone_by_the_next_load() -> None:
    release = packaged_lists()
    fewer = [value for value in release if (value.list, value.code) != ("discovery_channel", "emailing")]
    more = Value(list="discovery_channel", category="", code="radio", label="Radio", position=99, detail="")

    assert await load_lists(release, actor=NETWORK) == 0
    assert await load_lists([*fewer, more], actor=NETWORK) == 2
    async with system_transaction(read_only=True):
        changed = await queries.codes("discovery_channel")
    assert await load_lists(release, actor=NETWORK) == 2
    async with system_transaction(read_only=True):
        again = await queries.codes("discovery_channel")

    assert changed ^ again == {"radio", "emailing"}


async def test_only_the_network_changes_its_lists() -> None:
    with pytest.raises(RightMissing):
        await load_lists([], actor=Actor(kind=ActorKind.STAFF, name="Direction"))


@pytest.mark.parametrize(
    "text", ["[a", "[a]\nvalues = 3", '[a]\nvalues = [["x"]]', '[a]\nvalues = [["x", "X"], ["x", "Y"]]', "a = 1"]
)
def test_a_file_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(CodeListInvalid):
        read_lists(text)
