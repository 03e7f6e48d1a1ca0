"""What is done to a stay: option, confirmation, cancellation, arrival, departure, a room that leaves early, nobody who comes."""

from datetime import date, timedelta

from textual import work

from server.contract.stays import Stay
from tui.dialogs.ask import Ask
from tui.dialogs.confirm import Confirm
from tui.dialogs.early_departure import free_room
from tui.dialogs.first_service import ask_line
from tui.formats import people
from tui.lists import STAY_STATUS, label
from tui.screens.base import OpenDossier
from tui.screens.stay_arrival import StayArrival
from tui.screens.stay_commitments import StayCommitments
from tui.transport import ApiProblem
from tui.widgets.form import Answers, Field
from tui.words import _, ngettext

OPTION_DAYS = 14
NEXT = {
    "tentative": ("edit", "propose", "option", "confirm", "wait"),
    "option": ("edit", "confirm", "propose", "rooming", "cancel"),
    "confirmed": ("edit", "arrive", "rooming", "early_departure", "cancel"),
    "present": ("leave", "early_departure", "rooming", "keys", "meals"),
    "departed": ("dossier", "client", "rooming", "history"),
    "cancelled": ("undo", "dossier", "client", "history"),
    "no_show": ("undo", "dossier", "client", "history"),
}
"""What one does next to a stay of each status: first in the key bar."""


class StayGestures(StayCommitments, StayArrival):
    """The gestures of the screen of one stay."""

    @work
    async def action_option(self) -> None:
        """Hold as an option until a day."""

        async def send(answers: Answers) -> bool:
            await self.session.client.set_option(self.stay_id, date.fromisoformat(answers["until"]))
            return True

        fields = [Field("until", _("Jusqu'au soir du"), "day", required=True)]
        last = self.session.today + timedelta(days=OPTION_DAYS)
        values = {"until": (min(last, self.stay.fields.arrival) if self.stay else last).isoformat()}
        intro = _("Les chambres sont tenues jusqu'à cette date, puis libérées d'elles-mêmes.")
        if await self.app.push_screen_wait(
            Ask(_("Option"), fields, send, today=self.session.today, values=values, intro=intro)
        ):
            self.notify(_("Option posée."))
            self.read()

    @work
    async def begin_dossier(self, stay: Stay) -> None:
        """Ask the first service of a stay taken without a demande: it gets its dossier."""
        client = self.session.client
        try:
            services = await client.services()
            agreed = await client.defaults(stay.fields.client_id)
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
            return
        dossier = await self.app.push_screen_wait(
            ask_line(
                self.session,
                services.items,
                lambda line: client.begin_dossier(stay.id, line),
                title=_("Première prestation : le séjour a son dossier"),
                agreed=agreed,
            )
        )
        if dossier is not None:
            self.notify(_("Dossier {number}.").format(number=dossier.number))
            self.post_message(OpenDossier(dossier.id))

    @work
    async def action_confirm(self) -> None:
        """Make it firm, with the reason; who may sell beyond the beds is asked whether they mean it."""
        lacking = _without_bed(self.stay) if self.session.may("stay.overbook") else 0

        async def send(answers: Answers) -> bool:
            overbook = answers.get("overbook") == "yes"
            await self.session.client.confirm_stay(self.stay_id, answers["reason"], overbook=overbook)
            return True

        fields = [Field("reason", _("Raison"), required=True, hint=_("bon de commande, accord écrit…"))]
        if lacking:
            words = ngettext("{n} personne sans lit", "{n} personnes sans lit", lacking).format(n=lacking)
            fields.append(Field("overbook", _("Lits d'appoint"), "flag", hint=words))
        values = {"overbook": "no"} if lacking else {}
        if await self.app.push_screen_wait(
            Ask(_("Confirmer le séjour"), fields, send, today=self.session.today, values=values)
        ):
            self.notify(_("Séjour confirmé."))
            self.read()

    def _refused(self, stay: Stay, statuses: tuple[str, ...]) -> bool:
        """Say at once, rather than after a question, that how the stay stands forbids it."""
        if stay.status in statuses:
            status = label(STAY_STATUS, stay.status)
            self.notify(
                _("Ce séjour est « {status} » : cela ne se fait pas.").format(status=status), severity="warning"
            )
        return stay.status in statuses

    def action_arrive(self) -> None:
        """Mark present, or put it back."""
        stay = self.stay
        if stay is None:
            return
        client = self.session.client
        if self._refused(stay, ("departed", "cancelled", "no_show")):
            return
        if stay.status == "present":
            self.confirm_then(
                Confirm(
                    _("Présent par erreur ?"), _("Le séjour redevient confirmé."), yes=_("défaire"), yes_first=False
                ),
                lambda: client.undo_present(stay.id),
                _("N'est plus présent."),
            )
        else:
            missing = sum(guest.police_form == "missing" for guest in stay.guests)
            forms = (
                ngettext("{n} fiche de police à signer.", "{n} fiches de police à signer.", missing).format(n=missing)
                if missing
                else ""
            )
            question = "\n".join(part for part in (f"{stay.client_name} · {people(stay.pax)}", forms) if part)
            self.confirm_then(
                Confirm(_("Arrivée"), question, yes=_("marquer présent"), yes_first=not missing),
                lambda: client.mark_present(stay.id),
                _("{name} : présent.").format(name=stay.client_name),
            )

    def action_leave(self) -> None:
        """Mark departed, or put it back."""
        stay = self.stay
        if stay is None:
            return
        client = self.session.client
        if self._refused(stay, ("tentative", "option", "cancelled", "no_show")):
            return
        if stay.status == "departed":
            self.confirm_then(
                Confirm(_("Parti par erreur ?"), _("Le séjour redevient présent."), yes=_("défaire"), yes_first=False),
                lambda: client.undo_departed(stay.id),
                _("N'est plus parti."),
            )
        else:
            self.confirm_then(
                Confirm(_("Départ"), f"{stay.client_name} · {people(stay.pax)}", yes=_("marquer parti")),
                lambda: client.mark_departed(stay.id),
                _("{name} : parti.").format(name=stay.client_name),
            )

    @work
    async def action_early_departure(self) -> None:
        """One room leaves before the others; or comes back where it was a mistake."""
        stay = self.stay
        if stay is not None and stay.rooms:
            await free_room(self, stay, self.rooms.key)

    def action_no_show(self) -> None:
        """Say that nobody came."""
        stay = self.stay
        if stay is None or self._refused(stay, ("present", "departed", "cancelled", "no_show")):
            return
        self.confirm_then(
            Confirm(
                _("Personne n'est venu ?"),
                f"{stay.client_name} · {people(stay.pax)}\n"
                + _("Les chambres sont libérées ; le dossier et ses paiements restent."),
                yes=_("non venu"),
                yes_first=False,
            ),
            lambda: self.session.client.mark_no_show(stay.id),
            _("{name} : non venu.").format(name=stay.client_name),
        )


def _without_bed(stay: Stay | None) -> int:
    """Return how many people have no bed and are not noted with an extra one; none before any bed is held."""
    if stay is None or not stay.rooms:
        return 0
    coming = stay.pax if stay.pax is not None else stay.fields.expected_pax or 0
    lacking = coming - sum(len(room.bed_ids) for room in stay.rooms)
    return lacking if lacking > stay.extra_beds else 0
