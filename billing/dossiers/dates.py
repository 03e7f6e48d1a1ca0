"""Changing the dates of a stay that has a dossier: rehearsed first, then one of three ways out.

Move and lose the quote in progress (the rule of this trade, and the default): its payment links die with it, and the lost
version stays readable and can be revived. Or re-quote: a new version, the old one superseded, what is paid carried over.
Or leave everything as it was, for which nobody calls anything. What was accepted or paid in part is never lost.
"""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from uuid import UUID

import msgspec

from billing.catalogue.queries import service
from billing.catalogue.reasons import is_typed
from billing.catalogue.rules import StayFacts, price_of
from billing.dossiers import queries
from billing.dossiers.lines import Line, repriced
from billing.dossiers.operations import save_line
from billing.dossiers.progress import lock, settle
from billing.dossiers.rules import DossierTreated
from billing.money import Money
from billing.quotes import events
from billing.quotes.operations import QuoteSending, send_quote
from infra.actor import Actor
from infra.audit import audit
from infra.clock import now
from infra.database import execute, fetch, fetch_row, tenant_transaction
from infra.errors import Conflict, FieldError, Invalid
from infra.outbox import record
from tenants.clients.queries import centre_today
from tenants.rooms.stock import BlockedBed, blocking
from tenants.stays.beds import holds_of
from tenants.stays.operations import change_stay
from tenants.stays.queries import fields_of
from tenants.stays.rules import check_dates


class Way(StrEnum):
    """What becomes of the quote when the dates change."""

    LOSE = "lose"
    REQUOTE = "requote"


class DatesNeedRehearsal(Conflict):
    """A quote is under way for these dates: change them from the dossier, which shows first what it does."""

    code = "dates_need_rehearsal"


class QuoteCommitted(Conflict):
    """This quote was accepted or paid in part: it is never lost, it is re-quoted."""

    code = "quote_committed"


class LinesImpossible(Conflict):
    """Some lines cannot be sold on the new dates: change them first."""

    code = "lines_impossible"


class QuoteNotLost(Conflict):
    """Only the last lost version can be revived, on its own dates and while it is valid."""

    code = "quote_not_lost"


class WayUnknown(Invalid):
    """The quote is lost, or made again."""

    code = "way_unknown"


class LineThen(msgspec.Struct, frozen=True, kw_only=True):
    """A line on the new dates: kept, repriced, or impossible because of something."""

    line_id: UUID
    label: str
    before: Money
    after: Money
    verdict: str
    why: str


class Rehearsal(msgspec.Struct, frozen=True, kw_only=True):
    """What other dates would do; nothing is changed."""

    arrival: date
    departure: date
    lines: tuple[LineThen, ...]
    before: Money
    after: Money
    blocked: tuple[BlockedBed, ...]
    """Who holds the stay's beds in the new nights."""
    quote_number: int | None
    accepted: bool
    paid: Money
    ways: tuple[Way, ...]
    """The default first; none where the dates are impossible."""


