"""Terms of sale by the door: versions, each in force from a day on, and the quotes that rest on them."""

from datetime import timedelta

import httpx

from billing.quotes.acceptance import accept_quote
from billing.sale_terms.queries import current_terms, terms_on
from infra.clock import today
from infra.database import tenant_transaction
from tests.factories.dossiers import a_dossier, a_sent_quote, token_of
from tests.server.door import a_door


async def test_a_text_is_published_from_a_day_on_and_quotes_rest_on_the_one_in_force(api: httpx.AsyncClient) -> None:
    door = await a_door(api)
    reception = await a_door(api, "réception", centre=door.centre)
    stranger = await a_door(api)
    centre_id, day = door.centre.id, today("Europe/Paris")
    later = day + timedelta(days=40)
    quote = await a_sent_quote(centre_id, (await a_dossier(centre_id)).id)
    assert (await door.ask("GET", "/sale-terms")).json()["items"] == []

    for refused, pointer in (
        ({"texts": {"en": "x"}}, "/fr"),
        ({"texts": {"fr": "x"}, "from_day": (day - timedelta(days=1)).isoformat()}, "/from_day"),
    ):
        answer = (await door.ask("POST", "/sale-terms", refused, status=422)).json()
        assert (answer["code"], answer["errors"][0]["pointer"]) == ("sale_terms_invalid", pointer)
    await reception.ask("POST", "/sale-terms", {"texts": {"fr": "x"}}, status=403)
    assert (await reception.ask("GET", "/sale-terms")).json()["items"] == []

    async with tenant_transaction(centre_id, read_only=True):
        assert await current_terms(centre_id) is None
    to_come = {"texts": {"fr": "À partir de plus tard."}, "from_day": later.isoformat()}
    await door.ask("POST", "/sale-terms", to_come, status=201)
    await door.ask("POST", "/sale-terms", {"texts": {"fr": "Dès aujourd'hui."}}, status=201)
    await door.ask("POST", "/sale-terms", to_come, status=201)
    kept = (await reception.ask("GET", "/sale-terms")).json()["items"]
    assert [(one["number"], one["from_day"], one["state"], one["quotes"]) for one in kept] == [
        (2, day.isoformat(), "in_force", 0),
        (1, later.isoformat(), "to_come", 0),
    ]
    assert {one["published_by"] for one in kept} == {door.user.name}
    async with tenant_transaction(centre_id, read_only=True):
        numbers = [
            terms.number if (terms := await terms_on(centre_id, day + timedelta(days=days))) else None
            for days in (-1, 0, 39, 40)
        ]
        in_force = await current_terms(centre_id)
    assert numbers == [None, 2, 2, 1]
    assert in_force is not None

    token = token_of(quote.page_url)
    await accept_quote(token, name="Mme Morel", terms="ticked", address="192.0.2.1", terms_id=in_force.id)
    (resting,) = (await door.ask("GET", "/sale-terms/2/quotes")).json()["items"]
    assert (resting["quote_id"], resting["accepted_by"]) == (str(quote.id), "Mme Morel")
    assert (await door.ask("GET", "/sale-terms/1/quotes")).json()["items"] == []
    assert [one["quotes"] for one in (await door.ask("GET", "/sale-terms")).json()["items"]] == [1, 0]
    for nowhere in (0, 3, 2**40):
        await door.ask("GET", f"/sale-terms/{nowhere}/quotes", status=404)
    await stranger.ask("GET", "/sale-terms/2/quotes", status=404)
    assert (await stranger.ask("GET", "/sale-terms")).json()["items"] == []
