"""Services and dossiers for tests, made by the real operations."""

from datetime import date, timedelta
from itertools import count
from uuid import UUID

from billing.catalogue.operations import NewService, add_service
from billing.catalogue.rules import Service
from billing.dossiers.lines import NewLine
from billing.dossiers.operations import DossierRef, open_dossier
from billing.money import Money
from billing.quotes.acceptance import Accepted, accept_quote
from billing.quotes.operations import QuoteSending, send_quote
from billing.quotes.queries import Quote
from infra.actor import Actor, job
from tenants.stays.operations import create_stay
from tenants.stays.rules import HeadCounts, NewStayFields
from tests.factories.clients import an_organisation

TESTER = job("tests")
_number = count(1)


async def a_service(centre_id: UUID, *, price_minor: int = 4_150, actor: Actor = TESTER, **over: object) -> Service:
    """Put a service on the catalogue: full board at 41.50 € a person and night unless said."""
    values: dict[str, object] = {
        "name": f"Pension complète {next(_number)}",
        "product_type": "lodging",
        "unit": "person_night",
        "price": Money(price_minor),
        "vat_basis_points": 1000,
        **over,
    }
    return await add_service(centre_id, NewService(**values), actor=actor)  # type: ignore[arg-type]


async def a_dossier(
    centre_id: UUID,
    *,
    client_id: UUID | None = None,
    arrival: date | None = None,
    nights: int = 3,
    counts: HeadCounts | None = None,
    price_minor: int = 10_000,
    actor: Actor = TESTER,
) -> DossierRef:
    """Open a dossier of a school (48 teenagers, 4 adults) with one « divers » line of 100 € unless said."""
    if client_id is None:
        client_id = (await an_organisation(centre_id, email=f"ecole{next(_number)}@example.org")).id
    first_day = arrival or date(2027, 3, 16)
    stay = await create_stay(
        centre_id,
        NewStayFields(
            client_id=client_id,
            arrival=first_day,
            departure=first_day + timedelta(days=nights),
            counts=counts or HeadCounts(teenagers=48, adults=4),
        ),
        actor=actor,
    )
    line = NewLine(label="Divers : car depuis la gare", unit_price=Money(price_minor), vat_basis_points=1000)
    return await open_dossier(centre_id, stay.id, line, actor=actor)


async def a_sent_quote(centre_id: UUID, dossier_id: UUID, *, actor: Actor = TESTER, **over: object) -> Quote:
    """Send the dossier's lines as they stand; `over` sets fields of `QuoteSending`."""
    return await send_quote(centre_id, dossier_id, QuoteSending(**over), actor=actor)  # type: ignore[arg-type]


def token_of(url: str) -> str:
    """Return the token at the end of a page's address."""
    return url.rsplit("/", 1)[1]


async def an_accepted_dossier(
    centre_id: UUID, *, price_minor: int = 10_000, client_id: UUID | None = None
) -> tuple[DossierRef, Quote, Accepted]:
    """Open a dossier, send its quote and have the client accept it: 30 % are awaited."""
    made = await a_dossier(centre_id, price_minor=price_minor, client_id=client_id)
    quote = await a_sent_quote(centre_id, made.id)
    accepted = await accept_quote(token_of(quote.page_url), name="Mme Morel", terms="cgv-2026", address="192.0.2.7")
    return made, quote, accepted
