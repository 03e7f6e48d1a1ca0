"""Réseau: the centres, for network admins."""

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from textual import on, work
from textual.binding import BindingType
from textual.message import Message

from server.contract.accounts import NetworkCentre
from server.contract.clients import WaitingAlert
from tui.actions import bindings
from tui.dialogs.pick import Pick
from tui.formats import numeric_day
from tui.lists import BLACKLIST_REASON, label
from tui.screens.base import OpenScreen
from tui.screens.list_screen import ListScreen
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.rows import Cell, Column, Row, Rows
from tui.words import N_, _, ngettext

STATES = {"active": N_("actif"), "suspended": N_("suspendu"), "closed": N_("fermé"), "provisioned": N_("préparé")}


class NetworkScreen(ListScreen):
    """The centres of the network: no client, no price."""

    SCOPE = "network"
    LIVE = ("centres.",)
    BINDINGS: ClassVar[list[BindingType]] = bindings("network")

    class Loaded(Message):
        """The centres came."""

        def __init__(self, centres: list[NetworkCentre]) -> None:
            super().__init__()
            self.centres = centres

    def __init__(self, session: Session) -> None:
        columns = [
            Column(_("centre"), 20, grow=2),
            Column(_("ville"), 14, grow=1),
            Column(_("lits"), 5, right=True),
            Column(_("état"), 10),
            Column(_("adresse"), 14, wide_from=90),
        ]
        super().__init__(session, _("Réseau"), Rows(columns, id="centres", titled=True, classes="panel"))

    async def ask(self) -> Message:
        """Ask for the centres."""
        return self.Loaded((await self.session.client.network_centres()).items)

    @on(Loaded)
    def _show(self, event: Loaded) -> None:
        count, beds = len(event.centres), sum(centre.beds for centre in event.centres)
        self.top.say(
            more=ngettext("{n} centre, {beds} lits", "{n} centres, {beds} lits", count).format(n=count, beds=beds)
        )
        rows = [
            Row(
                centre.slug,
                (
                    centre.name,
                    centre.town,
                    str(centre.beds),
                    Cell(_(STATES.get(centre.state, centre.state)), "" if centre.state == "active" else "warn"),
                    Cell(centre.slug, "muted"),
                ),
            )
            for centre in event.centres
        ]
        self.list.show(rows, empty=_("Aucun centre encore. halte centre create en ouvre un."))

    def action_lists(self) -> None:
        """Show the network's lists."""
        from tui.screens.network_lists import NetworkListsScreen

        self.app.push_screen(NetworkListsScreen(self.session))

    @work
    async def action_alerts(self) -> None:
        """Decide whether the other centres are told whom to call about a client."""
        try:
            waiting = await self.session.client.blacklist_alerts()
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
            return
        chosen = await self.app.push_screen_wait(pick_alert(waiting))
        decided = await self.app.push_screen_wait(pick_confirmation()) if chosen else None
        if chosen and decided:
            self.gesture(
                lambda: self.session.client.decide_blacklist_alert(UUID(chosen), confirmed=decided == "yes"),
                _("La décision est notée."),
            )

    def action_review(self) -> None:
        """Show the pairs to decide."""
        from tui.screens.review import ReviewScreen

        self.post_message(OpenScreen(ReviewScreen(self.session)))

    def action_quality(self) -> None:
        """Show how well the network's cards are filled."""
        from tui.screens.quality import QualityScreen

        self.post_message(OpenScreen(QualityScreen(self.session, network=True)))

    def action_find_card(self) -> None:
        """Find a card by its reference, address or phone, and show all that hangs together with it."""
        from tui.screens.network_cards import find_card

        find_card(self)

    def action_statistics(self) -> None:
        """Show the network's figures."""
        from tui.screens.network_statistics import NetworkStatisticsScreen

        self.post_message(OpenScreen(NetworkStatisticsScreen(self.session)))

    def action_deliveries(self) -> None:
        """Show what the machinery goes on failing at."""
        from tui.screens.deliveries import DeliveriesScreen

        self.post_message(OpenScreen(DeliveriesScreen(self.session)))

    def action_enter(self) -> None:
        """Say how one works in a centre."""
        self.notify(_("Les affaires d'un centre se voient avec un rôle dans ce centre ; sa direction le donne."))


def pick_alert(waiting: Sequence[WaitingAlert]) -> Pick:
    """Ask which alert is decided: the centre, the reason, how many others know the client; no name."""
    listed = [
        (
            str(alert.id),
            _("{centre} · {reason} du {day} · {n} autre(s) centre(s) · demandé par {who}").format(
                centre=alert.centre_name,
                reason=label(BLACKLIST_REASON, alert.reason),
                day=numeric_day(alert.evidence_day),
                n=alert.other_centres,
                who=alert.asked_by,
            ),
        )
        for alert in waiting
    ]
    return Pick(_("Alertes à décider"), listed, empty=_("Aucune alerte n'attend."))


def pick_confirmation() -> Pick:
    """Ask what the network decides."""
    return Pick(
        _("Les autres centres verront « contacter le centre »…"),
        [("yes", _("confirmer l'alerte")), ("no", _("la refuser"))],
    )
