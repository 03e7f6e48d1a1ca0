"""What a person may ask about themselves, and two cards that are one person's."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

import msgspec

from server.contract.clients import CardMerge, ClientCard, ClientFields, ClientLine, MergePreview
from tui.dialogs.pick import Pick
from tui.dialogs.show import Show
from tui.formats import moment
from tui.history_fields import field_name, value_words
from tui.widgets.rows import Cell, Column, Row
from tui.words import N_, _

OTHER = "other"
FOLLOWING: Final[Mapping[str, str]] = {
    "client_actions": N_("actions du suivi"),
    "client_blacklistings": N_("exclusions passées"),
    "client_defaults": N_("défauts"),
    "client_rates": N_("tarifs"),
    "dossiers": N_("dossiers"),
    "enquiries": N_("demandes"),
    "public_reviews": N_("avis publics"),
    "segment_snapshot_clients": N_("photos de segments"),
    "stays": N_("séjours"),
    "text_messages": N_("SMS"),
    "won_emails": N_("adresses regagnées"),
}
"""What names a card, by its table; another table is called by its own name."""


def pick_other(card: ClientCard, found: Sequence[ClientLine]) -> Pick:
    """Ask which other card is the same client's: those that the card's own name finds."""
    listed = [
        (str(line.id), " · ".join(part for part in (line.name, line.town, line.phone, line.reference) if part))
        for line in found
        if line.id != card.id and line.kind == card.fields.kind
    ]
    title = _("Quelle fiche entre dans {name} ?").format(name=card.name)
    return Pick(title, [*listed, (OTHER, _("une autre fiche…"))])


def pick_merge(card: ClientCard, merges: Sequence[CardMerge], *, zone: str, today: date) -> Pick:
    """Ask which of the cards that went into this one is given back."""
    listed = [
        (
            str(merge.id),
            _("{name} (réf. {ref}) · {when} · {who}").format(
                name=merge.name,
                ref=merge.reference,
                when=moment(merge.merged_at, zone=zone, today=today),
                who=merge.merged_by,
            ),
        )
        for merge in merges
    ]
    title = _("Rendre quelle fiche à {name} ?").format(name=card.name)
    return Pick(title, listed, empty=_("Aucune fiche n'est entrée dans celle-ci."))


def show_both(preview: MergePreview, *, zone: str, today: date) -> Show:
    """Show the two cards side by side and the one they become: only what differs."""
    columns = [
        Column(_("champ"), 18),
        Column(_("reste"), 18, grow=1),
        Column(_("entre dedans"), 18, grow=1),
        Column(_("ensemble"), 18, grow=1),
    ]
    kept, merged, result = (msgspec.to_builtins(fields) for fields in (preview.kept, preview.merged, preview.result))
    rows = [
        Row(
            name,
            (
                field_name(name),
                _said(name, kept[name], zone, today),
                _said(name, merged[name], zone, today),
                Cell(_said(name, result[name], zone, today), "strong"),
            ),
        )
        for name in ClientFields.__struct_fields__
        if kept[name] != merged[name]
    ]
    moves = ", ".join(
        f"{count} {_(FOLLOWING[table]) if table in FOLLOWING else table.replace('_', ' ')}"
        for table, count in sorted(preview.moves.items())
    )
    rows.append(Row("moves", (_("suivent"), "", Cell(moves, "accent"), "")))
    keys = _("⏎ continuer · c copier · Esc revenir")
    return Show(_("Les deux fiches, et ce qu'elles deviennent"), columns, rows, titled=True, keys=keys)


def _said(name: str, value: object, zone: str, today: date) -> str:
    """Return a field's value as one line; of a contact only who it is."""
    if name == "contacts" and isinstance(value, list):
        return ", ".join(str(each["name"]) for each in value)
    return value_words(name, value, zone, today)


def pick_request(card: ClientCard, *, may: Callable[[str], bool]) -> Pick:
    """Ask what the person wants, of what whoever is at the desk may do."""
    objection = (
        ("taking_back", _("Elle reprend son opposition : être reconnue de nouveau"))
        if card.objected_at
        else ("objection", _("Elle s'oppose à être reconnue dans les autres centres"))
    )
    asked = (
        ("client.export", ("archive", _("Remettre ses données (archive ZIP)"))),
        ("client.edit", objection),
        ("client.erase", ("erase", _("Effacer la personne"))),
    )
    allowed = [one for right, one in asked if may(right)]
    return Pick(_("Données de la personne"), allowed, empty=_("Votre rôle ne permet rien de cela."))
