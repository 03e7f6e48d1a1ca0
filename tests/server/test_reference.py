"""The API's description, for those who write programs against it."""

from typing import Any

import httpx
from litestar import Litestar

from tests.server.test_routes import routes


def described_path(path: str) -> str:
    """Return a route's path as the description writes it."""
    return path.replace(":uuid}", "}").replace(":str}", "}").replace(":int}", "}")


def test_each_operation_says_what_it_does_what_it_asks_and_how_it_refuses(
    app: Litestar, described: dict[str, Any]
) -> None:
    rights = {
        (method.lower(), described_path(path)): handler.opt["right"]
        for method, path, handler in routes(app)
        if "right" in handler.opt
    }
    wrong, seen = [], set()
    for path, item in described["paths"].items():
        for method, spec in item.items():
            seen.add((method, path))
            right = rights.get((method, path))
            if not spec.get("tags") or len(spec["summary"].split()) < 2:
                wrong.append(f"{method} {path}: {spec.get('tags')} {spec['summary']}")
            if spec.get("x-right") != right or (right and f"`{right}`" not in spec["description"]):
                wrong.append(f"{method} {path}: {spec.get('x-right')} instead of {right}")
            if (
                spec["responses"].get("default") != {"$ref": "#/components/responses/Problem"}
                or "400" in spec["responses"]
            ):
                wrong.append(f"{method} {path}: refuses in its own way")
    assert wrong == []
    assert sorted(rights.keys() - seen) == []


def test_what_answers_with_a_file_says_of_which_kind(app: Litestar, described: dict[str, Any]) -> None:
    answering = {
        (method.lower(), described_path(path))
        for method, path, handler in routes(app)
        if handler.parsed_return_field.inner_types
        and handler.parsed_return_field.inner_types[0].annotation in (bytes, str)
    }
    told = {
        (method, path): set(spec["responses"]["200"]["content"])
        for path, item in described["paths"].items()
        for method, spec in item.items()
        if (method, path) in answering
    }
    assert len(told) >= 10
    assert [where for where, kinds in told.items() if not kinds or "application/json" in kinds] == []


async def test_the_page_takes_nothing_from_elsewhere(api: httpx.AsyncClient) -> None:
    page = await api.get("/reference")

    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]
    taken = [part.split('"')[0] for part in page.text.replace('src="', 'href="').split('href="')[1:]]
    assert taken and all(address.startswith("/reference/") for address in taken)
    assert [(await api.get(address)).status_code for address in taken] == [200] * len(taken)