async def rehearse_dates(centre_id: UUID, dossier_id: UUID, *, arrival: date, departure: date) -> Rehearsal:
    """Show what other dates would do to the lines, the stock and the quote; nothing is changed.

    Raises:
        DossierUnknown: the centre has none of that id.
        StayDatesInvalid: the dates cannot be.
    """
    async with tenant_transaction(centre_id, read_only=True):
        sold = await queries.dossier(centre_id, dossier_id)
        fields = await fields_of(centre_id, sold.stay_id)
        check_dates(msgspec.structs.replace(fields, arrival=arrival, departure=departure))
        pairs = await _lines_then(
            centre_id, sold.stay_id, sold.client_id, lines=sold.lines, arrival=arrival, departure=departure
        )
        beds = [hold.bed_id for hold in await holds_of(centre_id, sold.stay_id) if hold.departure == fields.departure]
        blocked = await blocking(centre_id, beds, arrival=arrival, departure=departure, but_stay=sold.stay_id)
        live = await _live_quote(centre_id, dossier_id)
    lines = tuple(
        LineThen(
            line_id=old.id, label=old.label, before=old.total, after=new.total, verdict=_verdict(old, new, why), why=why
        )
        for old, new, why in pairs
    )
    impossible = bool(blocked) or any(line.verdict == "impossible" for line in lines)
    committed = live is not None and (live.accepted or sold.paid.minor > 0)
    return Rehearsal(
        arrival=arrival,
        departure=departure,
        lines=lines,
        before=Money(sum(line.before.minor for line in lines)),
        after=Money(sum(line.after.minor for line in lines)),
        blocked=tuple(blocked),
        quote_number=live.number if live else None,
        accepted=live is not None and live.accepted,
        paid=sold.paid,
        ways=()
        if impossible
        else (Way.REQUOTE,)
        if committed
        else (Way.LOSE, Way.REQUOTE)
        if sold.lines
        else (Way.LOSE,),
    )


async def change_dates(
    centre_id: UUID,
    dossier_id: UUID,
    *,
    arrival: date,
    departure: date,
    way: str,
    version: int | None,
    actor: Actor,
) -> None:
    """Move the stay, price its lines anew, and lose the quote in progress or make another: all of it or nothing.

    Raises:
        DossierUnknown, StaleVersion, DossierTreated: there is none, or it does not change any more.
        WayUnknown: it is neither lost nor made again.
        QuoteCommitted: what was accepted or paid is not lost.
        LinesImpossible, BedTaken, StayDatesInvalid, StayStatusRefuses: the dates cannot be.
        As `send_quote`, where another is made.
    """
    actor.require("dossier.edit")
    if way not in set(Way):
        raise WayUnknown(errors=(FieldError("/way", "unknown", ", ".join(Way)),))
    async with tenant_transaction(centre_id):
        dossier = await lock(centre_id, dossier_id, version=version)
        if dossier.treated:
            raise DossierTreated
        live = await _live_quote(centre_id, dossier_id)
        if way == Way.LOSE and live is not None and (live.accepted or dossier.paid_minor > 0):
            raise QuoteCommitted
        lines = await queries.lines(centre_id, dossier_id)
        pairs = await _lines_then(
            centre_id, dossier.stay_id, dossier.client_id, lines=lines, arrival=arrival, departure=departure
        )
        if any(why for _, _, why in pairs):
            raise LinesImpossible
        fields = msgspec.structs.replace(
            await fields_of(centre_id, dossier.stay_id), arrival=arrival, departure=departure
        )
        await change_stay(centre_id, dossier.stay_id, fields, version=None, actor=actor)
        for old, new, _ in pairs:
            if new != old:
                await save_line(centre_id, new)
                await audit("dossier", dossier_id, "reprice_line", actor=actor, before=old, after=new)
        days: dict[str, object] = {"arrival": arrival.isoformat(), "departure": departure.isoformat(), "way": way}
        await audit("dossier", dossier_id, "change_dates", actor=actor, after=days)
        if way == Way.REQUOTE:
            await settle(centre_id, dossier_id, actor=actor, started=True)
            await send_quote(centre_id, dossier_id, QuoteSending(), actor=actor)
        else:
            if live is not None:
                await _close(centre_id, live.id, state="lost")
                await record(events.QuoteLost(subject_id=live.id, dossier_id=dossier_id), actor=actor)
            await settle(centre_id, dossier_id, actor=actor, started=True)


