"""One identity: its cards, the best view of them with origins, what joined and parted them; cutting and taking back."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import ClassVar
from uuid import UUID

from textual import on
from textual.binding import BindingType
from textual.message import Message

from server.contract.referential import LinkMadeBetween, OriginOfValue, ReviewedCard, ReviewedIdentity
from tui.actions import bindings
from tui.dialogs.confirm import Confirm
from tui.formats import moment, numeric_day
from tui.screens.list_screen import ListScreen
from tui.screens.opening import Opening
from tui.session import Session
from tui.widgets.pair_text import bits_words, card_place, card_text, card_who, decimal
from tui.widgets.rows import Cell, Column, Row, Rows
from tui.words import N_, _, ngettext

FIELDS = {
    "organisation": N_("organisation"),
    "last_name": N_("nom"),
    "first_name": N_("prénom"),
    "birth_date": N_("né(e) le"),
    "email": N_("courriel"),
    "phones": N_("téléphone"),
    "street": N_("rue"),
    "town": N_("ville"),
}
COMPARISONS = {
    "organisation": N_("organisation"),
    "first": N_("prénom"),
    "last": N_("nom"),
    "birth": N_("né(e) le"),
    "email": N_("courriel"),
    "phone": N_("téléphone"),
    "place": N_("adresse"),
}
VERDICTS = {
    "same": N_("dit : la même personne"),
    "different": N_("dit : deux personnes"),
    "later": N_("remis à plus tard"),
}

BY_ITSELF = ("matcher", "forgotten")
"""Who ends a link where no person does: a card was written over for somebody else, or is gone."""


class IdentityScreen(Opening, ListScreen):
    """All that hangs together with a card."""

    SCOPE = "identity"
    PAGE = True
    BINDINGS: ClassVar[list[BindingType]] = bindings("identity")

    class Loaded(Message):
        """It came."""

        def __init__(self, identity: ReviewedIdentity) -> None:
            super().__init__()
            self.identity = identity

    def __init__(self, session: Session, card_id: UUID) -> None:
        columns = [Column("", 12), Column("", 35, grow=2), Column("", 26, grow=1)]
        super().__init__(session, _("RCU · un ensemble de fiches"), Rows(columns, id="identity", classes="panel"))
        self._card_id = card_id
        self._identity: ReviewedIdentity | None = None

    async def ask(self) -> Message:
        """Ask for all that hangs together."""
        return self.Loaded(await self.session.client.identity(self._card_id))

    @on(Loaded)
    def _show(self, event: Loaded) -> None:
        self._identity = event.identity
        count = len(event.identity.cards)
        said = ngettext("{n} fiche", "{n} fiches", count).format(n=count)
        self.top.say(more=said + (_(" · opposition du client") if event.identity.objected else ""))
        self.list.show(list(self._rows(event.identity)))

    def _rows(self, identity: ReviewedIdentity) -> Iterator[Row]:
        places = {card.id: card_place(card) for card in identity.cards}
        named = {card.id: card.reference for card in identity.cards}
        yield _heading(_("Fiches"))
        for card in identity.cards:
            yield Row(f"card {card.id}", (card.reference, card_who(card), Cell(card.centre_name, "strong")))
            if stays := card_text(card, "stays"):
                yield Row(f"card {card.id} stays", ("", Cell(stays, "muted"), ""))
        yield _heading(_("Meilleure vue"))
        for value in identity.best:
            origin = places.get(value.card_id, "")
            yield Row(
                f"best {value.field} {value.value}",
                (Cell(_(FIELDS[value.field]), "muted"), Cell(_said(value), "strong"), Cell(origin, "muted")),
            )
        yield _heading(_("Liens"), _("pourquoi ?"))
        for link in identity.links:
            yield from self._link(link, named)
        if identity.decisions:
            yield _heading(_("Décisions"))
        for made in identity.decisions:
            at = moment(made.decided_at, zone=self.session.zone, today=self.session.today)
            tone = "muted" if made.undone_by else ""
            said = Cell(_(VERDICTS.get(made.verdict, made.verdict)), tone)
            yield Row(f"decision {made.id}", (at, Cell(made.decided_by, tone), said))
            between = _between(made.card_id, made.other_card_id, named)
            yield Row(f"decision {made.id} between", ("", Cell(between, "muted"), ""))
            if made.undone_by:
                back = _("reprise par {who}").format(who=made.undone_by)
                yield Row(f"decision {made.id} back", ("", Cell(back, "muted"), ""))

    def _link(self, link: LinkMadeBetween, named: Mapping[UUID, str]) -> Iterator[Row]:
        at = moment(link.made_at, zone=self.session.zone, today=self.session.today)
        tone = "muted" if link.undone_by else ""
        who = _("le référentiel, tour {n}").format(n=link.round) if link.decided_by == "matcher" else link.decided_by
        said = _("{who} : {bits} bits").format(who=who, bits=decimal(link.bits))
        between = _between(link.card_id, link.other_card_id, named)
        yield Row(f"link {link.id}", (at, Cell(between, tone), ""))
        yield Row(f"link {link.id} who", ("", Cell(said, tone), ""))
        if link.undone_by:
            by = _("le référentiel") if link.undone_by in BY_ITSELF else link.undone_by
            yield Row(f"link {link.id} cut", ("", Cell(_("coupé par {who}").format(who=by), "warn"), ""))
        for name, bits in sorted(link.fields.items(), key=lambda field: -abs(field[1])):
            why = f"{_(COMPARISONS.get(name, name))} : {bits_words(bits)}"
            yield Row(f"link {link.id} {name}", ("", Cell(f"  {why}", "muted"), ""))

    # Gestures

    def _standing(self) -> tuple[str, str]:
        """Return what the cursor is in, a link or a decision from its first line to its last, and its id."""
        kind, _space, rest = self.list.key.partition(" ")
        return kind, rest.partition(" ")[0]

    def action_unlink(self) -> None:
        """Cut the link under the cursor."""
        kind, link_id = self._standing()
        if kind != "link":
            self.notify(_("Mettez le curseur sur un lien."))
            return
        links = self._identity.links if self._identity else []
        if any(str(link.id) == link_id and link.undone_by for link in links):
            self.notify(_("Ce lien est déjà coupé."))
            return
        self.confirm_then(
            Confirm(
                _("Couper ce lien ?"),
                _("Les fiches de part et d'autre se séparent ; elles ne seront plus proposées ni reliées."),
                yes=_("couper"),
                yes_first=False,
            ),
            lambda: self.session.client.cut_link(UUID(link_id)),
            _("Lien coupé. La décision se reprend plus bas (u)."),
        )

    def action_take_back(self) -> None:
        """Take the decision under the cursor back."""
        kind, decision_id = self._standing()
        if kind != "decision":
            self.notify(_("Mettez le curseur sur une décision."))
            return
        decisions = self._identity.decisions if self._identity else []
        if any(str(made.id) == decision_id and made.undone_by for made in decisions):
            self.notify(_("Cette décision est déjà reprise."))
            return
        self.gesture(lambda: self.session.client.take_back_decision(UUID(decision_id)), _("Décision reprise."))

    def action_detail(self) -> None:
        """Open centres and seasons, for a reason."""
        card = self._card()
        if card is not None:
            self.open_detail(card)

    def _card(self) -> ReviewedCard | None:
        kind, card_id = self._standing()
        cards = self._identity.cards if self._identity else []
        return next((card for card in cards if kind == "card" and str(card.id) == card_id), cards[0] if cards else None)


def _said(value: OriginOfValue) -> str:
    return numeric_day(date.fromisoformat(value.value)) if value.field == "birth_date" else value.value


def _between(one: UUID, other: UUID, named: Mapping[UUID, str]) -> str:
    """Say between which two cards; one that left the identity is not shown here any more."""
    gone = _("une fiche partie d'ici")
    return " ↔ ".join(named.get(each, gone) for each in (one, other))


def _heading(text: str, more: str = "") -> Row:
    return Row(f"heading {text}", (f"{text} · {more}" if more else text,), heading=True)
