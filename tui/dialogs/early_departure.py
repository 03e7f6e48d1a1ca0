"""Early departure: which room, from which day, and then whether the whole group leaves, with « non » under the cursor."""

from datetime import date, timedelta
from uuid import UUID

from textual.app import App

from server.contract.basics import FieldProblem, Problem
from server.contract.stays import EarlyDeparture, Stay
from tui.dialogs.ask import Ask
from tui.dialogs.confirm import Confirm
from tui.formats import long_day
from tui.screens.base import DeskScreen
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.form import Answers, Field
from tui.words import _


async def ask_early_departure(app: App[int], session: Session, stay: Stay, room_id: str) -> EarlyDeparture | None:
    """Ask the three things; None when one goes back."""
    here = [room for room in stay.rooms if room.status in ("held", "present")]
    rooms = [(str(room.room_id), room.room) for room in here]
    # A room that came today leaves tomorrow at the earliest: one night is sold.
    day = min(max(session.today, stay.fields.arrival + timedelta(days=1)), stay.fields.departure)

    async def take(answers: Answers) -> Answers:
        # Said beside the day, before the second question: the server says the same only after it.
        if not stay.fields.arrival < date.fromisoformat(answers["day"]) < stay.fields.departure:
            raise _outside_stay()
        return answers

    fields = [
        Field("room_id", _("Chambre"), "choice", choices=lambda _answers: rooms, required=True),
        Field("day", _("Part le"), "day", required=True),
    ]
    values = {"room_id": room_id if room_id in dict(rooms) else rooms[0][0] if rooms else "", "day": day.isoformat()}
    intro = _("Seule cette chambre est libérée ; le devis et la facture ne changent pas.")
    answers = await app.push_screen_wait(
        Ask(_("Départ d'une chambre"), fields, take, today=session.today, values=values, intro=intro)
    )
    if answers is None:
        return None
    whole = False
    if len(here) > 1:
        name = dict(rooms)[answers["room_id"]]
        leaving = date.fromisoformat(answers["day"])
        question = _("La chambre {room} part le {day}.").format(room=name, day=long_day(leaving))
        question += "\n" + _("Libérer toutes les chambres du groupe ?")
        answer = await app.push_screen_wait(Confirm(_("Départ"), question, yes_first=False))
        if answer is None:
            return None
        whole = answer
    return EarlyDeparture(room_id=UUID(answers["room_id"]), day=date.fromisoformat(answers["day"]), whole_group=whole)


def _outside_stay() -> ApiProblem:
    error = FieldProblem(pointer="/day", code="outside_stay", message="")
    code = "early_departure_invalid"
    return ApiProblem(Problem(type="", title="", status=422, detail="", code=code, request_id="", errors=[error]))


async def free_room(screen: DeskScreen, stay: Stay, room_id: str) -> None:
    """Ask, and free the room, or the group; a room that has left early already comes back, where that was a mistake."""
    client = screen.session.client
    room = next((room for room in stay.rooms if str(room.room_id) == room_id), stay.rooms[0])
    if room.status == "left_early":
        question = _("La chambre {room} reste avec le groupe.").format(room=room.room)
        if await screen.app.push_screen_wait(Confirm(_("Défaire le départ ?"), question, yes=_("défaire"))):
            screen.gesture(lambda: client.undo_early_departure(stay.id, room.room_id), _("La chambre reste."))
        return
    leaving = await ask_early_departure(screen.app, screen.session, stay, room_id)
    if leaving is not None:
        whole, freed = _("Tout le groupe est parti."), _("Chambre libérée ; l pour défaire (15 minutes).")
        screen.gesture(lambda: client.depart_early(stay.id, leaving), whole if leaving.whole_group else freed)
