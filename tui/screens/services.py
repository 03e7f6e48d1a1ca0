"""The catalogue: what the centre sells, and at what price."""

from collections.abc import Sequence
from typing import ClassVar

from textual import work
from textual.binding import BindingType

from server.contract.basics import Money
from server.contract.dossiers import NewService, Service, ServiceChange
from tui.actions import bindings
from tui.dialogs.ask import Ask
from tui.formats import money
from tui.lists import PRODUCT_TYPE, UNIT, UNIT_SHORT, VAT, choices, label
from tui.screens.facilities import FacilityScreen
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.form import Answers, Field
from tui.widgets.rows import Cell, Column, Row
from tui.words import N_, _, ngettext

SITTINGS = (
    ("breakfast", N_("Petit-déjeuner")),
    ("lunch", N_("Déjeuner")),
    ("picnic", N_("Pique-nique")),
    ("dinner", N_("Dîner")),
)


class ServicesScreen(FacilityScreen):
    """The catalogue."""

    SCOPE = "services"
    EMPTY = N_("Rien à vendre encore. n : ajouter une prestation.")
    LIVE = ("services.", "catalogue.")
    OF_A_ROW = ("change", "meals")
    BINDINGS: ClassVar[list[BindingType]] = bindings("services")

    def __init__(self, session: Session) -> None:
        columns = [
            Column("", 1),
            Column(_("prestation"), 20, grow=2),
            Column(_("type"), 12),
            Column(_("prix"), 11, right=True),
            Column("", 12),
            Column(_("TVA"), 5, right=True),
            Column(_("compte"), 8, wide_from=100),
        ]
        super().__init__(session, columns)
        self._services: dict[str, Service] = {}

    async def rows(self) -> Sequence[Row]:
        """Ask for the catalogue."""
        services = (await self.session.client.services()).items
        self._services = {str(service.id): service for service in services}
        sold = sum(service.active for service in services)
        self.top.say(more=ngettext("{n} prestation en vente", "{n} prestations en vente", sold).format(n=sold))
        return [_row(service) for service in services]

    def action_add(self) -> None:
        """Add a service."""

        async def send(answers: Answers) -> bool:
            await self.session.client.add_service(
                NewService(
                    name=answers["name"],
                    product_type=answers["product_type"],
                    unit=answers["unit"],
                    price=Money(minor=int(answers["price"])),
                    vat_basis_points=int(answers["vat_basis_points"]),
                    accounting_code=answers["accounting_code"] or "706000",
                )
            )
            return True

        fields = [
            Field("name", _("Prestation"), required=True),
            Field("product_type", _("Type"), "choice", choices=lambda _answers: choices(PRODUCT_TYPE), required=True),
            Field("unit", _("Se vend"), "choice", choices=lambda _answers: choices(UNIT), required=True),
            *_priced(),
        ]
        question = Ask(
            _("Ajouter une prestation"),
            fields,
            send,
            today=self.session.today,
            values={"vat_basis_points": "1000", "accounting_code": "706000"},
        )
        self.ask_then(question, _("Prestation ajoutée."))

    @work
    async def action_meals(self) -> None:
        """Say which meals the service includes, or leave it to its name."""
        service = self._services.get(self.list.key)
        if service is None:
            return
        try:
            known = {one.service_id: one for one in (await self.session.client.service_meals()).items}
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
            return
        said = known.get(service.id)

        async def send(answers: Answers) -> bool:
            chosen = [sitting for sitting, _label in SITTINGS if answers[sitting] == "yes"]
            await self.session.client.set_service_meals(service.id, None if answers["by_name"] == "yes" else chosen)
            return True

        fields = [Field(sitting, _(label), "flag") for sitting, label in SITTINGS]
        fields.append(Field("by_name", _("D'après son nom"), "flag", hint=_("« pension complète », « dîner »…")))
        values = {sitting: "yes" if said and sitting in said.sittings else "no" for sitting, _label in SITTINGS}
        values["by_name"] = "no" if said and said.by_hand else "yes"
        intro = _("Une fois cochés, ces repas comptent en cuisine ; « d'après son nom » laisse le nom en décider.")
        title = _("Repas compris · {name}").format(name=service.name)
        self.ask_then(Ask(title, fields, send, today=self.session.today, values=values, intro=intro), _("Repas notés."))

    def action_change(self) -> None:
        """Change the price, the name, the rate of VAT; sell it no more."""
        service = self._services.get(self.list.key)
        if service is None:
            return

        async def send(answers: Answers) -> bool:
            change = ServiceChange(
                name=answers["name"],
                price=Money(minor=int(answers["price"]), currency=service.price.currency),
                vat_basis_points=int(answers["vat_basis_points"]),
                accounting_code=answers["accounting_code"] or None,
                active=answers["active"] != "no",
            )
            await self.session.client.change_service(service.id, change, version=service.version)
            return True

        price, *others = _priced()
        fields = [price, Field("name", _("Prestation"), required=True), *others, Field("active", _("En vente"), "flag")]
        values = {
            "price": str(service.price.minor),
            "name": service.name,
            "vat_basis_points": str(service.vat_basis_points),
            "accounting_code": service.accounting_code,
            "active": "yes" if service.active else "no",
        }
        intro = _("Ce qui est déjà sur un dossier garde son prix.")
        self.ask_then(
            Ask(service.name, fields, send, today=self.session.today, values=values, intro=intro),
            _("Prestation modifiée."),
        )


def _priced() -> list[Field]:
    return [
        Field("price", _("Prix TTC"), "money", required=True),
        Field("vat_basis_points", _("TVA"), "choice", choices=lambda _answers: choices(VAT), required=True),
        Field("accounting_code", _("Compte")),
    ]


def _row(service: Service) -> Row:
    tone = "" if service.active else "muted"
    return Row(
        str(service.id),
        (
            Cell("" if service.active else "✗", "muted"),
            Cell(service.name, tone),
            Cell(label(PRODUCT_TYPE, service.product_type), tone),
            Cell(money(service.price), tone),
            Cell(label(UNIT_SHORT, service.unit), "muted"),
            Cell(label(VAT, str(service.vat_basis_points)), "muted"),
            Cell(service.accounting_code, "muted"),
        ),
    )
