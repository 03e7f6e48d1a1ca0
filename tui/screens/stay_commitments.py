"""What undoes a stay's commitment, and what waits for one: cancellation with its cost, ways back, waiting list, allotments."""

from uuid import UUID

from textual import on, work
from textual.message import Message

from server.contract.dates import Allotment, Allotments, CancellationCost
from server.contract.stays import Room, Stay
from tui.dialogs.ask import Ask
from tui.dialogs.confirm import Confirm
from tui.formats import money
from tui.lists import CANCELLATION_REASON, choices
from tui.screens.shared import Shared
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.form import Answers, Field
from tui.widgets.rows import Rows
from tui.words import _, ngettext


class StayCommitments(Shared):
    """These gestures, of the screen of one stay."""

    class Priced(Message):
        """What cancelling would cost came."""

        def __init__(self, cost: CancellationCost) -> None:
            super().__init__()
            self.cost = cost

    class Allotted(Message):
        """What is kept by type came, with the rooms of the house."""

        def __init__(self, known: Allotments, rooms: list[Room], stay: Stay) -> None:
            super().__init__()
            self.known = known
            self.rooms = rooms
            self.stay = stay

    def __init__(self, session: Session, title: str, *, stay_id: UUID, rooms: Rows) -> None:
        super().__init__(session, title)
        self.stay_id = stay_id
        self.stay: Stay | None = None
        self.rooms = rooms

    @work(exclusive=True, group="cost")
    async def action_cancel(self) -> None:
        """Ask what it would cost, then for the reason."""
        try:
            cost = await self.session.client.cancellation_cost(self.stay_id)
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
        else:
            self.post_message(self.Priced(cost))

    @on(Priced)
    @work
    async def _cancel(self, event: Priced) -> None:
        cost = event.cost

        async def send(answers: Answers) -> bool:
            fee = answers.get("with_fee") == "yes"
            await self.session.client.cancel_stay(self.stay_id, answers["reason"], with_fee=fee)
            return True

        fields = [
            Field("reason", _("Raison"), "choice", choices=lambda _answers: choices(CANCELLATION_REASON), required=True)
        ]
        if cost.fee.minor:
            fields.append(Field("with_fee", _("Avec frais"), "flag", hint=money(cost.fee)))
        values = {"with_fee": "yes"} if cost.fee.minor else {}
        if await self.app.push_screen_wait(
            Ask(_("Annuler le séjour"), fields, send, today=self.session.today, values=values, intro=_cost_words(cost))
        ):
            self.notify(_("Séjour annulé ; u pour reprendre (15 minutes)."))
            self.read()

    def action_undo(self) -> None:
        """Take a cancellation or a wrong « no-show » back."""
        stay = self.stay
        if stay is None:
            return
        client = self.session.client
        back = _("Le séjour redevient ce qu'il était, avec ses chambres si elles sont encore libres.")
        if stay.status == "no_show":
            question = Confirm(_("Ils sont venus ?"), back, yes=_("reprendre"))
            self.confirm_then(question, lambda: client.undo_no_show(stay.id), _("Le séjour est de nouveau attendu."))
        elif stay.status == "cancelled":
            question = Confirm(_("Reprendre l'annulation ?"), back, yes=_("reprendre"))
            self.confirm_then(question, lambda: client.undo_cancellation(stay.id), _("Annulation reprise."))
        else:
            self.notify(_("Rien à défaire ici : seuls une annulation (15 minutes) et un « non venu » se reprennent."))

    def action_wait(self) -> None:
        """Put it on the waiting list; from there, take it as an option."""
        stay = self.stay
        if stay is None:
            return
        client = self.session.client
        if stay.waiting:
            self.gesture(lambda: client.take_from_waiting_list(stay.id), _("Option posée, lits tenus."))
        elif stay.status != "tentative" or stay.rooms:
            self.notify(_("Seul un séjour à l'étude et sans lit attend de la place."), severity="warning")
        else:
            self.gesture(
                lambda: client.join_waiting_list(stay.id),
                _("Sur liste d'attente : l'Accueil le dira dès que des lits sont libres."),
            )

    @work(exclusive=True, group="allot")
    async def action_allot(self) -> None:
        """Ask what is kept by type, and for the types of the house."""
        stay = self.stay
        if stay is None:
            return
        try:
            known = await self.session.client.allotments(stay.id)
            rooms = (await self.session.client.rooms()).items
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
        else:
            self.post_message(self.Allotted(known, rooms, stay))

    @on(Allotted)
    @work
    async def _allot(self, event: Allotted) -> None:
        kept = {one.room_type: one for one in event.known.allotments}
        beds: dict[str, int] = {}
        for room in event.rooms:
            if room.room_type:
                beds[room.room_type] = beds.get(room.room_type, 0) + len(room.beds)
        if not beds:
            self.notify(_("Aucune chambre n'a de type : donnez-en un aux chambres d'abord (g i)."))
            return
        types = list(beds)

        async def send(answers: Answers) -> Stay:
            wanted = [
                Allotment(room_type=name, beds=int(answers[f"type_{place}"]))
                for place, name in enumerate(types)
                if answers[f"type_{place}"] not in {"", "0"}
            ]
            return await self.session.client.allot(
                event.stay.id, Allotments(allotments=wanted), version=event.stay.version
            )

        fields = [
            Field(f"type_{place}", name, "count", hint=_type_words(kept.get(name), beds[name]))
            for place, name in enumerate(types)
        ]
        values = {f"type_{place}": str(kept[name].beds) for place, name in enumerate(types) if name in kept}
        intro = _("Des lits gardés par type, avant de connaître les chambres ; p propose ensuite dans ces types.")
        ask = Ask(_("Contingent"), fields, send, today=self.session.today, values=values, intro=intro)
        if await self.app.push_screen_wait(ask) is not None:
            self.notify(_("Contingent gardé."))
            self.read()


def _type_words(kept: Allotment | None, beds: int) -> str:
    if kept is not None and kept.held:
        return _("lits sur {n}, dont {held} en chambre").format(n=beds, held=kept.held)
    return _("lits sur {n}").format(n=beds)


def _cost_words(cost: CancellationCost) -> str:
    lines = [_("Les chambres seront libérées, les liens de paiement fermés.")]
    if cost.number:
        lines.append(
            ngettext(
                "À {n} jour de l'arrivée : {percent} % de {total}, soit {fee}.",
                "À {n} jours de l'arrivée : {percent} % de {total}, soit {fee}.",
                max(0, cost.days_left),
            ).format(
                n=max(0, cost.days_left),
                percent=cost.share_basis_points // 100,
                total=money(cost.total),
                fee=money(cost.fee),
            )
            if cost.fee.minor
            else _("Sans frais à cette date.")
        )
    if cost.paid.minor:
        lines.append(_("Déjà payé : {paid}.").format(paid=money(cost.paid)))
    return "\n".join(lines)
