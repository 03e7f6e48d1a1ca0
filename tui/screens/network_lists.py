"""The network's lists: what becomes of a value from a day on. What holds an old value keeps it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from typing import ClassVar, Final, Literal

from textual import on, work
from textual.binding import BindingType
from textual.message import Message

from server.contract.code_lists import NetworkValue, NetworkValueChange, NewNetworkValue
from tui.actions import bindings
from tui.dialogs.ask import Ask
from tui.formats import numeric_day
from tui.screens.list_screen import ListScreen
from tui.session import Session
from tui.widgets.form import Answers, Field
from tui.widgets.rows import Cell, Column, Row, Rows
from tui.words import N_, _

CATEGORIES = "*"
LISTS: Final[Mapping[str, str]] = {
    "age_band": N_("Tranches d'âge"),
    "booking_type": N_("Type de réservation"),
    "client_type": N_("Type de client"),
    "discovery_channel": N_("Moyen de connaissance du centre"),
    "dossier_state": N_("État d'un dossier"),
    "follow_up_action": N_("Actions réalisées auprès du client"),
    "mail_template": N_("Messages automatiques"),
    "service_consumed": N_("Prestation consommée"),
    "stay_purpose": N_("Objet du séjour"),
}
"""What each list is called; another by its own name."""


class NetworkListsScreen(ListScreen):
    """Every value of the network's lists, with its days."""

    SCOPE = "network_lists"
    OF_A_ROW = ("add", "rename", "split", "retire")
    BINDINGS: ClassVar[list[BindingType]] = bindings("network_lists")

    class Loaded(Message):
        """The values came."""

        def __init__(self, values: list[NetworkValue]) -> None:
            super().__init__()
            self.values = values

    def __init__(self, session: Session) -> None:
        columns = [
            Column(_("valeur"), 30, grow=3),
            Column(_("code"), 16, grow=1, wide_from=90),
            Column(_("depuis"), 10),
            Column(_("jusqu'au"), 10),
            Column("", 14, grow=2),
        ]
        super().__init__(session, _("Réseau · listes"), Rows(columns, id="list", titled=True, classes="panel"))
        self._values: dict[str, NetworkValue] = {}

    async def ask(self) -> Message:
        """Ask for the values."""
        return self.Loaded(await self.session.client.network_values())

    @on(Loaded)
    def _show(self, event: Loaded) -> None:
        self._values = {_key(value): value for value in event.values}
        self.list.show(
            list(_rows(event.values, self.session.today)), empty=_("Aucune liste. halte code-list import les charge.")
        )

    @property
    def _standing(self) -> NetworkValue | None:
        return self._values.get(self.list.key)

    def action_add(self) -> None:
        """Add a value beside the one under the cursor."""
        beside = self._standing
        if beside is None:
            return

        async def send(answers: Answers) -> bool:
            new = NewNetworkValue(
                list_name=beside.list_name,
                category=beside.category,
                label=answers["label"],
                detail=answers["detail"],
                from_day=date.fromisoformat(answers["from_day"]),
            )
            await self.session.client.add_network_value(new)
            return True

        fields = [
            Field("label", _("Libellé"), required=True),
            Field("detail", _("Demande à préciser"), hint=_("vide : rien")),
            Field("from_day", _("À partir du"), "day", required=True),
        ]
        title = _("Ajouter à « {name} »").format(name=" / ".join(filter(None, (beside.list_name, beside.category))))
        self._ask(title, fields, send, _("Valeur ajoutée."))

    def action_rename(self) -> None:
        """Call the value otherwise from a day on."""
        self._change("rename", _("Renommer"), [Field("label", _("Nouveau libellé"), required=True)])

    def action_retire(self) -> None:
        """Offer the value no more from a day on."""
        self._change("retire", _("Retirer"), [])

    def action_split(self) -> None:
        """Put several values in its place from a day on."""
        self._change(
            "split",
            _("Scinder"),
            [Field("into", _("En"), required=True, hint=_("deux libellés au moins, séparés par des points-virgules"))],
        )

    def _change(self, gesture: Literal["rename", "retire", "split"], title: str, asked: list[Field]) -> None:
        value = self._standing
        if value is None:
            return

        async def send(answers: Answers) -> bool:
            change = NetworkValueChange(
                list_name=value.list_name,
                category=value.category,
                code=value.code,
                gesture=gesture,
                from_day=date.fromisoformat(answers["from_day"]),
                label=answers.get("label", ""),
                into=[part.strip() for part in answers.get("into", "").split(";") if part.strip()],
            )
            await self.session.client.change_network_value(change)
            return True

        fields = [*asked, Field("from_day", _("À partir du"), "day", required=True)]
        intro = _("Les fiches et les séjours qui portent « {label} » le gardent ; les années d'avant se comparent.")
        self._ask(f"{title} · {value.label}", fields, send, _("C'est noté."), intro=intro.format(label=value.label))

    @work
    async def _ask(
        self,
        title: str,
        fields: Sequence[Field],
        send: Callable[[Answers], Awaitable[bool]],
        said: str,
        *,
        intro: str = "",
    ) -> None:
        values = {"from_day": self.session.today.isoformat()}
        question: Ask[bool] = Ask(title, fields, send, today=self.session.today, values=values, intro=intro)
        sent = await self.app.push_screen_wait(question)
        if sent:
            self.notify(said)
            self.read()


def _key(value: NetworkValue) -> str:
    return f"{value.list_name}/{value.category}/{value.code}"


def _rows(values: Sequence[NetworkValue], today: date) -> Sequence[Row]:
    labels = {(value.list_name, value.category, value.code): _label(value, today) for value in values}
    rows: list[Row] = []
    group = ""
    for value in values:
        name = f"{value.list_name}/{value.category}"
        if name != group:
            group = name
            rows.append(Row(f"group {name}", (Cell(_heading(value, labels), "strong"), "", "", "", ""), heading=True))
        rows.append(
            Row(
                _key(value),
                (
                    Cell(labels[value.list_name, value.category, value.code], "" if value.offered else "muted"),
                    Cell(value.code, "muted"),
                    numeric_day(value.first_day) if value.first_day else "",
                    numeric_day(value.last_day) if value.last_day else "",
                    Cell(_becomes(value, labels, today), "muted"),
                ),
            )
        )
    return rows


def _label(value: NetworkValue, today: date) -> str:
    """Return what a value is called today."""
    return next((each.label for each in reversed(value.renamings) if each.from_day <= today), value.label)


def _heading(value: NetworkValue, labels: Mapping[tuple[str, str, str], str]) -> str:
    """Return « Objet du séjour : Loisirs », the category as it is called today."""
    name = _(LISTS[value.list_name]) if value.list_name in LISTS else value.list_name
    if value.category in ("", CATEGORIES):
        return name
    category = labels.get((value.list_name, CATEGORIES, value.category), value.category)
    return _("{list} : {category}").format(list=name, category=category)


def _becomes(value: NetworkValue, labels: Mapping[tuple[str, str, str], str], today: date) -> str:
    """Return what a value is to be called from a day on, what it was split off, or that it is retired."""
    coming = next((each for each in value.renamings if each.from_day > today), None)
    if coming is not None:
        return _("dès le {day} « {label} »").format(label=coming.label, day=numeric_day(coming.from_day))
    if value.split_from:
        whole = labels.get((value.list_name, value.category, value.split_from), value.split_from)
        return _("issue de « {label} »").format(label=whole)
    return "" if value.offered else _("retirée")
