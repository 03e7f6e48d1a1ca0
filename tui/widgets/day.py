"""The day's figures, the week ahead and who comes or goes, as Accueil draws them."""

from collections.abc import Sequence

from textual.content import Content

from server.contract.stays import ArrivalLine, Desk, PlanningDay
from tui.formats import gauge, people, room_names, weekday
from tui.lists import NEED, label
from tui.widgets.rows import Cell, Column, Row
from tui.words import _, ngettext


def people_columns() -> list[Column]:
    """Return the columns of who comes or goes: when, who, how many, where, what is missing, already seen elsewhere."""
    return [
        Column(_("heure"), 5),
        Column(_("client"), 18, grow=2),
        Column(_("pers."), 5, right=True),
        Column(_("chambres"), 11, grow=1),
        Column(_("il manque"), 24, grow=2),
        Column(_("déjà venu"), 22, wide_from=105),
    ]


def skeleton() -> str:
    """Return the shape of the figures, until they come."""
    return "\n".join(f"{name:<11} ░░░░░░░░░░" for name in (_("Arrivées"), _("Départs"), _("Présents"), _("Ce soir")))


def house_today(desk: Desk) -> Content:
    """Return who comes, who goes, who is here, and how full the house is tonight."""
    share = desk.occupied_tonight / desk.capacity if desk.capacity else 0.0
    return Content("\n").join(
        [
            _counted(_("Arrivées"), desk.arrivals),
            _counted(_("Départs"), desk.departures),
            Content.assemble(
                f"{_('Présents'):<10}",
                (f"{desk.present_rooms:>4}", "bold"),
                " " + ngettext("chambre", "chambres", desk.present_rooms),
                f" {desk.present_people:>4} " + _("pers."),
            ),
            Content.assemble(
                f"{_('Ce soir'):<10}",
                (f"{share:>4.0%}", "bold"),
                f" {gauge(share, 10)} {desk.occupied_tonight}/{desk.capacity} " + _("lits"),
            ),
        ]
    )


def _counted(name: str, lines: Sequence[ArrivalLine]) -> Content:
    total = sum(line.pax or 0 for line in lines)
    return Content.assemble(
        f"{name:<10}",
        (f"{len(lines):>4}", "bold"),
        " " + f"{ngettext('séjour', 'séjours', len(lines)):<8}",
        f" {total:>4} " + _("pers."),
    )


def week_ahead(days: Sequence[PlanningDay], *, width: int) -> Content:
    """Return each day's occupancy in percent with its gauge, on one line of a screen `width` columns wide."""
    if not days:
        return Content("")
    wide = max(1, (width - 3) // len(days) - 8)
    parts = []
    for day in days:
        share = day.occupied / max(1, day.capacity - day.blocked)
        name = f"{weekday(day.day).rstrip('.'):<3} "
        parts.append(Content.assemble(name, (f"{share * 100:<3.0f}", "bold"), gauge(share, min(12, wide))))
    return Content(" ").join(parts)


def person(line: ArrivalLine, *, leaving: bool) -> Row:
    """Return a stay of the day's list: when, who, how many, where, and what it still needs."""
    known = ngettext("déjà venus : {n} centre", "déjà venus : {n} centres", line.signal_centres).format(
        n=line.signal_centres
    )
    if line.status == "present" and not leaving:
        state = Cell("✓ " + _("présents"), "good")
    elif line.status == "departed":
        state = Cell("✓ " + _("partis"), "good")
    elif line.needs:
        state = Cell("▲ " + ", ".join(label(NEED, need) for need in line.needs), "warn")
    else:
        state = Cell("✓ " + _("prêt"), "good")
    return Row(
        str(line.stay_id),
        (
            line.arrival_time or "  –",
            line.name,
            people(line.pax),
            room_names(line.rooms, most=20),
            state,
            Cell(known if line.signal_centres else "", "accent"),
        ),
    )
