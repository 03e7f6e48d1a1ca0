"""`halte referential`: the weights learnt from the network's own cards, all its cards linked, their keys written anew."""

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated
from uuid import UUID

import cyclopts
import msgspec

from infra.clock import now
from infra.database import network_transaction, tenant_transaction
from infra.errors import Invalid
from server.commands.desk import DONE, FAILED, at_desk, centre_named, confirm, progress_shown, say, table
from tenants.centres.queries import list_centres
from tenants.clients.queries import compared_cards
from tenants.referential.charts import weights_page
from tenants.referential.learning import Trainer, learn
from tenants.referential.link_runs import LinkRun, RunState, link_run, link_runs
from tenants.referential.matching.labelled import FEWEST_LABELS, FEWEST_OF_EACH, MOST_BITS, Taught
from tenants.referential.matching.model import Model
from tenants.referential.models import keep_model, use_model
from tenants.referential.models import versions as kept_versions
from tenants.referential.pairs import labels
from tenants.referential.undoing_runs import undo_run, undoing_of
from tenants.referential.whole import link_network, network_cards
from tenants.referential.whole import rekey as rekey_cards

app = cyclopts.App(
    name="halte referential",
    version_flags=[],
    help="Learn the matcher's weights, link the whole network, rebuild keys.",
)

Json = Annotated[bool, cyclopts.Parameter(name="--json", negative="")]
Yes = Annotated[bool, cyclopts.Parameter(name="--yes", negative="")]
Use = Annotated[bool, cyclopts.Parameter(name="--use", negative="")]
WithoutLabels = Annotated[bool, cyclopts.Parameter(name="--without-labels", negative="")]
DryRun = Annotated[bool, cyclopts.Parameter(name="--dry-run", negative="")]
FEWEST: int = 500
"""Cards from which a network's own weights say more than the first ones."""


class ChartsUnwritable(Invalid):
    """The folder for the charts cannot be written into."""

    code = "charts_unwritable"


class Trained(msgspec.Struct, frozen=True, kw_only=True):
    """A version that was learnt."""

    version: str
    cards: int
    used: bool
    chart: str
    labels: Taught


@app.command
async def train(
    *,
    charts: Path = Path("charts"),
    use: Use = False,
    without_labels: WithoutLabels = False,
    by: Trainer = Trainer.HALTE,
    json: Json = False,
) -> int:
    """Learn the weights from the network's own cards and keep them, named by the time; used where --use says so.

    Nobody need say who is who: the cards' own agreements teach. What stewards decided of pairs mends what is badly learnt, where
    there are enough decisions and they foretell others better than the cards alone. The values' shares are counted live
    whatever the version.

    Args:
        charts: the folder that the weights are drawn into, as one HTML page.
        use: match by it from now on.
        without_labels: leave out what stewards decided.
        by: what estimates m and u: halte, or splink, over the same levels (installs the packages of the benchmarks).
        json: print what was learnt as JSON.
    """
    name = f"{now():%Y-%m-%d %H.%M.%S}"
    _make(charts)
    async with at_desk() as actor:
        cards = await network_cards()
        if len(cards.ids) < FEWEST:
            say(
                f"{len(cards.ids)} cards teach too little: from {FEWEST} on. The first weights stay in use.",
                {"cards": len(cards.ids), "fewest": FEWEST},
                as_json=json,
            )
            return FAILED
        async with network_transaction():
            decided = [] if without_labels else await labels()
        learnt = learn(cards, version=name, labels=decided, trainer=by)
        page = _draw(charts, learnt.model, cards=len(cards.ids))
        await keep_model(learnt.model, cards=len(cards.ids), labels=learnt.taught.used, trainer=by, actor=actor)
        if use:
            await use_model(name, actor=actor)
    said = "in use" if use else f"kept; halte referential use « {name} » to match by it"
    answer = Trained(version=name, cards=len(cards.ids), used=use, chart=str(page), labels=learnt.taught)
    told = "" if without_labels else f"{_lesson(learnt.taught)}\n"
    say(f"version « {name} » learnt from {len(cards.ids)} cards: {said}\n{told}{page}", answer, as_json=json)
    return DONE


def _lesson(taught: Taught) -> str:
    """Say what the stewards' decisions were good for."""
    counted = f"decided by stewards: {taught.same} pairs the same, {taught.different} different"
    if taught.unused_because == "too_few":
        return f"{counted}; too few to learn from ({FEWEST_LABELS} on, {FEWEST_OF_EACH} of each)"
    if taught.unused_because:
        return f"{counted}; they foretell each other no better than the cards alone do, and change nothing"
    moves = ", ".join(f"{level} {bits:+.1f}" for level, bits in taught.moved.items())
    lines = [f"{counted}; in bits: {moves or 'less than half a bit anywhere'}"]
    if taught.suspect:
        lines.append(
            f"held back at {MOST_BITS:g} bits: {', '.join(taught.suspect)} (look how these values are cleaned, and at u)"
        )
    if abs(taught.leaning_bits) >= 1:
        side = "the same" if taught.leaning_bits > 0 else "different"
        lines.append(
            f"they say « {side} » more readily than the weights, by {abs(taught.leaning_bits):.1f} bits: left out"
        )
    return "\n".join(lines)


