"""What is done by hand on the planning: taken up with a key or the mouse, put down with Enter, sent, and taken back with `u`."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from uuid import UUID

from textual import on, work
from textual.message import Message

from server.contract.planning import Gesture, Grip
from server.contract.stays import OutOfService, PlanningBar
from tui.dialogs.ask import Ask
from tui.dialogs.confirm import Confirm
from tui.dialogs.pick import Pick
from tui.formats import bed_count, long_day, period, short_day, short_period
from tui.lists import OUT_OF_SERVICE_REASON, choices
from tui.screens.base import DeskScreen
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.form import Answers, Field
from tui.widgets.planning_carry import PutDown
from tui.widgets.planning_grid import PlanningGrid, Range
from tui.words import N_, _, ngettext

OPTION_DAYS = 14
MOVABLE = ("tentative", "option", "confirmed", "present")
Send = Callable[[bool], Awaitable[Gesture]]
"""Sends a gesture; told whether people may be more than the beds."""

DONE = {
    "move": N_("Déplacé ; u pour annuler."),
    "stretch": N_("Dates changées ; u pour annuler."),
    "split": N_("Coupé ; u pour annuler."),
    "swap": N_("Échangés ; u pour annuler."),
    "assign": N_("Chambres attribuées ; u pour annuler."),
    "unassign": N_("Chambre retirée du séjour ; u pour annuler."),
    "withdraw": N_("Hors service."),
    "return": N_("Remise en service."),
}


def grip_of(bar: PlanningBar) -> Grip:
    """Take hold of a bar as it was seen."""
    assert bar.stay_id is not None
    return Grip(stay_id=bar.stay_id, room_id=bar.room_id, arrival=bar.arrival, departure=bar.departure)


class PlanningGestures(DeskScreen):
    """The gestures of the planning's screen."""

    class Crowded(Message):
        """There would be fewer beds than people."""

        def __init__(self, problem: ApiProblem, send: Send) -> None:
            super().__init__()
            self.problem = problem
            self.send = send

    class Made(Message):
        """A gesture was made, or taken back."""

        def __init__(self, gesture: Gesture, *, undone: bool = False) -> None:
            super().__init__()
            self.gesture = gesture
            self.undone = undone

    def __init__(self, session: Session, title: str) -> None:
        super().__init__(session, title)
        self.grid = PlanningGrid(session.today)

    def marked(self) -> dict[UUID, Range]:
        """Return the rooms that are marked and their days; the cell under the cursor where none is."""
        if self.grid.mark_from is not None:
            self.grid.mark()
        if self.grid.marks:
            return dict(self.grid.marks)
        room = self.grid.room
        return {room.id: (self.grid.day, self.grid.day + timedelta(days=1))} if room else {}

    # Taking up

    async def bar_meant(self) -> PlanningBar | None:
        """Return the bar under the cursor; in a dormitory with several, ask which."""
        bars = [bar for bar in self.grid.bars_here if bar.stay_id is not None]
        if len(bars) < 2:
            return bars[0] if bars else None
        offered = [
            (str(bar.id), f"{bar.label} · {bed_count(bar.beds)} · {short_period(bar.arrival, bar.departure)}")
            for bar in bars
        ]
        chosen = await self.app.push_screen_wait(Pick(_("Quel séjour ?"), offered))
        return next((bar for bar in bars if str(bar.id) == chosen), None)

    @work
    async def _take_up(self, kind: str) -> None:
        bar = await self.bar_meant()
        if bar is None:
            self.notify(_("Aucun séjour sous le curseur."))
        elif bar.status not in MOVABLE:
            self.notify(_("Ce séjour est fini : il ne bouge plus."), severity="warning")
        elif kind == "split" and not bar.arrival < self.grid.day:
            self.notify(_("On coupe à un jour après l'arrivée : allez-y d'abord, puis s."))
        else:
            self.grid.take_up(kind, bar)

    def action_move(self) -> None:
        """Take the bar in hand: the arrows carry it, Enter puts it down."""
        self._take_up("move")

    def action_stretch(self) -> None:
        """Pull the bar's end."""
        self._take_up("end")

    def action_stretch_start(self) -> None:
        """Pull the bar's beginning."""
        self._take_up("start")

    def action_split(self) -> None:
        """Cut the bar at the cursor; the rest goes where it is put down."""
        self._take_up("split")

    def action_swap(self) -> None:
        """Exchange the bar's room with the one it is put down on."""
        self._take_up("swap")

    # Putting down

    @on(PlanningGrid.Dropped)
    def _dropped(self) -> None:
        self.drop()

    @work
    async def drop(self) -> None:
        """Put down what is carried, and send it; what it means for a whole group is asked first."""
        put = self.grid.put_down()
        if put is None or (put.changes_nothing and put.carry.kind != "swap"):
            return
        bar, client, grip = put.carry.bar, self.session.client, grip_of(put.carry.bar)
        if put.carry.kind == "swap":
            if put.other is None or put.other.stay_id is None:
                self.notify(_("Posez-le sur le séjour avec lequel échanger."))
                return
            other = grip_of(put.other)
            self._send(lambda overbook: client.swap_bars(grip, other, overbook=overbook))
        elif put.carry.kind == "split":
            goal = put.room.id
            self._send(lambda overbook: client.split_bar(grip, day=put.carry.day, to_room_id=goal, overbook=overbook))
        elif put.carry.kind == "move":
            if put.days == 0 or await self._group_may_move(bar, put):
                self._send(
                    lambda overbook: client.move_bar(grip, to_room_id=put.to_room_id, days=put.days, overbook=overbook)
                )
        else:
            whole = await self._whole_stay(bar, put)
            if whole is not None:
                ghost = put.ghost
                self._send(
                    lambda _overbook: client.stretch_bar(
                        grip, arrival=ghost.arrival, departure=ghost.departure, whole=whole
                    )
                )

    def _rooms_of(self, bar: PlanningBar) -> int:
        return len(
            {other.room_id for bars in self.grid.bars.values() for other in bars if other.stay_id == bar.stay_id}
        )

    async def _group_may_move(self, bar: PlanningBar, put: PutDown) -> bool:
        rooms = self._rooms_of(bar)
        if rooms < 2:
            return True
        said = _("{name} : ses {n} chambres passent au {period}.").format(
            name=bar.label, n=rooms, period=period(put.ghost.arrival, put.ghost.departure)
        )
        answer: bool | None = await self.app.push_screen_wait(Confirm(_("Déplacer tout le groupe ?"), said))
        return bool(answer)

    async def _whole_stay(self, bar: PlanningBar, put: PutDown) -> bool | None:
        rooms = self._rooms_of(bar)
        if rooms < 2:
            return True
        said = _("{name} a {n} chambres. Nouvelles dates : {period}.").format(
            name=bar.label, n=rooms, period=period(put.ghost.arrival, put.ghost.departure)
        )
        question = Confirm(_("Quelles chambres ?"), said, yes=_("tout le séjour"), no=_("cette chambre"))
        whole: bool | None = await self.app.push_screen_wait(question)
        return whole

    @work(exclusive=True, group="gesture")
    async def _send(self, send: Send, *, overbook: bool = False) -> None:
        try:
            gesture = await send(overbook)
        except ApiProblem as problem:
            crowded = problem.code == "too_few_beds" and not overbook
            self.post_message(self.Crowded(problem, send) if crowded else self.Refused(problem))
        else:
            self.post_message(self.Made(gesture))

    @on(Crowded)
    @work
    async def _ask_extra_beds(self, event: Crowded) -> None:
        lacking = int(event.problem.problem.facts.get("lacking", 1))
        if not self.session.may("stay.overbook"):
            self.trouble(event.problem)
            return
        said = ngettext(
            "{n} personne n'aurait pas de lit. Un lit d'appoint est noté au séjour, et à son histoire.",
            "{n} personnes n'auraient pas de lit. Des lits d'appoint sont notés au séjour, et à son histoire.",
            lacking,
        ).format(n=lacking)
        question = Confirm(_("Lits d'appoint ?"), said, yes=_("ajouter"), yes_first=False)
        if await self.app.push_screen_wait(question):
            self._send(event.send, overbook=True)

    @on(Made)
    def _say_made(self, event: Made) -> None:
        self.grid.unmark()
        self.notify(_("Annulé.") if event.undone else _(DONE[event.gesture.kind]))
        self.read()

    # Rooms given, taken off, withdrawn; undo

    def give(self, stay_id: UUID, room_ids: list[UUID]) -> None:
        """Give a stay more rooms."""
        self._send(lambda _overbook: self.session.client.assign_rooms(stay_id, room_ids))

    @work
    async def action_unassign(self) -> None:
        """Take the bar under the cursor off its room."""
        bar = await self.bar_meant()
        if bar is None:
            self.notify(_("Aucun séjour sous le curseur."))
            return
        said = _("{name} n'a plus cette chambre du {period} ; le séjour reste.").format(
            name=bar.label, period=period(bar.arrival, bar.departure)
        )
        if await self.app.push_screen_wait(Confirm(_("Retirer la chambre ?"), said)):
            self._send(lambda _overbook: self.session.client.unassign_bar(grip_of(bar)))

    @work(exclusive=True, group="gesture")
    async def action_undo(self) -> None:
        """Take back one's own last gesture."""
        try:
            gesture = await self.session.client.undo_gesture()
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
        else:
            self.post_message(self.Made(gesture, undone=True))

    @work
    async def action_option(self) -> None:
        """Hold the stay under the cursor as an option until a day."""
        bar = await self.bar_meant()
        if bar is None or bar.stay_id is None:
            self.notify(_("Aucun séjour sous le curseur."))
            return
        stay_id = bar.stay_id

        async def send(answers: Answers) -> bool:
            await self.session.client.set_option(stay_id, date.fromisoformat(answers["until"]))
            return True

        last = min(self.session.today + timedelta(days=OPTION_DAYS), bar.arrival)
        title = _("Option · {name}").format(name=bar.label)
        intro = _("Les chambres sont tenues jusqu'à cette date, puis libérées d'elles-mêmes.")
        fields = [Field("until", _("Jusqu'au soir du"), "day", required=True)]
        values = {"until": last.isoformat()}
        if await self.app.push_screen_wait(
            Ask(title, fields, send, today=self.session.today, values=values, intro=intro)
        ):
            self.notify(_("Option posée."))
            self.read()

    @work
    async def action_withdraw(self) -> None:
        """Put the room out of service, or back."""
        room, bar = self.grid.room, self.grid.bar
        if room is None:
            return
        client = self.session.client
        if bar is not None and bar.status == "out_of_service":
            question = _("La chambre {room} redevient libre du {first} au {last}.").format(
                room=room.name, first=short_day(bar.arrival), last=short_day(bar.departure)
            )
            self.confirm_then(
                Confirm(_("Remettre en service ?"), question),
                lambda: client.end_withdrawal(bar.id),
                _("Chambre remise en service ; u pour annuler."),
            )
            return
        first, after = self.marked().get(room.id, (self.grid.day, self.grid.day + timedelta(days=1)))

        async def send(answers: Answers) -> bool:
            withdrawal = OutOfService(
                room_id=room.id,
                first_day=date.fromisoformat(answers["first_day"]),
                last_day=date.fromisoformat(answers["last_day"]),
                reason=answers["reason"],
                note=answers["note"],
            )
            await client.withdraw_room(withdrawal)
            return True

        fields = [
            Field(
                "reason", _("Raison"), "choice", choices=lambda _answers: choices(OUT_OF_SERVICE_REASON), required=True
            ),
            Field("first_day", _("Du"), "day", required=True),
            Field("last_day", _("Dernière nuit"), "day", required=True, after="first_day"),
            Field("note", _("Note")),
        ]
        values = {
            "reason": "works",
            "first_day": first.isoformat(),
            "last_day": (after - timedelta(days=1)).isoformat(),
        }
        title = _("Hors service : {room}").format(room=room.name)
        intro = _("Ces nuits ne se vendent plus. Elles ne comptent ni en nuitées ni en occupation.")
        if await self.app.push_screen_wait(
            Ask(title, fields, send, today=self.session.today, values=values, intro=intro)
        ):
            self.grid.unmark()
            self.notify(_("{room} : hors service à partir du {day}.").format(room=room.name, day=long_day(first)))
            self.read()
