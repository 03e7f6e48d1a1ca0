"""Bodies made from the API's own description, and the ways to spoil one: what the tests of wrong input share."""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

Json = Any
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Operation:
    """An operation of the API as its description has it."""

    method: str
    path: str
    body: Mapping[str, Json] | None
    """The schema of its body; None where it takes none."""
    answers: Mapping[str, Json]
    parameters: tuple[Mapping[str, Json], ...]

    @property
    def may_be_left_out(self) -> bool:
        """Whether no body at all will do."""
        return any(each.get("type") == "null" for each in (self.body or {}).get("oneOf", ()))

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def operations(description: Mapping[str, Json]) -> Iterator[Operation]:
    """Yield every operation that the description declares."""
    for path, item in description["paths"].items():
        for method, spec in item.items():
            if method in {"get", "post", "put", "patch", "delete"}:
                content = spec.get("requestBody", {}).get("content", {})
                schema = next(iter(content.values()))["schema"] if content else None
                yield Operation(method.upper(), path, schema, spec["responses"], tuple(spec.get("parameters", ())))


def sample(  # noqa: PLR0911 - one line a kind of schema
    description: Mapping[str, Json], schema: Mapping[str, Json], ids: Mapping[str, UUID], name: str = ""
) -> Json:
    """Make a body that fits a schema; `ids` are given to the fields of their name (`client_id`, `bed_ids`)."""
    if "$ref" in schema:
        return sample(description, description["components"]["schemas"][schema["$ref"].rpartition("/")[2]], ids, name)
    if "oneOf" in schema:
        schema = next(each for each in schema["oneOf"] if each.get("type") != "null")
        return sample(description, schema, ids, name)
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next(each for each in kind if each != "null")
    match kind, schema.get("format"):
        case "object", _:
            return {key: sample(description, inner, ids, key) for key, inner in schema.get("properties", {}).items()}
        case "array", _:
            return [sample(description, schema["items"], ids, name.removesuffix("s"))]
        case "string", "uuid":
            return str(ids.get(name, ids["stranger"]))
        case "string", "date":
            return {"departure": "2027-03-19", "last_day": "2027-03-19"}.get(name, "2027-03-16")
        case "string", "date-time":
            return "2027-03-16T10:00:00Z"
        case "string", _:
            return WORDS.get(name, "x")
        case "integer" | "number", _:
            return 3
        case "boolean", _:
            return False
    raise AssertionError(f"no sample for {name}: {schema}")


WORDS = {
    "country": "FR",
    "currency": "EUR",
    "email": "camille@example.org",
    "mail_to": "camille@example.org",
    "number": "06 12 34 56 78",
    "language": "fr",
    "unit": "person_night",
    "product_type": "lodging",
    "status": "tentative",
    "means": "cheque",
    "part": "deposit",
    "kind": "person",
    "direction": "out",
    "state": "suspended",
    "role": "réception",
    "colour": "#336699",
}
"""Words that a field of the name understands, so that what is spoiled elsewhere is reached."""


def leaves(body: Json, path: Path = ()) -> Iterator[Path]:
    """Yield the place of every value in a body, outermost first, the body itself left out."""
    pairs = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for key, inner in pairs:
        yield (*path, key)
        yield from leaves(inner, (*path, key))


def spoiled(body: Json, path: Path, value: Json) -> Json:
    """Return a copy of the body with one value in place of another."""
    changed = copy.deepcopy(body)
    place = changed
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return changed
