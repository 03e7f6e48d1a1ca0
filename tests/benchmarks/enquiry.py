"""A demande from the web form to a terminal that is open on Demandes: how long until it stands on the screen."""

import statistics
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import msgspec

from infra.checks.figures import Figure, at_most, percentile, side
from tests.journeys.house import House, key_pair, open_house, prepared
from tests.journeys.terminal import Terminal
from tests.server.pages.forms import CONTACT, HTML, hidden_fields

SENT = 15
"""So many stand in the list at once, whose cursor stays on the one that is open."""
WITHIN_SECONDS = 2.0


class Desk(msgspec.Struct, frozen=True):
    """Where the form is, and whose terminal is open."""

    slug: str
    login: str
    name: str
    key_file: Path


def a_desk(house: House) -> Desk:
    """Make a centre with somebody who holds a key."""
    key_file, public_key = key_pair(house.folder, "bench")

    async def add() -> Desk:
        from tests.factories.accounts import a_user
        from tests.factories.centres import a_centre

        centre = await a_centre()
        user = await a_user(centre, "commercial", public_key=public_key)
        return Desk(centre.slug, user.login, user.name, key_file)

    return prepared(add)


def ask(site: httpx.Client, slug: str, name: str) -> None:
    """Fill in the form as a browser sends it."""
    page = site.get(f"/c/{slug}", headers=HTML)
    form = {**hidden_fields(page.text), **CONTACT, "organisation": "", "name": name}
    answer = site.post(f"/c/{slug}", data=form, headers=HTML)
    if answer.status_code != 303:
        raise RuntimeError(f"the form was not taken: {answer.status_code}")


def measure() -> list[Figure]:
    """Send one after the other, and watch the screen."""
    with TemporaryDirectory(prefix="halte-") as folder, open_house(Path(folder)) as house:
        desk = a_desk(house)
        terminal = Terminal(house.ssh(desk.key_file, desk.login), columns=120, rows=40)
        spent = []
        try:
            terminal.until("Aujourd'hui", desk.name, seconds=60)
            terminal.press("g", "d")
            terminal.until("Demandes", seconds=20)
            with httpx.Client(base_url=house.api, timeout=30) as site:
                for number in range(SENT):
                    name = f"Mme Prompte {number:02d}"
                    ask(site, desk.slug, name)
                    # From the answer of the form on: what the sender waits for is the page's affair.
                    spent.append(terminal.until(name, seconds=30) * 1000)
        finally:
            terminal.close()
    return [
        at_most(
            "demande in an open terminal, p95 from the form's answer on",
            percentile(spent, 95),
            WITHIN_SECONDS * 1000,
            sides=(side("demande", spent),),
            note=f"median {statistics.median(spent):.0f} ms of {SENT}",
        )
    ]
