"""The padlock of a card: closing it, and what one does while it is closed: letter, stays to come, alert, opening."""

from datetime import date, timedelta

from server.contract.clients import Blacklisting, ClientCard, LetterSending
from tui.dialogs.ask import Ask
from tui.dialogs.pick import Pick
from tui.formats import long_day, numeric_day
from tui.lists import BLACKLIST_REASON, STAY_STATUS, choices, label
from tui.session import Session
from tui.widgets.form import Answers, Field
from tui.words import N_, _, ngettext

LONGEST = timedelta(days=3 * 365)
LETTER_MEANS = (
    ("email", N_("par courriel, maintenant")),
    ("post", N_("par la poste")),
    ("hand", N_("remise en main propre")),
)
ALERT = {
    "": N_("Prévenir les autres centres (le réseau décide)"),
    "asked": N_("Alerte demandée : le réseau n'a pas encore décidé"),
    "confirmed": N_("Alerte confirmée : les autres centres savent qui appeler"),
    "refused": N_("Alerte refusée par le réseau"),
}


def ask_closing(session: Session, card: ClientCard) -> Ask[bool]:
    """Make the dialog that closes the padlock, with the stays that it will leave to be decided."""

    async def send(answers: Answers) -> bool:
        blacklisting = Blacklisting(
            reason=answers["reason"],
            evidence_day=date.fromisoformat(answers["evidence_day"]),
            last_day=date.fromisoformat(answers["last_day"]),
        )
        await session.client.blacklist(card.id, blacklisting)
        return True

    fields = [
        Field("reason", _("Raison"), "choice", choices=lambda _answers: choices(BLACKLIST_REASON), required=True),
        Field("evidence_day", _("Constaté le"), "day", required=True),
        Field("last_day", _("Jusqu'au"), "day", required=True, after="evidence_day"),
    ]
    coming = [
        stay
        for stay in card.stays
        if stay.departure > session.today and stay.status in ("tentative", "option", "confirmed")
    ]
    intro = _(
        "Aucune réservation ne pourra plus être prise pour {name}, par aucune voie, et une lettre l'en informera."
    ).format(name=card.name)
    if coming:
        intro += "\n" + _("Séjours à venir, à décider un par un : {days}.").format(
            days=", ".join(long_day(stay.arrival) for stay in coming)
        )
    values = {"evidence_day": session.today.isoformat(), "last_day": (session.today + LONGEST).isoformat()}
    return Ask(_("Fermer le cadenas"), fields, send, today=session.today, values=values, intro=intro)


def pick_gesture(card: ClientCard) -> Pick:
    """Ask what to do with a locked card: each line says how things stand."""
    lock = card.blacklisting
    assert lock is not None  # the dialog is about it
    waiting = sum(1 for stay in lock.stays if not stay.decision)
    sent = label(LETTER_MEANS, lock.letter_means or "")
    letter = (
        _("Lettre partie le {day} ({means})").format(day=numeric_day(lock.letter_sent_day), means=sent)
        if lock.letter_sent_day
        else _("Lettre à envoyer")
    )
    stays = ngettext("{n} séjour à venir à décider", "{n} séjours à venir à décider", waiting).format(n=waiting)
    return Pick(
        _("Cadenas · {name}").format(name=card.name),
        [
            ("letter", letter),
            ("pdf", _("Lire la lettre (PDF)")),
            ("stays", stays),
            ("alert", _(ALERT[lock.alert])),
            ("lift", _("Rouvrir le cadenas")),
        ],
    )


def ask_letter(session: Session, card: ClientCard) -> Ask[bool]:
    """Make the dialog that sends the letter, or notes that it went."""
    means = choices(LETTER_MEANS)

    async def send(answers: Answers) -> bool:
        sending = LetterSending(means=answers["means"], day=date.fromisoformat(answers["day"]))
        await session.client.send_blacklist_letter(card.id, sending)
        return True

    fields = [
        Field("means", _("Comment"), "choice", choices=lambda _answers: means, required=True),
        Field("day", _("Le"), "day", required=True),
    ]
    values = {"means": "email" if card.fields.email else "post", "day": session.today.isoformat()}
    return Ask(_("Envoyer la lettre"), fields, send, today=session.today, values=values)


def pick_stay(card: ClientCard) -> Pick:
    """Ask about which stay one decides; those decided say how."""
    lock = card.blacklisting
    words = {"": _("à décider"), "kept": _("maintenu"), "cancelled": _("annulé")}
    listed = [
        (
            str(stay.stay_id),
            f"{long_day(stay.arrival)}  {label(STAY_STATUS, stay.status)}  {words[stay.decision]}",
        )
        for stay in (lock.stays if lock else [])
    ]
    return Pick(_("Séjours à venir"), listed, empty=_("Aucun séjour n'était à venir."))


def pick_decision() -> Pick:
    """Ask what becomes of one stay."""
    return Pick(
        _("Ce séjour…"),
        [("keep", _("est maintenu")), ("open", _("est à annuler : ouvrir la fiche séjour (x annule)"))],
    )
