"""Take a stay: for whom, from when to when, how many, as what; of nobody at all, its rooms go out of service."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from textual import on

from server.contract.basics import FieldProblem, Problem
from server.contract.client_terms import DefaultsToFill
from server.contract.stays import NewStay, Room, RoomsWithdrawn, Stay, StayFields
from tui.dialogs.ask import Ask
from tui.dialogs.new_enquiry import BANDS, band_fields, read_counts
from tui.lists import OUT_OF_SERVICE_REASON, STAY_STATUS, choices
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.form import Answers, Field, Form
from tui.words import _

NOBODY = "out_of_service"
ROOMS = "rooms"


class Taken(NamedTuple):
    """What was taken: a stay, or none where rooms went out of service instead."""

    stay: Stay | None


class AskStay(Ask[Taken]):
    """The dialog; with an explicit zero in every band and no client, it asks why the rooms go out of service."""

    named = False
    """Whether it is for a client: then nobody in every band is a mistake, never a room out of service."""

    def on_mount(self) -> None:
        """Ask only what belongs."""
        self._ask_what_belongs()

    @on(Form.Changed)
    def _ask_what_belongs(self) -> None:
        rows = self.form.rows
        nobody = not self.named and all(rows[band].typed.strip() == "0" for band, _label in BANDS)
        rows[NOBODY].display = nobody
        if ROOMS in rows:
            rows[ROOMS].display = nobody
        for name in ("status", "option_until", "expected_pax"):
            rows[name].display = not nobody


def ask_stay(
    session: Session,
    *,
    client_id: UUID | None = None,
    client_name: str = "",
    arrival: date | None = None,
    departure: date | None = None,
    bed_ids: Sequence[UUID] = (),
    agreed: DefaultsToFill | None = None,
) -> AskStay:
    """Make the dialog; beds are held at once where given, the client's defaults stand in their fields to be changed."""

    def is_nobody(answers: Mapping[str, str]) -> bool:
        return client_id is None and all(answers.get(band) == "0" for band, _label in BANDS)

    statuses = [pair for pair in choices(STAY_STATUS) if pair[0] in ("tentative", "option", "confirmed")]
    fields = [
        Field("arrival", _("Arrivée"), "day", required=True),
        Field("departure", _("Départ"), "day", required=True, after="arrival", hint=_("+3 : trois nuits")),
        *band_fields(),
        Field(
            NOBODY,
            _("Hors service, parce que"),
            "choice",
            choices=lambda _answers: choices(OUT_OF_SERVICE_REASON),
            required_when=is_nobody,
        ),
        *([] if bed_ids else [Field(ROOMS, _("Chambres"), hint=_("B3, B4"), required_when=is_nobody)]),
        Field("expected_pax", _("Environ"), "count", hint=_("quand les âges manquent")),
        Field("status", _("Statut"), "choice", choices=lambda _answers: statuses, required=True),
        Field("option_until", _("Option jusqu'au"), "day"),
        *(_agreed_fields(agreed, client_id, client_name) if agreed is not None and client_id is not None else []),
        Field("notes", _("Notes"), "long"),
    ]

    async def send(answers: Answers) -> Taken:
        typed = StayFields(
            client_id=client_id,
            arrival=date.fromisoformat(answers["arrival"]),
            departure=date.fromisoformat(answers["departure"]),
            counts=read_counts(answers),
            expected_pax=int(answers["expected_pax"]) if answers["expected_pax"] else None,
            booked_day=session.today,
            notes=answers["notes"],
            payer_id=_payer(answers.get("payer_id", ""), client_id),
            payer_note=answers.get("payer_note", ""),
            room_type=answers.get("room_type", ""),
        )
        if answers[NOBODY]:
            beds = list(bed_ids) or _beds_of(answers[ROOMS], (await session.client.rooms()).items)
            withdrawn = RoomsWithdrawn(fields=typed, bed_ids=beds, reason=answers[NOBODY], note=answers["notes"])
            await session.client.withdraw_by_stay(withdrawn)
            return Taken(None)
        new = NewStay(
            fields=typed,
            status=answers["status"],
            option_until=date.fromisoformat(answers["option_until"]) if answers["option_until"] else None,
            bed_ids=list(bed_ids),
            defaults="fill" if agreed is None else "as_typed",
        )
        return Taken(await session.client.add_stay(new))

    values = {"status": "option" if bed_ids else "tentative"}
    values |= {"arrival": arrival.isoformat()} if arrival else {}
    values |= {"departure": departure.isoformat()} if departure else {}
    if agreed is not None:
        values |= {"payer_id": str(agreed.payer_id or client_id or ""), "payer_note": agreed.payer_note}
        values |= {"room_type": agreed.room_type}
    title = _("Nouveau séjour · {name}").format(name=client_name) if client_name else _("Nouveau séjour")
    ask = AskStay(title, fields, send, today=session.today, values=values)
    ask.named = client_id is not None
    return ask


def _beds_of(named: str, rooms: Sequence[Room]) -> list[UUID]:
    """Return the beds of the rooms named, one after the other.

    Raises:
        ApiProblem: a name is none of theirs; said as the server says it of a room.
    """
    known = {room.name.casefold(): [bed.id for bed in room.beds] for room in rooms}
    names = [name for part in re.split(r"[,;]", named) if (name := part.strip().casefold())]
    if len(names) == 1 and names[0] not in known:
        names = names[0].split()
    if any(name not in known for name in names):
        error = FieldProblem(pointer=f"/{ROOMS}", code="room_unknown", message="")
        raise ApiProblem(
            Problem(type="", title="", status=422, detail="", code="not_out_of_service", request_id="", errors=[error])
        )
    return [bed for name in dict.fromkeys(names) for bed in known[name]]


def _agreed_fields(agreed: DefaultsToFill, client_id: UUID, client_name: str) -> list[Field]:
    """What the client's card fills: asked only where something is agreed."""
    if agreed.payer_id is None and not agreed.payer_note and not agreed.room_type:
        return []
    payers = [(str(client_id), client_name)]
    payers += [(str(agreed.payer_id), agreed.payer_name)] if agreed.payer_id is not None else []
    return [
        Field("payer_id", _("Payeur"), "choice", choices=lambda _answers: payers, required=True),
        Field("payer_note", _("Prise en charge"), hint=_("qui paie quoi")),
        Field("room_type", _("Type de chambre")),
    ]


def _payer(chosen: str, client_id: UUID | None) -> UUID | None:
    """Return who pays where it is not the client."""
    payer_id = UUID(chosen) if chosen else None
    return None if payer_id == client_id else payer_id
