"""`halte tablet`: pair, list and unpair the tablets at a centre's desk."""

from typing import Annotated

import cyclopts

from infra.database import tenant_transaction
from infra.errors import FieldError, Invalid
from server.commands.desk import DONE, at_desk, centre_named, confirm, say, table
from tenants.arrivals.tablet import TABLETS, TabletNotPaired, tablet_address
from tenants.centres.pairing import Device

app = cyclopts.App(name="halte tablet", version_flags=[], help="Pair, list and unpair the tablets at a centre's desk.")

Json = Annotated[bool, cyclopts.Parameter(name="--json", negative="")]
Yes = Annotated[bool, cyclopts.Parameter(name=["--yes", "-y"], negative="")]


class TabletAmbiguous(Invalid):
    """Several paired tablets have this name: say which by its id."""

    code = "tablet_ambiguous"


@app.command
async def pair(*, centre: str, name: str, json: Json = False) -> int:
    """Pair a tablet and print the address to open on it: once, for nobody can show it again.

    Args:
        centre: the centre's slug.
        name: what tells this tablet from the others.
        json: print one JSON object.
    """
    async with at_desk() as actor:
        place = await centre_named(centre)
        paired = await TABLETS.pair(place.id, name, actor=actor)
    url = tablet_address(place.slug, paired.token)
    say(url, {"id": paired.id, "name": name.strip(), "token": paired.token, "url": url}, as_json=json)
    return DONE


@app.command(name="list")
async def show(*, centre: str, json: Json = False) -> int:
    """List a centre's tablets, those that are paired first.

    Args:
        centre: the centre's slug.
        json: print them as JSON.
    """
    async with at_desk():
        place = await centre_named(centre)
        async with tenant_transaction(place.id, read_only=True):
            found = await TABLETS.devices(place.id)
    rows = [
        (str(one.id), one.name, f"{one.paired_at:%Y-%m-%d}", f"{one.unpaired_at:%Y-%m-%d}" if one.unpaired_at else "")
        for one in found
    ]
    say(table(("id", "name", "paired", "unpaired"), rows), found, as_json=json)
    return DONE


@app.command
async def unpair(*, centre: str, name: str, yes: Yes = False, json: Json = False) -> int:
    """End a tablet's pairing at once: what it shows is gone at its next look.

    Args:
        centre: the centre's slug.
        name: the tablet's name, or its id.
        yes: do not ask.
        json: print one JSON object.
    """
    async with at_desk() as actor:
        place = await centre_named(centre)
        async with tenant_transaction(place.id, read_only=True):
            tablet = _named(await TABLETS.devices(place.id), name)
        confirm(f"Unpair « {tablet.name} » of {place.name}?", yes=yes)
        await TABLETS.unpair(place.id, tablet.id, actor=actor)
    say(f"{tablet.name}: unpaired", {"id": tablet.id, "name": tablet.name}, as_json=json)
    return DONE


def _named(tablets: list[Device], name: str) -> Device:
    paired = [one for one in tablets if one.unpaired_at is None and name in (one.name, str(one.id))]
    if not paired:
        raise TabletNotPaired(f"no paired tablet « {name} »: halte tablet list names them")
    if len(paired) > 1:
        ids = ", ".join(str(one.id) for one in paired)
        raise TabletAmbiguous(f"several tablets « {name} »: {ids}", errors=(FieldError("/name", "ambiguous", ids),))
    return paired[0]
