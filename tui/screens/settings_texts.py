"""Texts among the settings: who sends them, what they may cost, and what became of the last ones."""

from collections.abc import Sequence

from server.contract.basics import Money
from server.contract.texts import TextMessage, TextSettings, TextSettingsChange
from tui.dialogs.ask import Ask
from tui.dialogs.show import Show
from tui.formats import moment, money
from tui.session import Session
from tui.widgets.form import Answers, Field
from tui.widgets.rows import Cell, Column, Row
from tui.words import N_, _

TEXTS = ("text_sender", "text_key", "text_token", "text_cap")
LAST_TEXTS = "last_texts"
STATES = {
    "queued": N_("en attente"),
    "sent": N_("parti"),
    "delivered": N_("reçu"),
    "failed": N_("échec"),
}
REASONS = {
    "too_late": N_("trop tard"),
    "consent_withdrawn": N_("accord retiré"),
    "not_set_up": N_("SMS non réglés"),
    "monthly_cap": N_("plafond du mois atteint"),
    "client_erased": N_("fiche effacée"),
    "key_refused": N_("clé refusée"),
    "no_credit": N_("plus de crédit"),
    "too_many": N_("trop à la fois"),
    "invalid": N_("numéro ou expéditeur refusé"),
    "refused": N_("refusé"),
}


def text_rows(texts: TextSettings) -> list[Row]:
    """Draw how the centre sends as the settings' last rows."""
    cap = _("{cap} · {spent} dépensés ce mois").format(cap=money(texts.monthly_cap), spent=money(texts.spent))
    said = {
        "text_sender": (_("Expéditeur"), texts.sender or _("– : aucun SMS ne part")),
        "text_key": (_("Clé Brevo"), _("gardée, jamais montrée") if texts.has_key else _("– : aucun SMS ne part")),
        "text_token": (_("Jeton des comptes rendus"), texts.report_url if texts.has_report_token else _("– : ni accusés, ni STOP")),
        "text_cap": (_("Plafond du mois"), cap),
        LAST_TEXTS: (_("Derniers SMS"), _("⏎ les voir")),
    }  # fmt: skip
    return [
        Row("texts", (_("SMS"),), heading=True),
        *(Row(name, (Cell(said[name][0], "muted"), said[name][1])) for name in (*TEXTS, LAST_TEXTS)),
    ]


def ask_texts(session: Session, texts: TextSettings) -> Ask[bool]:
    """Ask how the centre sends."""

    async def send(answers: Answers) -> bool:
        forgotten = answers.get("forget") == "yes"
        change = TextSettingsChange(
            sender=answers["sender"],
            # What a hundred cost in cents is what one costs in ten-thousandths of a euro.
            part_price_ten_thousandths=int(answers["price"] or 0),
            monthly_cap=Money(minor=int(answers["cap"] or 0)),
            key="" if forgotten else answers["key"] or None,
            report_token="" if forgotten else answers["token"] or None,
        )
        await session.client.set_texts(change, version=texts.version)
        return True

    fields = [
        Field("sender", _("Expéditeur"), hint=_("3-11 lettres, chiffres")),
        Field("key", _("Clé Brevo"), "secret", hint=_("vide : celle d'avant")),
        Field("token", _("Jeton des comptes rendus"), "secret", hint=_("20 signes au moins")),
        Field("price", _("Prix de 100 SMS"), "money", hint=_("160 signes, en France")),
        Field("cap", _("Plafond du mois"), "money", hint=_("au-delà, rien ne part")),
    ]
    if texts.has_key or texts.has_report_token:
        fields.append(Field("forget", _("Oublier clé et jeton"), "flag"))
    values = {
        "sender": texts.sender,
        "price": str(texts.part_price_ten_thousandths),
        "cap": str(texts.monthly_cap.minor),
        "forget": "no",
    }
    intro = _(
        "Du lundi au samedi de 9 h à 20 h, hors fériés, à qui a donné son accord ; STOP y met fin. Chez Brevo, un webhook SMS à jeton (bearer) vers {url}"
    ).format(url=texts.report_url)
    pointers = {
        "part_price_ten_thousandths": "price", "monthly_cap": "cap", "monthly_cap/minor": "cap", "report_token": "token",
    }  # fmt: skip
    return Ask(_("SMS aux clients"), fields, send, today=session.today, values=values, intro=intro, pointers=pointers)


def show_texts(session: Session, found: Sequence[TextMessage]) -> Show:
    """List the last texts: to whom, when, what became of them and why."""
    rows = []
    for text in found:
        at = moment(text.sent_at or text.next_at, zone=session.zone, today=session.today)
        kind = text.reason.partition(" ")[0]
        why = _(REASONS[kind]) if kind in REASONS else text.reason
        state = _(STATES.get(text.state, text.state))
        rows.append(Row(str(text.id), (at, text.client_name, text.recipient, f"{state} · {why}" if why else state)))
    columns = [Column(_("le"), 12), Column(_("client"), 18, grow=1), Column(_("portable"), 13), Column(_("état"), 20, grow=1)]  # fmt: skip
    return Show(_("Derniers SMS"), columns, rows, titled=True, empty=_("Aucun SMS n'est parti encore."))
