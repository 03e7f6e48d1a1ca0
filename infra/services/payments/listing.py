"""Lists as Stripe gives them: newest first, by pages named after an object (docs.stripe.com/api/pagination)."""

from typing import Generic

import msgspec

from infra.services.payments import errors, form
from infra.services.payments.objects import Event
from infra.services.payments.store import Kind, kind_name
from infra.services.payments.world import World


class CreatedRange(msgspec.Struct, forbid_unknown_fields=True):
    """Bounds on `created`, in seconds since 1970."""

    gt: int | None = None
    gte: int | None = None
    lt: int | None = None
    lte: int | None = None


class ListParams(msgspec.Struct, forbid_unknown_fields=True):
    """What every list takes; the filters beside it are the endpoint's."""

    limit: int = 10
    starting_after: str | None = None
    ending_before: str | None = None
    created: int | CreatedRange | None = None
    types: list[str] = []


class Page(msgspec.Struct, Generic[Kind], kw_only=True):
    """One page of a list."""

    object: str = "list"
    data: list[Kind]
    has_more: bool
    url: str


def page(world: World, kind: type[Kind], params: form.Form, *, url: str, filters: dict[str, str]) -> Page[Kind]:
    """Return one page of this account's objects.

    `filters` names each parameter that this list may be narrowed by and the JSON path that it looks at.

    Raises:
        StripeError: an unknown parameter, a limit out of 1 to 100, or a cursor that names nothing here.
    """
    narrowing = {name: value for name, value in params.items() if name in filters}
    asked = form.read({name: value for name, value in params.items() if name not in filters}, ListParams)
    if not 1 <= asked.limit <= 100:
        raise errors.invalid_parameter("Invalid limit: must be between 1 and 100", param="limit")
    where, values = ["account = ?", "kind = ?"], [world.account, kind_name(kind)]
    for name, value in narrowing.items():
        where.append("json_extract(body, ?) = ?")
        values += [filters[name], _text(value, name)]
    _narrow_by_creation(asked.created, where, values)
    if asked.types and kind is not Event:
        raise errors.invalid_parameter("Received unknown parameter: types", param="types", code="parameter_unknown")
    if asked.types:
        where.append(_types_clause(asked.types, values))
    backwards = asked.ending_before is not None
    cursor = asked.ending_before or asked.starting_after
    if cursor is not None:
        where.append(f"position {'>' if backwards else '<'} ?")
        values.append(str(_position(world, cursor, param="ending_before" if backwards else "starting_after")))
    order = "ASC" if backwards else "DESC"
    rows = world.store.connection.execute(
        f"SELECT body FROM objects WHERE {' AND '.join(where)} ORDER BY position {order} LIMIT ?",
        (*values, asked.limit + 1),
    ).fetchall()
    found = [msgspec.json.decode(row[0], type=kind) for row in rows[: asked.limit]]
    return Page(data=found[::-1] if backwards else found, has_more=len(rows) > asked.limit, url=url)


def parts_page(parts: list[Kind], params: form.Form, *, url: str) -> Page[Kind]:
    """Return one page of an object's parts, oldest first."""
    asked = form.read(params, ListParams)
    start = 0
    if asked.starting_after is not None:
        start = next((index + 1 for index, part in enumerate(parts) if part.id == asked.starting_after), len(parts))
    shown = parts[start : start + asked.limit]
    return Page(data=shown, has_more=start + asked.limit < len(parts), url=url)


def _narrow_by_creation(created: int | CreatedRange | None, where: list[str], values: list[str]) -> None:
    bounds = CreatedRange(gte=created, lte=created) if isinstance(created, int) else created
    if bounds is None:
        return
    for sign, bound in ((">", bounds.gt), (">=", bounds.gte), ("<", bounds.lt), ("<=", bounds.lte)):
        if bound is not None:
            where.append(f"json_extract(body, '$.created') {sign} CAST(? AS INTEGER)")
            values.append(str(bound))


def _types_clause(types: list[str], values: list[str]) -> str:
    """Match event types; a trailing `*` matches a family, `checkout.session.*`."""
    clauses = []
    for wanted in types:
        clauses.append("json_extract(body, '$.type') GLOB ?")
        values.append(wanted)
    return f"({' OR '.join(clauses)})"


def _position(world: World, cursor: str, *, param: str) -> int:
    row = world.store.connection.execute(
        "SELECT position FROM objects WHERE account = ? AND id = ?", (world.account, cursor)
    ).fetchone()
    if row is None:
        raise errors.missing("object", cursor, param=param)
    return int(row[0])


def _text(value: form.FormValue, name: str) -> str:
    if not isinstance(value, str):
        raise errors.invalid_parameter(f"Invalid string: {name}", param=name)
    return value
