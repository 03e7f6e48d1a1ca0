"""The day's sheet as rows: people, meals, rooms."""

from collections import Counter
from collections.abc import Sequence

from server.contract.day_sheet import EatsApart, RoomToday, Serving
from tui.group_words import DIET, ROOM_STATE, ROOM_WORK, SITTING
from tui.lists import label
from tui.widgets.rows import Cell, Column, Row
from tui.words import _

SIGNS = {"dirty": ("▲", "warn"), "clean": ("✓", "good"), "inspected": ("✓✓", "good")}
MEAL = "meal:"
APART = "apart:"


def meal_columns() -> list[Column]:
    """Return the columns of the meals: who eats, what, how many, what to mind."""
    return [
        Column(_("repas"), 18, grow=1),
        Column(_("régime"), 11),
        Column(_("nombre"), 4, right=True),
        Column(_("à savoir"), 8, grow=1),
    ]


def room_columns() -> list[Column]:
    """Return the columns of rooms to be cleaned, in the order of the work."""
    return [
        Column(_("chambre"), 5),
        Column(_("travail"), 12, grow=1),
        Column(_("lits"), 5, right=True, wide_from=60),
        Column(_("état"), 12),
        Column(_("ensuite"), 10, grow=2),
    ]


def meal_rows(servings: Sequence[Serving], apart: Sequence[EatsApart]) -> list[Row]:
    """Return each sitting with its total by diet, then the groups, then who must not be given what."""
    rows: list[Row] = []
    groups: list[Row] = []
    for sitting, name in SITTING:
        here = [serving for serving in servings if serving.sitting == sitting]
        if not here:
            continue
        totals = Counter({diet: 0 for diet, _name in DIET})
        for serving in here:
            totals[serving.diet] += serving.people
        rows.append(Row(f"total:{sitting}", (Cell(_(name), "strong"), "", Cell(str(totals.total()), "strong"), "")))
        rows += [
            Row(f"total:{sitting}:{diet}", ("", _(word), str(totals[diet]), ""))
            for diet, word in DIET
            if totals[diet] and totals[diet] != totals.total()
        ]
        groups.append(
            Row(f"of:{sitting}", (_("{sitting}, par groupe").format(sitting=_(name)), "", "", ""), heading=True)
        )
        groups += [
            Row(
                meal_key(serving),
                (
                    f"  {serving.name}",
                    label(DIET, serving.diet),
                    str(serving.people),
                    Cell(_("à la main ({n} compté)").format(n=serving.counted), "accent") if serving.by_hand else "",
                ),
            )
            for serving in here
        ]
    rows += groups
    if apart:
        rows.append(Row("apart", (_("Allergies, régimes, accès"), "", "", ""), heading=True))
        rows += [
            Row(
                f"{APART}{place}:{line.stay_id}",
                (
                    f"  {line.who or _('le groupe')} ({line.group})",
                    label(DIET, line.diet) if line.diet not in ("", "standard") else "",
                    line.room,
                    Cell(" · ".join(filter(None, (line.allergies, line.access_needs))), "warn"),
                ),
            )
            for place, line in enumerate(apart)
        ]
    return rows


def meal_key(serving: Serving) -> str:
    """Return what the row of a serving stands for."""
    return f"{MEAL}{serving.stay_id}:{serving.sitting}:{serving.diet}"


def room_rows(rooms: Sequence[RoomToday]) -> list[Row]:
    """Return rooms as housekeeping works through them."""
    return [_room(room) for room in rooms]


def _room(room: RoomToday) -> Row:
    sign, tone = SIGNS.get(room.state, ("", ""))
    work = label(ROOM_WORK, room.work)
    if room.out_of_service:
        sign, tone, work = "×", "muted", _("hors service")
    elif room.still_in:
        work = _("encore occupée")
    coming = " ".join(filter(None, (room.arrival_time, room.arriving)))
    return Row(
        str(room.room_id),
        (
            Cell(room.room, "strong"),
            work,
            f"{room.beds} " + _("l."),
            Cell(f"{sign} {label(ROOM_STATE, room.state)}", tone),
            f"→ {coming}" if coming else room.place,
        ),
    )