def _draw(folder: Path, model: Model, *, cards: int) -> Path:
    _make(folder)
    page = folder / f"weights {model.version}.html"
    page.write_text(weights_page(model, cards=cards), encoding="utf-8")
    return page


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        NamedTemporaryFile(dir=folder).close()
    except OSError as error:
        raise ChartsUnwritable(f"nothing can be written into {folder}: {error.strerror}") from error


@app.command
async def versions(*, json: Json = False) -> int:
    """Print the versions of the weights, the newest first, and which is in use; the oldest is what every network begins with.

    Args:
        json: print them as JSON.
    """
    async with at_desk():
        known = await kept_versions()
    head = ("version", "cards", "labels", "trainer", "learnt", "last put in use", "")
    rows = [
        (
            one.version,
            str(one.cards),
            str(one.labels),
            one.trainer,
            f"{one.trained_at:%Y-%m-%d}",
            f"{one.used_since:%Y-%m-%d %H:%M}" if one.used_since else "",
            "in use" if one.in_use else "",
        )
        for one in known
    ]
    say(table(head, rows), known, as_json=json)
    return DONE


@app.command
async def use(version: str) -> int:
    """Match by a version from now on, an earlier one or the first one too; links made before stay as they are.

    Args:
        version: as halte referential versions names it.
    """
    async with at_desk() as actor:
        await use_model(version, actor=actor)
    print(f"cards are matched by « {version} » from now on")
    return DONE


@app.command
async def link(*, dry_run: DryRun = False, yes: Yes = False, json: Json = False) -> int:
    """Compare all cards of the network with the weights in use and link those that are one person's.

    Nothing is split, what stewards keep apart stays apart; each link can be cut, and all of them by halte referential undo.

    Args:
        dry_run: only count.
        yes: do it without being asked.
        json: print the counts as JSON.
    """
    if not dry_run:
        confirm("Link all cards of the network?", yes=yes)
    async with at_desk() as actor:
        progress = None if json else progress_shown()
        found = await link_network(actor=actor, dry_run=dry_run, progress=progress)
    done = "would join another" if dry_run else "joined another"
    back = f"\nto take it back: halte referential undo {found.run_id}" if found.run_id else ""
    say(
        f"{found.cards} cards, {found.compared} pairs compared: {found.joined} identities {done}, "
        f"{found.refused} kept apart by stewards, {found.proposed} pairs for stewards to decide{back}",
        found,
        as_json=json,
    )
    return DONE


@app.command
async def runs(*, json: Json = False) -> int:
    """List the passes over the network, the newest first, each with the id that undoes it.

    Args:
        json: print them as JSON.
    """
    async with at_desk(), network_transaction():
        found = await link_runs()
    head = ("run", "started", "by", "version", "from bits", "cards", "pairs", "links", "standing", "")
    rows = [
        (
            str(run.id),
            f"{run.started_at:%Y-%m-%d %H:%M}",
            run.started_by,
            run.model,
            f"{run.threshold:g}",
            str(run.cards),
            str(run.pairs),
            str(run.links),
            str(run.standing),
            _standing(run),
        )
        for run in found
    ]
    say(table(head, rows) if rows else "the network was not linked yet", found, as_json=json)
    return DONE


def _standing(run: LinkRun) -> str:
    """Say how a pass ended."""
    if run.state is RunState.UNDONE:
        return f"undone {run.undone_at:%Y-%m-%d %H:%M} by {run.undone_by}"
    return run.state if run.state is RunState.COMPLETE else f"{run.state} at {run.links} of {run.planned}"


@app.command
async def undo(run: UUID, *, dry_run: DryRun = False, json: Json = False) -> int:
    """Take all links of a pass back, whoever cut or made others since; stopped, it can be begun again and goes on.

    The pairs are not remembered as refused: better weights may link them.

    Args:
        run: the pass, as halte referential runs names it.
        dry_run: only count.
        json: print the counts as JSON.
    """
    async with at_desk() as actor:
        async with network_transaction():
            asked, concerned = await link_run(run), await undoing_of(run)
        if dry_run:
            say(f"{concerned.links} links between {concerned.cards} cards would be undone", concerned, as_json=json)
            return DONE
        undone = await undo_run(run, actor=actor, progress=None if json else progress_shown())
    done = f"{undone.cut} links undone, {concerned.cards} cards concerned"
    said = f"{_standing(asked)} already" if asked.state is RunState.UNDONE else done
    say(said, undone, as_json=json)
    return DONE


@app.command
async def rekey(*, centre: str | None = None, json: Json = False) -> int:
    """Clean the cards anew and write the keys by which they find one another, after a release that changed either.

    It can be stopped and begun again at any time.

    Args:
        centre: one centre's slug; all of them unless said.
        json: print the counts as JSON.
    """
    read, changed = 0, 0
    async with at_desk():
        if centre is None:
            async with network_transaction():
                places = [one.id for one in await list_centres()]
        else:
            places = [(await centre_named(centre)).id]
        for centre_id in places:
            last = None
            while True:
                async with tenant_transaction(centre_id):
                    cards = await compared_cards(centre_id, after=last)
                    changed += await rekey_cards(centre_id, cards)
                if not cards:
                    break
                read, last = read + len(cards), max(cards)
    say(f"{read} cards read, {changed} written anew", {"cards": read, "changed": changed}, as_json=json)
    return DONE
