"""The parts of a group that sleep apart: how many girls, boys and staff, and which rooms are proposed for whom."""

from server.contract.groups import GroupParts, RoomsOffered
from server.contract.stays import Availability, Stay
from tui.dialogs.ask import Ask
from tui.formats import room_names
from tui.session import Session
from tui.widgets.form import Answers, Field
from tui.words import N_, _, ngettext

GROUP = 10
"""From so many people on a stay may be asked how it parts; a family never is."""
WHO = {"girls": N_("filles"), "boys": N_("garçons"), "staff": N_("encadrants"), "others": N_("les autres")}


def is_group(stay: Stay) -> bool:
    """Say whether a stay is a group with minors in it: of those girls and boys sleep apart."""
    counts = stay.fields.counts
    coming = stay.pax if stay.pax is not None else stay.fields.expected_pax or 0
    return coming >= GROUP and bool((counts.children or 0) + (counts.teenagers or 0))


def ask_parts(session: Session, stay: Stay) -> Ask[GroupParts]:
    """Ask how many girls, boys and staff come; nothing typed is what the group's list says."""

    async def read(answers: Answers) -> GroupParts:
        return GroupParts(**{who: int(answers[who] or 0) for who in ("girls", "boys", "staff")})

    adults = (stay.fields.counts.adults or 0) + (stay.fields.counts.seniors or 0)
    hint = ngettext("{n} adulte", "{n} adultes", adults).format(n=adults) if adults else ""
    fields = [
        Field(who, _(WHO[who]).capitalize(), "count", hint=hint if who == "staff" else "")
        for who in ("girls", "boys", "staff")
    ]
    intro = _(
        "Chacun ses chambres, les encadrants entre les deux. Tout vide : d'après la liste du groupe, sinon ensemble."
    )
    return Ask(_("Proposer des chambres"), fields, read, today=session.today, intro=intro)


def parts_words(offered: RoomsOffered, free: Availability, stay: Stay) -> str:
    """Return « filles : B1-B3 · encadrants : B4 »; nothing where nobody sleeps apart, who finds too few beds said."""
    if len(offered.parts) < 2:
        return ""
    rooms = {bed: room.room for room in free.rooms for bed in room.free_bed_ids}
    rooms |= {bed: room.room for room in stay.rooms for bed in room.bed_ids}
    said = []
    for part in offered.parts:
        names = list(dict.fromkeys(rooms[bed] for bed in part.bed_ids if bed in rooms))
        lacking = part.people - len(part.bed_ids)
        short = " " + _("(il manque {n} lits)").format(n=lacking) if lacking > 0 else ""
        said.append(f"{_(WHO[part.who])} : {room_names(names, most=30) or '–'}{short}")
    return " · ".join(said)
