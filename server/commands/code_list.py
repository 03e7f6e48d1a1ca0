"""`halte code-list`: the network's code lists."""

from itertools import groupby
from pathlib import Path
from typing import Annotated

import cyclopts

from infra.database import system_transaction
from server.commands.desk import DONE, at_desk, say
from tenants.code_lists import queries
from tenants.code_lists.operations import load_lists
from tenants.code_lists.rules import CATEGORY, CodeListInvalid, packaged_lists, read_lists

app = cyclopts.App(name="halte code-list", version_flags=[], help="Show and load the network's code lists.")

Json = Annotated[bool, cyclopts.Parameter(name="--json", negative="")]


@app.command(name="import")
async def load(file: Path | None = None, *, json: Json = False) -> int:
    """Load the lists from a TOML file; values that are gone are withdrawn, and what holds them keeps them.

    Args:
        file: as `segmentation.toml`; the lists of this release unless said.
        json: print the count as JSON.
    """
    values = packaged_lists() if file is None else read_lists(_text(file))
    async with at_desk() as actor:
        changed = await load_lists(values, actor=actor)
    say(f"{len(values)} values read, {changed} changed", {"values": len(values), "changed": changed}, as_json=json)
    return DONE


@app.command(name="list")
async def show(name: str | None = None, *, json: Json = False) -> int:
    """Print the lists, or the one that is named.

    Args:
        name: a list, as `client_type`.
        json: print them as JSON.
    """
    async with at_desk(), system_transaction(read_only=True):
        values = await queries.values(name)
    lines = []
    for title, group in groupby(values, key=lambda value: value.list):
        lines.append(title)
        lines += [
            f"  {value.code if value.category in ('', CATEGORY) else f'{value.category}/{value.code}'}  {value.label}"
            for value in group
        ]
    say("\n".join(lines), values, as_json=json)
    return DONE


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CodeListInvalid(f"{file}: {error}") from error
