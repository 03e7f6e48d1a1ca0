"""Add a service to a demande or a dossier: what to sell, how many, at what price."""

from collections.abc import Awaitable, Callable, Mapping
from uuid import UUID

from server.contract.basics import Money
from server.contract.client_terms import Defaults
from server.contract.dossiers import DossierView, FirstLine, NewLine, Service
from server.contract.enquiries import Enquiry
from tui.dialogs.ask import Ask
from tui.dialogs.new_enquiry import day_or_none
from tui.formats import money
from tui.lists import PRODUCT_TYPE, UNIT_SHORT, VAT, Choices, choices, label
from tui.session import Session
from tui.widgets.form import Answers, Field
from tui.words import _

DIVERS = "miscellaneous"


def is_of_the_catalogue(answers: Mapping[str, str]) -> bool:
    """Say whether a type was chosen that only the catalogue sells: without its service it would go as « divers »."""
    return answers.get("product_type") != DIVERS


def line_fields(services: list[Service]) -> list[Field]:
    """The fields of a line: the product type first, then only what belongs to it."""

    def types(_answers: Mapping[str, str]) -> Choices:
        sold = {service.product_type for service in services if service.active} | {DIVERS}
        return [(code, label) for code, label in choices(PRODUCT_TYPE) if code in sold]

    def offered(answers: Mapping[str, str]) -> Choices:
        return [
            (str(service.id), f"{service.name} · {money(service.price)} {label(UNIT_SHORT, service.unit)}")
            for service in services
            if service.active and service.product_type == answers.get("product_type")
        ]

    return [
        Field("product_type", _("Type"), "choice", choices=types, required=True),
        Field("service_id", _("Prestation"), "choice", choices=offered, required_when=is_of_the_catalogue),
        Field("label", _("Libellé (divers)"), hint=_("pour « divers »")),
        Field("quantity", _("Quantité"), "count", hint=_("vide : l'effectif")),
        Field("unit_price", _("Prix à l'unité"), "money", hint=_("vide : le tarif")),
        Field("discount", _("Remise, en %"), "percent", hint=_("sur le prix du catalogue")),
        Field("vat", _("TVA (divers)"), "choice", choices=lambda _answers: list(VAT)),
    ]


def read_line(answers: Answers, agreed: Defaults | None) -> NewLine:
    """Read a line from the form; « divers » has its own label, price and VAT, the rest what the catalogue says."""
    divers = not answers["service_id"]
    return NewLine(
        service_id=None if divers else UUID(answers["service_id"]),
        label=answers["label"],
        quantity=int(answers["quantity"]) if answers["quantity"] else None,
        unit_price=Money(minor=int(answers["unit_price"])) if answers["unit_price"] else None,
        vat_basis_points=int(answers["vat"] or 1000) if divers else None,
        discount_basis_points=None if divers or agreed is None else int(answers["discount"] or 0),
    )


POINTERS = {
    "service_id": "service_id",
    "unit_price": "unit_price",
    "vat_basis_points": "vat",
    "discount_basis_points": "discount",
}


def first_values(services: list[Service], agreed: Defaults | None) -> dict[str, str]:
    """Return what stands in the fields at first: the client's own lodging and discount, else lodging where some is sold."""
    sold = {service.id: service for service in services if service.active}
    wanted = sold.get(agreed.service_id) if agreed is not None and agreed.service_id is not None else None
    values = {"discount": str(agreed.discount_basis_points or "")} if agreed is not None else {}
    if wanted is not None:
        return values | {"product_type": wanted.product_type, "service_id": str(wanted.id)}
    lodging = any(service.product_type == "lodging" for service in services)
    return values | {"product_type": "lodging" if lodging else DIVERS}


def ask_line(
    session: Session,
    services: list[Service],
    add: Callable[[NewLine], Awaitable[DossierView]],
    *,
    title: str = "",
    agreed: Defaults | None = None,
) -> Ask[DossierView]:
    """Make the dialog of one line, which `add` sends; `agreed` is what the client's card says."""

    async def send(answers: Answers) -> DossierView:
        return await add(read_line(answers, agreed))

    return Ask(
        title or _("Ajouter une prestation"),
        line_fields(services),
        send,
        today=session.today,
        values=first_values(services, agreed),
        pointers=POINTERS,
    )


def ask_first_service(
    session: Session, enquiry: Enquiry, services: list[Service], *, agreed: Defaults | None = None
) -> Ask[DossierView]:
    """Make the dialog that makes a demande a dossier; dates are asked where the demande had none."""
    line = enquiry.line
    dates = [
        Field("arrival", _("Arrivée"), "day", required=True),
        Field("departure", _("Départ"), "day", required=True, after="arrival"),
    ]

    async def send(answers: Answers) -> DossierView:
        first = FirstLine(
            line=read_line(answers, agreed),
            client_id=line.client_id,
            arrival=day_or_none(answers["arrival"]),
            departure=day_or_none(answers["departure"]),
        )
        return await session.client.add_first_service(enquiry.id, first)

    values = first_values(services, agreed)
    if line.arrival and line.departure:
        values |= {"arrival": line.arrival.isoformat(), "departure": line.departure.isoformat()}
    intro = (
        ""
        if enquiry.client_name
        else _("La demande n'a pas encore de fiche : une fiche sera ouverte avec ce qu'elle dit.")
    )
    return Ask(
        _("Première prestation : la demande devient un dossier"),
        [*line_fields(services), *dates],
        send,
        today=session.today,
        values=values,
        intro=intro,
        pointers=POINTERS,
    )
