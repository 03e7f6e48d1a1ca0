"""Every read of the code lists. They are the network's: no centre is asked for."""

import msgspec

from infra.database import fetch
from tenants.code_lists.rules import CATEGORY, Value


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """A value one may choose."""

    code: str
    label: str
    detail: str


_COLUMNS = "list, category, code, label, position, detail, first_age, last_age"


async def values(name: str | None = None) -> list[Value]:
    """Return the values in use, of one list or of all, in the order they are shown."""
    rows = await fetch(
        f"""SELECT {_COLUMNS} FROM code_list_values WHERE active AND ($1::text IS NULL OR list = $1)
            ORDER BY list, category, position""",
        name,
    )
    return [Value(**row) for row in rows]


async def options(name: str, category: str = "") -> list[Option]:
    """Return what may be chosen: a plain list's values, or those of one category of a cascade."""
    rows = await fetch(
        """SELECT code, label, detail FROM code_list_values WHERE active AND list = $1 AND category = $2
           ORDER BY position""",
        name,
        category,
    )
    return [Option(**row) for row in rows]


async def categories(name: str) -> list[Option]:
    """Return the categories of a cascade, which are chosen first."""
    return await options(name, CATEGORY)


async def codes(name: str, category: str = "") -> frozenset[str]:
    """Return the codes of `options`, for checking what was sent."""
    return frozenset(option.code for option in await options(name, category))
