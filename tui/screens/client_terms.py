"""What is agreed with a client: the defaults that fill a stay or a quote, and prices of their own."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

import msgspec

from server.contract.basics import Money
from server.contract.client_terms import Defaults, DefaultsToFill, NewClientRate
from server.contract.clients import ClientCard
from server.contract.dossiers import Service
from tui.dialogs.ask import Ask
from tui.dialogs.pick import Pick
from tui.lists import Choices
from tui.session import Session
from tui.widgets.card_terms import rate_words
from tui.widgets.form import Answers, Field
from tui.words import _

NEW = "new"
OTHER = "other"
LODGING = ("lodging", "package")


def _lodgings(services: Sequence[Service]) -> Choices:
    return [(str(service.id), service.name) for service in services if service.product_type in LODGING]


class SavedDefaults(NamedTuple):
    """The defaults as they were saved, and whether another card is to pay, to be picked next."""

    defaults: Defaults
    other_payer: bool


def ask_defaults(
    session: Session,
    card: ClientCard,
    services: Sequence[Service],
    room_types: Sequence[str],
    *,
    agreed: DefaultsToFill | None,
) -> Ask[SavedDefaults]:
    """Make the dialog of the defaults; they fill a new stay or quote and stay editable there."""
    rooms: Choices = [(name, name) for name in room_types]
    rates: Choices = [(str(rate.id), rate_words(rate)) for rate in card.rates]
    agreed = agreed or DefaultsToFill()
    payers: Choices = [(str(card.id), card.name)]
    payers += [(str(agreed.payer_id), agreed.payer_name)] if agreed.payer_id is not None else []
    payers.append((OTHER, _("une autre fiche…")))

    async def send(answers: Answers) -> SavedDefaults:
        paying = _id(answers["payer_id"]) if answers["payer_id"] != OTHER else agreed.payer_id
        defaults = Defaults(
            service_id=_id(answers["service_id"]),
            payer_id=None if paying == card.id else paying,
            payer_note=answers["payer_note"],
            room_type=answers["room_type"],
            discount_basis_points=int(answers["discount"] or 0),
            commission_basis_points=int(answers["commission"] or 0),
            rate_id=_id(answers["rate_id"]),
            version=agreed.version,
        )
        await session.client.set_defaults(card.id, defaults)
        saved = msgspec.structs.replace(defaults, version=defaults.version + 1)
        return SavedDefaults(saved, answers["payer_id"] == OTHER)

    fields = [
        Field("service_id", _("Hébergement"), "choice", choices=lambda _answers: _lodgings(services)),
        Field("room_type", _("Type de chambre"), "choice", choices=lambda _answers: rooms),
        Field("payer_id", _("Payeur"), "choice", choices=lambda _answers: payers, required=True),
        Field("payer_note", _("Prise en charge"), hint=_("qui paie quoi")),
        Field("discount", _("Remise, en %"), "percent"),
        Field("commission", _("Commission, en %"), "percent"),
        Field("rate_id", _("Tarif précis"), "choice", choices=lambda _answers: rates),
    ]
    values = {
        "service_id": str(agreed.service_id or ""),
        "room_type": agreed.room_type,
        "payer_id": str(agreed.payer_id or card.id),
        "payer_note": agreed.payer_note,
        "discount": str(agreed.discount_basis_points or ""),
        "commission": str(agreed.commission_basis_points or ""),
        "rate_id": str(agreed.rate_id or ""),
    }
    pointers = {"discount_basis_points": "discount", "commission_basis_points": "commission"}
    intro = _("Ils remplissent un nouveau séjour ou devis, et s'y changent.")
    title = _("Défauts · {name}").format(name=card.name)
    return Ask(title, fields, send, today=session.today, values=values, intro=intro, pointers=pointers)


def pick_rate(card: ClientCard) -> Pick:
    """Ask which of the client's rates to retire, or a new one."""
    listed = [(str(rate.id), _("retirer : {rate}").format(rate=rate_words(rate))) for rate in card.rates]
    return Pick(_("Tarifs · {name}").format(name=card.name), [(NEW, _("+ nouveau tarif")), *listed])


def ask_rate(session: Session, card: ClientCard, services: Sequence[Service], room_types: Sequence[str]) -> Ask[bool]:
    """Make the dialog of a price of the client's own."""
    rooms: Choices = [(name, name) for name in room_types]

    async def send(answers: Answers) -> bool:
        new = NewClientRate(
            service_id=UUID(answers["service_id"]),
            room_type=answers["room_type"],
            price=Money(minor=int(answers["price"])),
            name=answers["name"],
            first_day=_day(answers["first_day"]),
            last_day=_day(answers["last_day"]),
            min_nights=int(answers["min_nights"]) if answers["min_nights"] else None,
            max_nights=int(answers["max_nights"]) if answers["max_nights"] else None,
            promo_allowed=answers["promo_allowed"] == "yes",
        )
        await session.client.add_client_rate(card.id, new)
        return True

    fields = [
        Field("service_id", _("Hébergement"), "choice", choices=lambda _answers: _lodgings(services), required=True),
        Field("room_type", _("Type de chambre"), "choice", choices=lambda _answers: rooms, required=True),
        Field("price", _("Prix"), "money", required=True),
        Field("name", _("Nom du tarif"), hint=_("prime, convention…")),
        Field("first_day", _("Première nuit"), "day"),
        Field("last_day", _("Dernière nuit"), "day", after="first_day"),
        Field("min_nights", _("Nuits au moins"), "count"),
        Field("max_nights", _("Nuits au plus"), "count"),
        Field("promo_allowed", _("Cumul avec les promotions"), "flag"),
    ]
    intro = _("Ce tarif passe avant tous les autres ; la ligne du devis le dira.")
    title = _("Nouveau tarif · {name}").format(name=card.name)
    return Ask(title, fields, send, today=session.today, values={"promo_allowed": "no"}, intro=intro)


def _id(text: str) -> UUID | None:
    return UUID(text) if text else None


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
