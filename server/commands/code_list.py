"""`halte code-list`: the network's code lists."""

from itertools import groupby
from pathlib import Path
from typing import Annotated

import cyclopts

from infra.database import system_transaction
from server.commands.desk import DONE, at_desk, say
from tenants.code_lists import queries
from tenants.code_lists.operations import add_to_lists, load_lists
from tenants.code_lists.rules import CATEGORY, FEDERATIONS, CodeListInvalid, packaged_lists, read_lists

app = cyclopts.App(name="halte code-list", version_flags=[], help="Show and load the network's code lists.")

Add = Annotated[bool, cyclopts.Parameter(name="--add", negative="")]
Json = Annotated[bool, cyclopts.Parameter(name="--json", negative="")]


@app.command(name="import")
async def load(file: Path | None = None, *, add: Add = False, json: Json = False) -> int:
    """Load the lists from a TOML file; values that are gone are withdrawn, and what holds them keeps them.

    What the network renamed, split, retired or added from a day stays as it decided.

    Args:
        file: as `segmentation.toml`; the lists of this release unless said.
        add: only add what is not there yet; without a file, the sports of the recognised federations.
        json: print the count as JSON.
    """
    packaged = read_lists(_text(FEDERATIONS)) if add else packaged_lists()
    values = packaged if file is None else read_lists(_text(file))
    async with at_desk() as actor:
        changed = await (add_to_lists if add else load_lists)(values, actor=actor)
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
