"""Finding a card as one types."""

from uuid import UUID, uuid4

import pytest

from infra.database import tenant_transaction
from tenants.clients.search import search
from tests.factories.clients import a_client, an_organisation

pytestmark = pytest.mark.usefixtures("pools")


async def names(centre_id: UUID, text: str, *, limit: int = 50) -> list[str]:
    async with tenant_transaction(centre_id, read_only=True):
        return [line.name for line in (await search(centre_id, text, limit=limit)).items]


@pytest.fixture
async def centre(pools: None) -> UUID:
    """A centre with three cards."""
    centre_id = uuid4()
    await a_client(
        centre_id, first_name="Maïwenn", last_name="Le Goff", town="Plougastel-Daoulas", email="maiwenn.lg@orange.fr",
        phone="06 52 52 72 72", reference="K-2026-07",
    )  # fmt: skip
    await a_client(
        centre_id, first_name="Martin", last_name="Dupont", town="Nantes", email="", phone="+44 20 3320 2609"
    )
    await an_organisation(centre_id, organisation="Collège Jules Ferry", town="Pont-Aven", contact_name="Mme Morel")
    return centre_id


@pytest.mark.parametrize(
    "text",
    [
        "m", "mai", "MAIWENN", "maïwenn le goff", "goff mai", "legoff", "plougastel", "goff daoulas", "m goff",
        "06 52", "0652527272", "+33 6 52 52 72 72", "0033652527272", "+33 (0)6 52", "72 72", "52 72 72",
        "maiwenn.lg@or", "K-2026-07", "k-2026", "maiwen le gof", "maiwnen", "plugastel",
    ],
)  # fmt: skip
async def test_a_card_is_found_from_any_fragment(centre: UUID, text: str) -> None:
    assert "Maïwenn Le Goff" in await names(centre, text)


@pytest.mark.parametrize("text", ["jules", "morel", "college ferry", "pont aven", "colege jules", "ferry pont"])
async def test_an_organisation_is_found_by_name_town_and_contact(centre: UUID, text: str) -> None:
    assert await names(centre, text) == ["Collège Jules Ferry"]


@pytest.mark.parametrize("text", ["zzz", "goff nantes", "06 52 52 72 73", "%", "'", "\\", "🙂", "(", "le goff x"])
async def test_what_no_card_says_finds_none(centre: UUID, text: str) -> None:
    assert await names(centre, text) == []


async def test_nothing_typed_lists_all_in_french_order_page_by_page(centre: UUID) -> None:
    async with tenant_transaction(centre, read_only=True):
        first = await search(centre, "", limit=2)
        rest = await search(centre, "", limit=2, cursor=first.next_cursor)

    assert [line.name for line in (*first.items, *rest.items)] == [
        "Collège Jules Ferry",
        "Martin Dupont",
        "Maïwenn Le Goff",
    ]
    assert rest.next_cursor is None


async def test_a_search_goes_on_where_its_page_ended() -> None:
    centre = uuid4()
    for letter in "abcde":
        await a_client(centre, first_name="Anne", last_name=f"Kerjean{letter}")

    async with tenant_transaction(centre, read_only=True):
        first = await search(centre, "kerjean", limit=3)
        rest = await search(centre, "kerjean", limit=3, cursor=first.next_cursor)

    assert [line.name[-1] for line in first.items] == ["a", "b", "c"]
    assert [line.name[-1] for line in rest.items] == ["d", "e"]
    assert rest.next_cursor is None


async def test_another_centre_finds_nothing(centre: UUID) -> None:
    assert await names(uuid4(), "goff") == []
    assert await names(uuid4(), "maiwnen") == []
