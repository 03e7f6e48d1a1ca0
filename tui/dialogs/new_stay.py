"""Take a stay: for whom, from when to when, how many, as what."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from server.contract.stays import NewStay, Stay, StayFields
from tui.dialogs.ask import Ask
from tui.dialogs.new_enquiry import band_fields, read_counts
from tui.lists import STAY_STATUS, choices
from tui.session import Session
from tui.widgets.form import Answers, Field
from tui.words import _


def ask_stay(
    session: Session,
    *,
    client_id: UUID | None = None,
    client_name: str = "",
    arrival: date | None = None,
    departure: date | None = None,
    bed_ids: Sequence[UUID] = (),
) -> Ask[Stay]:
    """Make the dialog; beds are held at once where given."""
    statuses = [pair for pair in choices(STAY_STATUS) if pair[0] in ("tentative", "option", "confirmed")]
    fields = [
        Field("arrival", _("Arrivée"), "day", required=True),
        Field("departure", _("Départ"), "day", required=True, after="arrival", hint=_("+3 : trois nuits")),
        *band_fields(),
        Field("expected_pax", _("Environ"), "count", hint=_("quand les âges manquent")),
        Field("status", _("Statut"), "choice", choices=lambda _answers: statuses, required=True),
        Field("option_until", _("Option jusqu'au"), "day"),
        Field("notes", _("Notes"), "long"),
    ]

    async def send(answers: Answers) -> Stay:
        new = NewStay(
            fields=StayFields(
                client_id=client_id,
                arrival=date.fromisoformat(answers["arrival"]),
                departure=date.fromisoformat(answers["departure"]),
                counts=read_counts(answers),
                expected_pax=int(answers["expected_pax"]) if answers["expected_pax"] else None,
                booked_day=session.today,
                notes=answers["notes"],
            ),
            status=answers["status"],
            option_until=date.fromisoformat(answers["option_until"]) if answers["option_until"] else None,
            bed_ids=list(bed_ids),
        )
        return await session.client.add_stay(new)

    values = {"status": "option" if bed_ids else "tentative"}
    values |= {"arrival": arrival.isoformat()} if arrival else {}
    values |= {"departure": departure.isoformat()} if departure else {}
    title = _("Nouveau séjour · {name}").format(name=client_name) if client_name else _("Nouveau séjour")
    return Ask(title, fields, send, today=session.today, values=values)
