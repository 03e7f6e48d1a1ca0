"""`halte person-nights`: is the ledger of person-nights what the stays say?"""

from typing import Annotated

import cyclopts
import msgspec

from infra.database import network_transaction
from server.commands.desk import DONE, REFUSED, at_desk, centre_named, say, table
from tenants.centres.queries import list_centres
from tenants.person_nights.operations import check as check_centre
from tenants.person_nights.operations import mend, settle_old_stays

app = cyclopts.App(
    name="halte person-nights", version_flags=[], help="Compare the ledger of person-nights with the stays."
)

Json = Annotated[bool, cyclopts.Parameter(name="--json", negative="")]


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A stay that the ledger has otherwise; figures are what is missing in the ledger."""

    centre: str
    stay: str
    arrival: str
    present: int
    billed: int


@app.command
async def check(*, centre: str | None = None, repair: bool = False, json: Json = False) -> int:
    """Rebuild every stay's person-nights and compare; exit code 2 where some differ.

    Args:
        centre: one centre's slug; all of them unless said.
        repair: add the entries that are missing, or take back what is too much.
        json: print what differs as JSON.
    """
    async with at_desk():
        if centre is None:
            async with network_transaction():
                places = [(one.id, one.slug) for one in await list_centres()]
        else:
            named = await centre_named(centre)
            places = [(named.id, named.slug)]
        found = []
        for centre_id, slug in places:
            strays = await (mend(centre_id) if repair else check_centre(centre_id))
            found += [
                Found(
                    centre=slug,
                    stay=str(one.stay_id),
                    arrival=one.arrival.isoformat(),
                    present=one.present,
                    billed=one.billed,
                )
                for one in strays
            ]
    head = ("centre", "stay", "arrival", "present", "billed")
    rows = [(one.centre, one.stay, one.arrival, f"{one.present:+d}", f"{one.billed:+d}") for one in found]
    text = table(head, rows) if found else f"{len(places)} centres compared: the ledger is what the stays say"
    say(text, found, as_json=json)
    return REFUSED if found and not repair else DONE


@app.command
async def fill(*, centre: str, json: Json = False) -> int:
    """Write the nights of the stays that were there before the ledger; `halte work` does so by itself.

    Args:
        centre: the centre's slug.
        json: print the count as JSON.
    """
    async with at_desk():
        place = await centre_named(centre)
        count = await settle_old_stays(place.id)
    say(f"{count} stays written", {"stays": count}, as_json=json)
    return DONE
