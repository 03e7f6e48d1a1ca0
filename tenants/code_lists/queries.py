"""Every read of the network's code lists. They are the network's: no centre is asked for."""

from datetime import date

import msgspec

from infra.clock import today
from infra.database import fetch
from tenants.code_lists.rules import CATEGORY, Value

NETWORK_ZONE = "Europe/Paris"
"""Whose calendar the network's « from a day » is."""


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """A value one may choose."""

    code: str
    label: str
    detail: str


class DatedLabel(msgspec.Struct, frozen=True, kw_only=True):
    """What a value is called from a day on."""

    from_day: date
    label: str


class DatedValue(msgspec.Struct, frozen=True, kw_only=True):
    """A value with its whole story, as the network edits it; days are included, None for no limit."""

    value: Value
    offered: bool
    """Today."""
    first_day: date | None
    last_day: date | None
    split_from: str | None
    renamings: list[DatedLabel]


_OFFERED = """v.active AND (v.first_day IS NULL OR v.first_day <= $1) AND (v.last_day IS NULL OR v.last_day >= $1)"""
_LABEL = """coalesce((SELECT l.label FROM code_list_labels l
        WHERE l.list = v.list AND l.category = v.category AND l.code = v.code AND l.from_day <= $1
        ORDER BY l.from_day DESC LIMIT 1), v.label) AS label"""
_COLUMNS = f"v.list, v.category, v.code, {_LABEL}, v.position, v.detail, v.first_age, v.last_age"


async def values(name: str | None = None, *, day: date | None = None) -> list[Value]:
    """Return the values offered on a day (today unless said), under that day's names, in the order they are shown.

    Args:
        name: one list; None for all.
        day: by the network's calendar.
    """
    rows = await fetch(
        f"""SELECT {_COLUMNS} FROM code_list_values v WHERE {_OFFERED} AND ($2::text IS NULL OR v.list = $2)
            ORDER BY v.list, v.category, v.position, v.code""",
        day or today(NETWORK_ZONE),
        name,
    )
    return [Value(**row) for row in rows]


async def options(name: str, category: str = "") -> list[Option]:
    """Return what may be chosen: a plain list's values, or those of one category of a cascade."""
    return [
        Option(code=value.code, label=value.label, detail=value.detail)
        for value in await values(name)
        if value.category == category
    ]


async def categories(name: str) -> list[Option]:
    """Return the categories of a cascade, which are chosen first."""
    return await options(name, CATEGORY)


async def codes(name: str, category: str = "") -> frozenset[str]:
    """Return the codes of `options`, for checking what was sent."""
    return frozenset(option.code for option in await options(name, category))


async def dated_values(name: str | None = None) -> list[DatedValue]:
    """Return every value that ever was, with its days and renamings, under its first name."""
    rows = await fetch(
        f"""SELECT v.list, v.category, v.code, v.label, v.position, v.detail, v.first_age, v.last_age,
               v.first_day, v.last_day, v.split_from, ({_OFFERED}) AS offered,
               coalesce((SELECT json_agg(json_build_object('from_day', l.from_day, 'label', l.label) ORDER BY l.from_day)
                   FROM code_list_labels l WHERE l.list = v.list AND l.category = v.category AND l.code = v.code), '[]')
                   AS renamings
           FROM code_list_values v WHERE $2::text IS NULL OR v.list = $2
           ORDER BY v.list, v.category, v.position, v.code""",
        today(NETWORK_ZONE),
        name,
    )
    of_value = Value.__struct_fields__
    return [
        DatedValue(
            value=Value(**{field: row[field] for field in of_value}),
            offered=row["offered"],
            first_day=row["first_day"],
            last_day=row["last_day"],
            split_from=row["split_from"],
            renamings=msgspec.json.decode(row["renamings"], type=list[DatedLabel]),
        )
        for row in rows
    ]


async def comparable_codes(name: str, category: str = "") -> dict[str, str]:
    """Return, for each code that was ever split off another, the oldest one it comes from.

    A table over several years counts the split values under it, so that the years compare.
    """
    rows = await fetch(
        """SELECT code, split_from FROM code_list_values WHERE list = $1 AND category = $2 AND split_from IS NOT NULL""",
        name,
        category,
    )
    parents = {row["code"]: row["split_from"] for row in rows}
    roots: dict[str, str] = {}
    for code in parents:
        root = code
        while root in parents:
            root = parents[root]
        roots[code] = root
    return roots
