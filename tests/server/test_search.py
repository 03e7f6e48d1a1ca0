"""One search of everything: what answers, of what one may see, in one's own centre."""

from datetime import date

import httpx

from infra.clock import today
from tenants.accounts.operations import add_role, add_user
from tests.factories.accounts import a_user, logged_in
from tests.factories.centres import NETWORK as JOB
from tests.factories.centres import a_centre
from tests.factories.clients import an_organisation
from tests.factories.dossiers import a_dossier
from tests.factories.stays import a_room, a_stay


async def test_a_fragment_finds_card_dossier_stays_and_room_of_ones_own_centre_and_rights(
    api: httpx.AsyncClient,
) -> None:
    centre, elsewhere = await a_centre(), await a_centre()
    for place in (elsewhere, centre):
        school = await an_organisation(place.id, organisation="Collège de l'Île-Grande")
        dossier = await a_dossier(place.id, client_id=school.id, arrival=date(2031, 3, 16))
        await a_stay(place.id, client_id=school.id, arrival=date(today("Europe/Paris").year - 1, 5, 4))
        await a_room(place.id, name="B10")
        await a_room(place.id, name="B1")
    director = await a_user(centre, "direction")
    await add_role(centre.id, "accueil seul", frozenset({"desk.view", "stay.view"}), actor=JOB)
    added = await add_user(
        centre.id, f"seul-{centre.slug}", name="Seul", email="s@staff.example", role="accueil seul", actor=JOB
    )
    alone = await logged_in(added.id, "seul", "Seul")

    async def found(text: str, user: object = director) -> dict[str, list[dict[str, object]]]:
        answer = await api.get(
            f"/api/v1/centres/{centre.slug}/search",
            params={"q": text},
            headers=user.headers,  # type: ignore[attr-defined]
        )
        assert answer.status_code == 200, answer.text
        body: dict[str, list[dict[str, object]]] = answer.json()
        return body

    by_name = await found("ile grand")
    assert [card["id"] for card in by_name["clients"]] == [str(school.id)]
    assert [card["id"] for card in by_name["dossiers"]] == [str(dossier.id)]
    assert [stay["arrival"][:4] for stay in by_name["stays"]] == ["2031", str(today("Europe/Paris").year - 1)]  # type: ignore[index]
    assert by_name["rooms"] == []

    number = str(by_name["dossiers"][0]["number"])
    by_number = await found(number.lower())
    assert [card["number"] for card in by_number["dossiers"]] == [number]
    assert (by_number["clients"], by_number["stays"]) == ([], [])

    assert [room["name"] for room in (await found("b1"))["rooms"]] == ["B1", "B10"]
    assert await found("  ") == await found("zzyzx")

    partly = await found("ile grand", alone)
    assert (partly["clients"], partly["dossiers"], len(partly["stays"])) == ([], [], 2)
