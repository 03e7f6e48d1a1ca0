"""The network's lists: what becomes of a value from a day on. What holds an old value keeps it."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import ClassVar, Literal

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
from tui.words import _

CATEGORIES = "*"


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
            Column("", 12, grow=1),
        ]
        super().__init__(session, _("Réseau · listes"), Rows(columns, id="list", titled=True, classes="panel"))
        self._values: dict[str, NetworkValue] = {}

    async def ask(self) -> Message:
        """Ask for the values."""
        return self.Loaded(await self.session.client.network_values())

    @on(Loaded)
    def _show(self, event: Loaded) -> None:
        self._values = {_key(value): value for value in event.values}
        self.list.show(list(_rows(event.values)), empty=_("Aucune liste. halte code-list import les charge."))

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


def _rows(values: Sequence[NetworkValue]) -> Sequence[Row]:
    rows: list[Row] = []
    group = ""
    for value in values:
        name = " / ".join(filter(None, (value.list_name, "" if value.category == CATEGORIES else value.category)))
        if name != group:
            group = name
            rows.append(Row(f"group {name}", (Cell(name, "strong"), "", "", "", ""), heading=True))
        label = value.renamings[-1].label if value.renamings else value.label
        state = "" if value.offered else _("retirée")
        rows.append(
            Row(
                _key(value),
                (
                    Cell(label, "" if value.offered else "muted"),
                    Cell(value.code, "muted"),
                    numeric_day(value.first_day) if value.first_day else "",
                    numeric_day(value.last_day) if value.last_day else "",
                    Cell(_("de {code}").format(code=value.split_from) if value.split_from else state, "muted"),
                ),
            )
        )
    return rows
