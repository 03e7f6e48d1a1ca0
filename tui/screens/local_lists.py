"""The centre's own values: segmentation, origin, further actions, marketing codes, and the colours of client types."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

from textual.binding import BindingType

from server.contract.code_lists import LocalValue, LocalValueChange, NewLocalValue, TypeColour
from tui.actions import bindings
from tui.colours import colour_name, read_colour
from tui.dialogs.ask import Ask
from tui.formats import numeric_day
from tui.lists import Choices, client_types, label_of, learn, network_choices
from tui.screens.facilities import FacilityScreen
from tui.session import Session
from tui.widgets.form import Answers, Field
from tui.widgets.rows import Cell, Column, Row
from tui.words import N_, _

LOCAL = (
    ("segmentation", N_("Segmentation")),
    ("origin", N_("Origine")),
    ("follow_up_action", N_("Actions réalisées")),
    ("marketing_code", N_("Codes marketing")),
)


class LocalListsScreen(FacilityScreen):
    """The lists of the centre's own, one under the other."""

    SCOPE = "local_lists"
    EMPTY = N_("Aucune valeur encore. n : ajouter la première.")
    LIVE = ("local_values.",)
    OF_A_ROW = ("change",)
    BINDINGS: ClassVar[list[BindingType]] = bindings("local_lists")

    def __init__(self, session: Session) -> None:
        columns = [
            Column(_("valeur"), 22, grow=2),
            Column(_("compte dans le réseau comme"), 22, grow=2),
            Column(_("retirée le"), 10),
        ]
        super().__init__(session, columns)
        self._values: dict[str, LocalValue] = {}
        self._colours: dict[str, str] = {}

    async def rows(self) -> Sequence[Row]:
        """Ask for the values and the colours."""
        client = self.session.client
        self._values = {str(value.id): value for value in (await client.local_values()).items}
        self._colours = {each.client_type: each.colour for each in await client.type_colours()}
        learn(await client.code_lists())
        rows: list[Row] = []
        for name, title in LOCAL:
            rows.append(Row(f"list {name}", (Cell(_(title), "strong"), "", ""), heading=True))
            rows += [self._row(value) for value in self._values.values() if value.list_name == name]
        rows.append(Row("colours", (Cell(_("Couleurs des types de client"), "strong"), "", ""), heading=True))
        rows += [
            Row(f"colour {code}", (text, Cell(colour_name(self._colours.get(code, "")), "accent"), ""))
            for code, text in client_types()
        ]
        return rows

    @staticmethod
    def _row(value: LocalValue) -> Row:
        counts_as = label_of(network_choices(value.list_name), value.network_code) if value.network_code else ""
        retired = numeric_day(value.retired_on) if value.retired_on else ""
        return Row(str(value.id), (value.label, Cell(counts_as, "muted"), Cell(retired, "warn")))

    def action_add(self) -> None:
        """Add a value to one of the lists."""
        names = [(name, _(title)) for name, title in LOCAL]

        async def send(answers: Answers) -> bool:
            new = NewLocalValue(label=answers["label"], network_code=answers["network_code"])
            await self.session.client.add_local_value(answers["list_name"], new)
            return True

        fields = [
            Field("list_name", _("Liste"), "choice", choices=lambda _answers: names, required=True),
            Field("label", _("Libellé"), required=True),
            Field(
                "network_code",
                _("Compte comme"),
                "choice",
                choices=lambda answers: network_choices(answers.get("list_name", "")),
            ),
        ]
        intro = _("Chaque valeur du centre compte comme une valeur du réseau ; un code marketing, non.")
        question = Ask(_("Ajouter une valeur"), fields, send, today=self.session.today, intro=intro)
        self.ask_then(question, _("Valeur ajoutée."))

    def action_change(self) -> None:
        """Change the value under the cursor, or the colour of the type."""
        value = self._values.get(self.list.key)
        if value is not None:
            self._change_value(value)
        elif self.list.key.startswith("colour "):
            self._change_colour(self.list.key.removeprefix("colour "))

    def _change_value(self, value: LocalValue) -> None:
        offered: Choices = network_choices(value.list_name)

        async def send(answers: Answers) -> bool:
            change = LocalValueChange(
                label=answers["label"],
                network_code=answers.get("network_code", ""),
                retired_on=date.fromisoformat(answers["retired_on"]) if answers["retired_on"] else None,
            )
            await self.session.client.change_local_value(value.id, change, version=value.version)
            return True

        fields = [Field("label", _("Libellé"), required=True)]
        if offered:
            fields.append(
                Field("network_code", _("Compte comme"), "choice", choices=lambda _answers: offered, required=True)
            )
        fields.append(Field("retired_on", _("Retirée à partir du"), "day", hint=_("vide : toujours proposée")))
        values = {
            "label": value.label,
            "network_code": value.network_code,
            "retired_on": value.retired_on.isoformat() if value.retired_on else "",
        }
        question = Ask(_("Modifier la valeur"), fields, send, today=self.session.today, values=values)
        self.ask_then(question, _("Valeur enregistrée."))

    def _change_colour(self, client_type: str) -> None:
        async def send(answers: Answers) -> bool:
            await self.session.client.colour_type(
                TypeColour(client_type=client_type, colour=read_colour(answers["colour"]))
            )
            return True

        fields = [Field("colour", _("Couleur"), hint=_("bleu, ocre… ou #3366cc"))]
        values = {"colour": colour_name(self._colours.get(client_type, ""))}
        title = _("Couleur · {name}").format(name=label_of(client_types(), client_type))
        self.ask_then(Ask(title, fields, send, today=self.session.today, values=values), _("Couleur enregistrée."))
