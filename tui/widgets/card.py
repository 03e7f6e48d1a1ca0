"""The client card on one page: identity above, stays and follow-up below, dossiers and mails at the foot."""

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from server.contract.clients import ClientCard, StayLine
from tui.formats import long_day, moment, money, month, nights, people, score
from tui.lists import BLACKLIST_REASON, DOSSIER_STATE, STAY_STATUS, client_types, discovery_channels, label, label_of
from tui.session import Session
from tui.signals import signal_words
from tui.widgets.rows import Cell, Column, Row, Rows
from tui.words import _


class Card(Vertical):
    """A card to read; its list holds stays and dossiers that can be opened."""

    def __init__(self, session: Session, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._session = session
        self._head = Static("", id="card-head")
        self._follow = Static("", id="card-follow", classes="panel")
        self._follow.border_title = _("Suivi")
        columns = [
            Column("", 11),
            Column("", 4, right=True),
            Column("", 9, grow=1),
            Column("", 11, right=True),
            Column("", 11, wide_from=60),
            Column("", 5),
        ]
        self.things = Rows(columns, id="card-things", title=_("Séjours et dossiers"), classes="panel")
        self.card: ClientCard | None = None

    def compose(self) -> ComposeResult:
        """Lay out the page."""
        yield self._head
        with Horizontal(id="card-below"):
            yield self.things
            yield self._follow

    def say(self, text: str, *, failed: bool = False) -> None:
        """Say why there is no card."""
        self._head.update(Content(text))
        self._follow.update("")
        if failed:
            self.things.show_failed(text)
        else:
            self.things.show_loading()

    def show(self, card: ClientCard) -> None:
        """Show a card."""
        self.card = card
        self._head.update(self._identity(card))
        self._follow.update(self._follow_up(card))
        rows = [self._stay(stay) for stay in card.stays]
        scores = [stay.score for stay in card.stays if stay.score is not None]
        if scores:
            mean = score(round(sum(scores) / len(scores)))
            rows.append(Row("mean", ("", "", "", Cell(_("moyenne"), "muted"), "", mean), heading=True))
        rows += [
            Row(
                f"dossier {dossier.id}",
                (dossier.number, "", label(DOSSIER_STATE, dossier.state), money(dossier.total), "", ""),
            )
            for dossier in card.dossiers
        ]
        self.things.show(rows, empty=_("Aucun séjour encore. n : en prendre un."))

    def _identity(self, card: ClientCard) -> Content:
        fields = card.fields
        lock = "🔒" if card.blacklisting else "🔓"
        since = (
            _("{status} depuis {year}").format(status=self._status(card), year=fields.first_contact.year)
            if fields.first_contact
            else self._status(card)
        )
        kind = label_of(client_types(), fields.client_type) if fields.client_type else ""
        first = Content.assemble(
            f"{lock} ", (card.name, "bold"), "  ", " · ".join(part for part in (kind, since) if part)
        )
        lines = [first]
        if card.blacklisting:
            until = long_day(card.blacklisting.last_day)
            reason = label(BLACKLIST_REASON, card.blacklisting.reason)
            lines.append(
                Content.styled(
                    _("CLIENT EXCLU jusqu'au {day} : {reason}. Aucune réservation possible.").format(
                        day=until, reason=reason
                    ),
                    "bold $error",
                )
            )
        contacts = (
            " · ".join(self._contact(contact.name, contact.roles) for contact in fields.contacts) or fields.contact_name
        )
        phones = " / ".join(phone.number for phone in fields.phones)
        quality = {
            "ota_alias": _("adresse relais"),
            "invalid": _("courriel à corriger"),
            "empty": _("sans courriel"),
        }.get(card.email_quality, "")
        email = " ".join(part for part in (fields.email, f"({quality})" if quality else "") if part)
        address = " ".join(
            part
            for part in (
                fields.street,
                fields.postal_code,
                fields.town,
                fields.country if fields.country != "FR" else "",
            )
            if part
        )
        colour = _("■ couleur : {colour}").format(colour=fields.colour) if fields.colour else ""
        lines += [
            Content(line)
            for line in (
                " · ".join(part for part in (contacts, email) if part),
                " · ".join(part for part in (phones, address) if part),
                "   ".join(
                    part
                    for part in (_("réf. {ref}").format(ref=fields.reference) if fields.reference else "", colour)
                    if part
                ),
            )
            if line
        ]
        if signal := signal_words(card.signal):
            lines.append(Content.styled(signal, "bold $accent"))
            if fields.stayed_elsewhere is False:
                lines.append(
                    Content.styled(_("  le client a pourtant dit n'être jamais venu dans un autre centre"), "$warning")
                )
        if card.mended:
            lines.append(
                Content.styled(_("⚙ écriture réparée : {fields}").format(fields="; ".join(card.mended)), "$muted")
            )
        return Content("\n").join(lines)

    @staticmethod
    def _status(card: ClientCard) -> str:
        return _("client") if card.status == "client" else _("prospect")

    @staticmethod
    def _contact(name: str, roles: list[str]) -> str:
        words = {
            "booking": _("réservation"),
            "contract": _("contrat"),
            "invoice": _("facture"),
            "on_site": _("sur place"),
        }
        return name + (f" ({', '.join(words.get(role, role) for role in roles)})" if roles else "")

    def _follow_up(self, card: ClientCard) -> Content:
        fields = card.fields
        lines: list[Content] = []
        if fields.first_contact:
            channel = label_of(discovery_channels(), fields.discovery_channel) if fields.discovery_channel else ""
            where = ", ".join(part for part in (channel, fields.discovery_detail) if part)
            day = f"{fields.first_contact.month:02}/{fields.first_contact.year}"
            lines.append(Content(_("1er contact {day}").format(day=day) + (f", {where}" if where else "")))
        consent = _("oui") if fields.email_consent else _("non")
        lines.append(Content(_("courriels d'information : {answer}").format(answer=consent)))
        for name, text in (
            (_("habitudes"), fields.habits),
            (_("demandes"), fields.special_requests),
            (_("notes"), fields.notes),
        ):
            if text:
                lines.append(Content.assemble((f"{name} : ", "bold"), text))
        for mail in card.mails[:4]:
            at = moment(mail.at, zone=self._session.zone, today=self._session.today)
            sign = "◂" if mail.direction == "out" else "▸"
            failed = " " + _("NON PARTI") if mail.state == "failed" else ""
            lines.append(Content.assemble((f"{at} {sign} ", "$primary"), mail.subject + failed))
        return Content("\n").join(lines)

    @staticmethod
    def _stay(stay: StayLine) -> Row:
        tone = {"option": "warn", "cancelled": "muted", "present": "good"}.get(stay.status, "")
        return Row(
            f"stay {stay.id}",
            (
                f"{month(stay.arrival)} {stay.arrival.year}",
                people(stay.pax),
                Cell(label(STAY_STATUS, stay.status), tone),
                money(stay.amount) if stay.amount else "",
                stay.dossier_number or Cell(nights((stay.departure - stay.arrival).days), "muted"),
                score(stay.score) if stay.score is not None else "",
            ),
        )
