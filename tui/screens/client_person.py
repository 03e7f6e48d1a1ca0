"""What a person may ask about themselves, and two cards that are one person's."""

from collections.abc import Sequence

from server.contract.clients import ClientCard, ClientFields, ClientLine, MergePreview
from tui.dialogs.pick import Pick
from tui.dialogs.show import Show
from tui.widgets.rows import Cell, Column, Row
from tui.words import _


def pick_other(card: ClientCard, found: Sequence[ClientLine]) -> Pick:
    """Ask which other card is the same client's: those that the card's own name finds."""
    listed = [
        (str(line.id), " · ".join(part for part in (line.name, line.town, line.phone, line.reference) if part))
        for line in found
        if line.id != card.id and line.kind == card.fields.kind
    ]
    title = _("Quelle fiche entre dans {name} ?").format(name=card.name)
    return Pick(title, listed, empty=_("Aucune autre fiche de ce nom."))


def show_both(preview: MergePreview) -> Show:
    """Show the two cards side by side and the one they become: only what differs."""
    columns = [
        Column(_("champ"), 18),
        Column(_("reste"), 18, grow=1),
        Column(_("entre dedans"), 18, grow=1),
        Column(_("ensemble"), 18, grow=1),
    ]
    rows = [
        Row(
            name,
            (name, words(preview.kept, name), words(preview.merged, name), Cell(words(preview.result, name), "strong")),
        )
        for name in ClientFields.__struct_fields__
        if getattr(preview.kept, name) != getattr(preview.merged, name)
    ]
    moves = ", ".join(f"{count} {table}" for table, count in sorted(preview.moves.items()))
    rows.append(Row("moves", (_("suivent"), "", Cell(moves, "accent"), "")))
    return Show(_("Les deux fiches, et ce qu'elles deviennent"), columns, rows, titled=True)


def words(fields: ClientFields, name: str) -> str:
    """Return a field as one line."""
    value = getattr(fields, name)
    if isinstance(value, list):
        return ", ".join(str(getattr(each, "name", getattr(each, "number", each))) for each in value)
    return {True: _("oui"), False: _("non"), None: ""}.get(value, str(value)) if not isinstance(value, str) else value


def pick_request() -> Pick:
    """Ask what the person wants."""
    return Pick(
        _("Données de la personne"),
        [
            ("archive", _("Remettre ses données (archive ZIP)")),
            ("objection", _("Elle s'oppose à être reconnue dans les autres centres")),
            ("erase", _("Effacer la personne")),
        ],
    )
