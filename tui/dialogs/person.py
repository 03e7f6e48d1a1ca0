"""Somebody on a rooming list: written down or corrected, with holes until the list is sent off."""

from collections.abc import Awaitable, Callable, Mapping
from uuid import UUID

from server.contract.groups import RoomingEntry, RoomingEntryFields, RoomingList
from tui.dialogs.ask import Ask
from tui.group_words import DIET, PERSON_ROLE, SEX
from tui.lists import Choices
from tui.session import Session
from tui.widgets.form import Answers, Field
from tui.words import _

Send = Callable[[RoomingEntryFields], Awaitable[RoomingList]]


def ask_person(session: Session, found: RoomingList, entry: RoomingEntry | None, send: Send) -> Ask[RoomingList]:
    """Make the dialog for somebody new, or for `entry`."""
    rooms: Choices = [
        (str(room.id), f"{room.name} ({room.sleepers}/{room.beds})" + (" PMR" if room.accessible else ""))
        for room in found.rooms
    ]

    def beds(answers: Mapping[str, str]) -> Choices:
        return [
            (str(bed.id), bed.label)
            for room in found.rooms
            if str(room.id) == answers.get("room_id")
            for bed in room.named
        ]

    async def take(answers: Answers) -> RoomingList:
        return await send(_read(answers))

    fields = [
        Field("first_name", _("Prénom")),
        Field("last_name", _("Nom")),
        Field("role", _("Rôle"), "choice", choices=lambda _answers: _said(PERSON_ROLE)),
        Field("room_id", _("Chambre"), "choice", choices=lambda _answers: rooms),
        Field("bed_id", _("Lit"), "choice", choices=beds, hint=_("si cela compte")),
        Field("diet", _("Régime"), "choice", choices=lambda _answers: _said(DIET)),
        Field("allergies", _("Allergies")),
        Field("sex", _("Sexe"), "choice", choices=lambda _answers: _said(SEX), hint=_("pour séparer les chambres")),
        Field("age", _("Âge"), "count"),
        Field("access_needs", _("Besoins d'accès")),
        Field("responsible", _("Responsable du groupe"), "flag"),
        Field("phone", _("Téléphone"), hint=_("de la personne responsable")),
        Field("notes", _("Remarques")),
    ]
    return Ask(
        _("Modifier une personne") if entry else _("Ajouter une personne"),
        fields,
        take,
        today=session.today,
        values=_values(entry),
        intro=_("{n} sur {total} · ce qui manque peut venir plus tard").format(
            n=len(found.entries), total=found.expected or "?"
        ),
    )


def _values(entry: RoomingEntry | None) -> dict[str, str]:
    if entry is None:
        return {"role": "participant", "diet": "standard", "responsible": "no"}
    fields = entry.fields
    values = {name: str(getattr(fields, name) or "") for name in RoomingEntryFields.__struct_fields__}
    return {
        **values,
        "age": "" if fields.age is None else str(fields.age),
        "responsible": "yes" if fields.responsible else "no",
    }


def _read(answers: Answers) -> RoomingEntryFields:
    return RoomingEntryFields(
        first_name=answers["first_name"],
        last_name=answers["last_name"],
        role=answers["role"] or "participant",
        sex=answers["sex"],
        age=int(answers["age"]) if answers["age"] else None,
        responsible=answers["responsible"] == "yes",
        phone=answers["phone"],
        room_id=UUID(answers["room_id"]) if answers["room_id"] else None,
        bed_id=UUID(answers["bed_id"]) if answers["bed_id"] else None,
        diet=answers["diet"] or "standard",
        allergies=answers["allergies"],
        access_needs=answers["access_needs"],
        notes=answers["notes"],
    )


def _said(pairs: tuple[tuple[str, str], ...]) -> Choices:
    return [(code, _(name)) for code, name in pairs]
