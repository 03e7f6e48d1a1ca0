"""Rehearsals of dates in the contract's structs."""

from billing.dossiers.dates import Rehearsal
from server.contract.dates import BlockedRoom, DatesRehearsal, LineThen
from server.views.dossiers import money


def rehearsal_view(seen: Rehearsal) -> DatesRehearsal:
    """Return a rehearsal as the contract has it."""
    return DatesRehearsal(
        arrival=seen.arrival,
        departure=seen.departure,
        lines=[
            LineThen(
                line_id=line.line_id,
                label=line.label,
                before=money(line.before),
                after=money(line.after),
                verdict=line.verdict,
                why=line.why,
            )
            for line in seen.lines
        ],
        before=money(seen.before),
        after=money(seen.after),
        blocked=[
            BlockedRoom(
                room=one.room, holder=one.holder, stay_id=one.stay_id, arrival=one.arrival, departure=one.departure
            )
            for one in seen.blocked
        ],
        quote_number=seen.quote_number,
        accepted=seen.accepted,
        paid=money(seen.paid),
        ways=list(seen.ways),
    )
