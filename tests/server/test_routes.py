"""Every route from every kind of caller: the list is the application's own, so that a new route cannot be forgotten."""

import re
from collections.abc import Iterator

import httpx
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from infra.ids import new_id
from tenants.accounts.rights import RIGHTS
from tests.factories.accounts import a_network_user, a_user, logged_in
from tests.factories.centres import a_centre

CENTRE = "/api/v1/centres/"
NETWORK = "/api/v1/network/"


def routes(app: Litestar) -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    """Yield method, path and handler of all that the application answers."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                for method in handler.http_methods - {"OPTIONS", "HEAD"}:
                    yield str(method), route.path, handler


def address(path: str, slug: str) -> str:
    """Fill a path's parameters: the centre's slug, and ids that are nobody's."""
    filled = path.replace("{centre_slug:str}", slug)
    filled = re.sub(r"\{\w+:uuid\}", str(new_id()), filled)
    filled = re.sub(r"\{\w+:int\}", "1", filled)
    return re.sub(r"\{\w+:(str|path)\}", "unknown", filled)


async def ask(api: httpx.AsyncClient, method: str, url: str, headers: dict[str, str]) -> httpx.Response:
    """Ask with a body and a version that fit nothing: who may not ask must be told so first."""
    body: dict[str, object] | None = None if method in {"GET", "DELETE"} else {}
    return await api.request(method, url, headers={"If-Match": '"1"', **headers}, json=body)


def test_each_route_says_who_may_ask(app: Litestar) -> None:
    silent = [
        f"{method} {path}"
        for method, path, handler in routes(app)
        if not ({"right", "public", "account"} & handler.opt.keys()) and not path.startswith("/schema")
    ]
    unknown = [
        f"{method} {path}: {handler.opt['right']}"
        for method, path, handler in routes(app)
        if "right" in handler.opt and handler.opt["right"] not in RIGHTS
    ]
    open_data = [
        f"{method} {path}"
        for method, path, handler in routes(app)
        if path.startswith("/api/") and handler.opt.get("public")
    ]
    assert silent == []
    assert unknown == []
    assert open_data == []


async def test_nobody_gets_401(app: Litestar, api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    wrong = []
    for method, path, handler in routes(app):
        if "right" in handler.opt or "account" in handler.opt:
            for headers in ({}, {"Authorization": "Bearer " + "x" * 43}, {"Authorization": "Basic eDp5"}):
                answer = await ask(api, method, address(path, centre.slug), headers)
                if answer.status_code != 401 or answer.json()["code"] != "unauthenticated":
                    wrong.append(f"{method} {path}: {answer.status_code}")
    assert wrong == []


async def test_another_tenants_staff_and_the_network_get_404_with_one_body(
    app: Litestar, api: httpx.AsyncClient
) -> None:
    ours, theirs = await a_centre(), await a_centre()
    stranger, steward = await a_user(theirs, "direction"), await a_network_user("network_admin")
    wrong = []
    for method, path, handler in routes(app):
        if path.startswith(CENTRE) and "right" in handler.opt:
            for caller in (stranger, steward):
                foreign = await ask(api, method, address(path, ours.slug), caller.headers)
                nowhere = await ask(api, method, address(path, "no-such-centre"), caller.headers)
                if (foreign.status_code, nowhere.status_code) != (404, 404) or _body(foreign) != _body(nowhere):
                    wrong.append(f"{method} {path}: {foreign.status_code} {nowhere.status_code}")
    assert wrong == []


async def test_own_staff_without_the_right_get_403_that_names_it(app: Litestar, api: httpx.AsyncClient) -> None:
    from tenants.accounts.operations import add_role, add_user
    from tests.factories.centres import NETWORK as JOB

    centre = await a_centre()
    await add_role(centre.id, "sans droit", frozenset(), actor=JOB)
    added = await add_user(
        centre.id, f"sans-droit-{centre.slug}", name="Sans Droit", email="x@staff.example", role="sans droit", actor=JOB
    )
    nobody = await logged_in(added.id, "sans-droit", "Sans Droit")
    wrong = []
    for method, path, handler in routes(app):
        if path.startswith(CENTRE) and "right" in handler.opt:
            answer = await ask(api, method, address(path, centre.slug), nobody.headers)
            body = answer.json() if answer.content else {}
            if (answer.status_code, body.get("code"), body.get("right")) != (
                403,
                "right_missing",
                handler.opt["right"],
            ):
                wrong.append(f"{method} {path}: {answer.status_code} {body.get('code')}")
    assert wrong == []


async def test_a_centres_staff_find_no_network(app: Litestar, api: httpx.AsyncClient) -> None:
    director = await a_user(await a_centre(), "direction")
    wrong = []
    for method, path, handler in routes(app):
        if path.startswith(NETWORK) and "right" in handler.opt:
            answer = await ask(api, method, address(path, "x"), director.headers)
            if answer.status_code != 404:
                wrong.append(f"{method} {path}: {answer.status_code}")
    assert wrong == []


async def test_with_the_right_an_unknown_id_is_404_and_an_empty_body_422(app: Litestar, api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    director = await a_user(centre, "direction")
    wrong = []
    for method, path, _ in routes(app):
        if not path.startswith(CENTRE) or path.endswith("/events"):
            continue
        answer = await ask(api, method, address(path, centre.slug), director.headers)
        if answer.status_code in {401, 403} or answer.status_code >= 500:
            wrong.append(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
        if method == "GET" and ":uuid" in path and answer.status_code not in {404, 200}:
            wrong.append(f"{method} {path}: {answer.status_code}")
        if answer.status_code >= 400 and answer.headers["content-type"] != "application/problem+json":
            wrong.append(f"{method} {path}: {answer.headers['content-type']}")
    assert wrong == []


def _body(answer: httpx.Response) -> dict[str, object]:
    return {name: value for name, value in answer.json().items() if name != "request_id"}
