"""How a demande is drawn: its row in the inbox, what stands above the conversation, who it is beside it."""

from textual.content import Content

from server.contract.enquiries import Enquiry, EnquiryLine, Message
from tui.dialogs.new_enquiry import origins
from tui.formats import moment, numeric_day, people, period, short_period
from tui.lists import CANDIDATE_WHY, label
from tui.session import Session
from tui.signals import signal_words
from tui.widgets.rows import Cell, Column, Row
from tui.words import N_, _

WIDE = 120
"""From so many columns on there is a third pane for who it is."""


STATE = (
    ("new", N_("nouvelle")),
    ("answered", N_("répondue")),
    ("dossier", N_("dossier")),
    ("closed", N_("classée")),
)


def inbox_columns() -> list[Column]:
    """Return the inbox's columns; those that are not shown are for filters, groups and exports."""
    return [
        Column(_("non lu"), 1),
        Column(_("reçue"), 5),
        Column(_("de la part de"), 10, grow=1),
        Column(_("état"), 9, hidden=True),
        Column(_("origine"), 12, hidden=True),
        Column(_("pers."), 5, right=True, hidden=True),
        Column(_("arrivée"), 10, hidden=True),
        Column(_("mois d'arrivée"), 14, hidden=True),
        Column(_("à qui"), 14, hidden=True),
    ]


def inbox_row(line: EnquiryLine, session: Session) -> Row:
    """Return its row in the inbox: when, who, how many, when they would come."""
    at = moment(line.received_at, zone=session.zone, today=session.today)
    name = line.organisation or line.name
    mark = Cell("●", "accent") if line.unread else {"closed": "×", "dossier": "▣"}.get(line.state, " ")
    about = " ".join(
        part
        for part in (
            people(line.pax),
            short_period(line.arrival, line.departure) if line.arrival and line.departure else _("sans dates"),
            "⚑" if line.known else "",
        )
        if part
    )
    return Row(
        str(line.id),
        (
            mark,
            Cell(at, "muted"),
            Cell(name, "strong" if line.unread else ""),
            label(STATE, line.state),
            dict(origins()).get(line.origin, line.origin),
            str(line.pax or ""),
            numeric_day(line.arrival) if line.arrival else "",
            f"{line.arrival:%m/%Y}" if line.arrival else "",
            line.assignee,
        ),
        second=f"{_whose(line, session):<6}{about}",
    )


def seen_to_by(line: EnquiryLine, session: Session) -> str:
    """Return who sees to it: « vous », a colleague's name, nothing where nobody in particular does."""
    return _("vous") if session.me and line.assignee_id == session.me.account_id else line.assignee


def _whose(line: EnquiryLine, session: Session) -> str:
    """Return it in the six columns under the hour, where nothing else stands: « →vous », a colleague's initials."""
    if not line.assignee:
        return ""
    if line.assignee_id == (session.me.account_id if session.me else None):
        return "→" + _("vous")
    return "→" + "".join(word[0] for word in line.assignee.replace("-", " ").split())[:4].upper()


def head_of(enquiry: Enquiry, session: Session, *, narrow: bool) -> Content:
    """Return what stands above the conversation; `narrow`: the card too, which has no pane of its own."""
    line = enquiry.line
    names = " · ".join(part for part in (line.organisation, line.name) if part)
    origin = dict(origins()).get(line.origin, line.origin)
    dates = period(line.arrival, line.departure) if line.arrival and line.departure else _("sans dates")
    head = [
        Content.assemble(
            (names, "bold"), f"  {origin}", (f"  → {seen_to_by(line, session)}" if line.assignee else "", "$accent")
        ),
        Content(f"{people(line.pax)} · {dates} · {line.phone} · {line.email}"),
    ]
    if signal := signal_words(enquiry.signal):
        head.append(Content.styled(signal, "bold $accent"))
    if narrow:
        head.append(
            Content(
                _("fiche : {name}").format(name=enquiry.client_name)
                if enquiry.client_name
                else _candidates_line(enquiry)
            )
        )
    return Content("\n").join(head)


def _candidates_line(enquiry: Enquiry) -> str:
    if not enquiry.candidates:
        return _("pas encore de fiche · k pour en choisir ou en ouvrir une")
    first = enquiry.candidates[0]
    return _("peut-être {name} ({why}) · k pour choisir").format(name=first.name, why=label(CANDIDATE_WHY, first.why))


def person_of(enquiry: Enquiry) -> Content:
    """Return who asks, and whose card it may be."""
    line = enquiry.line
    counts = enquiry.counts
    bands = [
        (_("enfants"), counts.children), (_("ados"), counts.teenagers), (_("jeunes"), counts.young),
        (_("adultes"), counts.adults), (_("seniors"), counts.seniors),
    ]  # fmt: skip
    parts = [
        Content.styled(line.organisation or line.name, "bold"),
        Content(line.name),
        Content(line.phone),
        Content(line.email),
        Content(""),
    ]
    parts += [Content(f"{count:>4} {name}") for name, count in bands if count is not None]
    parts += [Content(enquiry.kind), Content("")]
    if signal := signal_words(enquiry.signal):
        parts += [Content.styled(signal, "bold $accent"), Content("")]
    if enquiry.client_name:
        parts += [Content.styled(_("Fiche : {name}").format(name=enquiry.client_name), "bold $success")]
    else:
        parts += [Content.styled(_("Pas encore de fiche (k)"), "bold")]
        parts += [
            Content(f"· {candidate.name} : {label(CANDIDATE_WHY, candidate.why)}") for candidate in enquiry.candidates
        ]
    return Content("\n").join(parts)


def conversation(enquiry: Enquiry) -> list[Message]:
    """Return the conversation, with what the form said before it where the thread does not begin with that."""
    line = enquiry.line
    if not enquiry.message or any(message.text.strip() == enquiry.message.strip() for message in enquiry.messages):
        return enquiry.messages
    first = Message(id=enquiry.id, at=line.received_at, direction="in", author=line.name, text=enquiry.message)
    return [first, *enquiry.messages]