async def revive_quote(centre_id: UUID, dossier_id: UUID, quote_id: UUID, *, actor: Actor) -> None:
    """Put a lost version on offer again, once the stay is back on its dates; its payment links live again with it.

    Raises:
        DossierUnknown: there is none.
        QuoteNotLost: it is not the last lost version, is too old, or the stay is on other dates.
    """
    actor.require("quote.send")
    async with tenant_transaction(centre_id):
        dossier = await lock(centre_id, dossier_id)
        row = await fetch_row(
            """SELECT quote.id FROM quotes AS quote
               JOIN stays AS stay ON stay.centre_id = $1 AND stay.id = $4
               WHERE quote.centre_id = $1 AND quote.dossier_id = $2 AND quote.id = $3 AND quote.state = 'lost'
                 AND quote.state_before = 'sent' AND quote.valid_until >= $5
                 AND (quote.snapshot->>'arrival')::date = stay.arrival
                 AND (quote.snapshot->>'departure')::date = stay.departure
                 AND NOT EXISTS (SELECT FROM quotes AS newer WHERE newer.centre_id = $1 AND newer.dossier_id = $2
                     AND newer.number > quote.number)""",
            centre_id,
            dossier_id,
            quote_id,
            dossier.stay_id,
            await centre_today(centre_id),
        )
        if row is None:
            raise QuoteNotLost
        await execute(
            """UPDATE quotes SET state = 'sent', state_before = NULL, closed_at = NULL
               WHERE centre_id = $1 AND id = $2""",
            centre_id,
            quote_id,
        )
        await audit("dossier", dossier_id, "revive_quote", actor=actor, after={"quote_id": str(quote_id)})
        await record(events.QuoteRevived(subject_id=quote_id, dossier_id=dossier_id), actor=actor)
        await settle(centre_id, dossier_id, actor=actor, started=True)


async def require_no_quote_under_way(centre_id: UUID, stay_id: UUID) -> None:
    """Refuse to move a stay by itself while a quote for its dates is on offer or accepted.

    Raises:
        DatesNeedRehearsal: one is.
    """
    owner = (await queries.dossiers_of_stays(centre_id, [stay_id])).get(stay_id)
    if owner is not None and await _live_quote(centre_id, owner.id) is not None:
        raise DatesNeedRehearsal(number=owner.number)


class _Live(msgspec.Struct, frozen=True):
    """The version on offer, or accepted."""

    id: UUID
    number: int
    accepted: bool


async def _live_quote(centre_id: UUID, dossier_id: UUID) -> _Live | None:
    rows = await fetch(
        """SELECT id, number, state = 'accepted' AS accepted FROM quotes
           WHERE centre_id = $1 AND dossier_id = $2 AND state IN ('sent', 'accepted') ORDER BY number DESC LIMIT 1""",
        centre_id,
        dossier_id,
    )
    return _Live(rows[0]["id"], rows[0]["number"], rows[0]["accepted"]) if rows else None


async def _close(centre_id: UUID, quote_id: UUID, *, state: str) -> None:
    await execute(
        "UPDATE quotes SET state_before = state, state = $3, closed_at = $4 WHERE centre_id = $1 AND id = $2",
        centre_id,
        quote_id,
        state,
        now(),
    )


async def _lines_then(
    centre_id: UUID, stay_id: UUID, client_id: UUID, *, lines: Sequence[Line], arrival: date, departure: date
) -> list[tuple[Line, Line, str]]:
    """Return each line as it is, as it would be, and why it cannot be where it cannot."""
    stay: StayFacts = msgspec.structs.replace(
        await queries.stay_facts(centre_id, stay_id), arrival=arrival, departure=departure
    )
    client = await queries.client_facts(centre_id, client_id)
    found = []
    for line in lines:
        after, why = repriced(line, stay), ""
        if line.service_id is not None:
            sold = await service(centre_id, line.service_id)
            if not sold.active:
                why = "no_longer_sold"
            elif not is_typed(line.reasons):
                price = price_of(sold, stay, client)
                after = msgspec.structs.replace(after, unit_price=price.unit_price, reasons=price.reasons)
        found.append((line, after, why))
    return found


def _verdict(before: Line, after: Line, why: str) -> str:
    return "impossible" if why else "kept" if before.total == after.total else "repriced"
