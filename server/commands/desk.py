"""What every command begins and ends with: the database open, who asks, an answer, a question before what hurts."""

import getpass
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import msgspec

from infra.actor import Actor, job
from infra.errors import Refused
from infra.pools import Role, close_pools, open_pools
from tenants.centres.queries import CentreUnknown, by_slug
from tenants.centres.rules import CentreRef

DONE, FAILED, REFUSED = 0, 1, 2


class NotConfirmed(Refused):
    """Nothing was done: it was not confirmed."""

    code = "not_confirmed"


@asynccontextmanager
async def at_desk() -> AsyncIterator[Actor]:
    """Open the database for one command, and say who gives it: the history names the account of this machine."""
    await open_pools(Role.APP, Role.NETWORK, size=4)
    try:
        yield job(f"{_person()} (halte)", address="command")
    finally:
        await close_pools()


async def centre_named(slug: str) -> CentreRef:
    """Return the centre of a slug.

    Raises:
        CentreUnknown: there is none; the refusal says how to list them.
    """
    found = await by_slug(slug)
    if found is None:
        raise CentreUnknown(f"there is no centre « {slug} »: halte centre list names them")
    return found


def confirm(question: str, *, yes: bool) -> None:
    """Ask before what cannot be taken back; `yes` answers beforehand.

    Raises:
        NotConfirmed: the answer is no, or nobody is there to give one.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise NotConfirmed(f"{question} Add --yes to do it without being asked.")
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in ("y", "yes", "o", "oui"):
        raise NotConfirmed()


def say(text: str, answer: object, *, as_json: bool) -> None:
    """Print the answer: as text for a person, as one JSON value for a program."""
    print(msgspec.json.format(msgspec.json.encode(answer), indent=2).decode() if as_json else text)


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Lay out rows under their heads, each column as wide as its widest cell."""
    widths = [max(len(row[place]) for row in [head, *rows]) for place in range(len(head))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in [head, *rows])
    return "\n".join(line.rstrip() for line in lines)


def progress_shown() -> Callable[[int, int], None]:
    """Show how far it is, on a line that rewrites itself; every ten seconds where nobody watches."""
    watched, shown_at = sys.stderr.isatty(), time.monotonic()

    def show(done: int, total: int) -> None:
        nonlocal shown_at
        if watched:
            print(f"\r{done:,} / {total:,}", end="\n" if done == total else "", file=sys.stderr, flush=True)
        elif done == total or time.monotonic() - shown_at > 10:
            shown_at = time.monotonic()
            print(f"{done:,} / {total:,}", file=sys.stderr, flush=True)

    return show


def _person() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "nobody"
