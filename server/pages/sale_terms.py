"""A centre's own terms of sale: a page for each version, whose address stays."""

from litestar import Controller, Response, get
from litestar.params import FromPath

from billing.sale_terms.queries import current_terms, terms_numbered
from billing.sale_terms.rules import SaleTermsUnknown
from infra.database import tenant_transaction
from server.dependencies import HttpRequest
from server.pages.languages import DESK
from server.pages.rendering import page, place_of
from server.pages.visits import centre_at, language_of

LARGEST = 2**31 - 1


class SaleTermsController(Controller):
    """Anybody may read them."""

    path = "/c/{centre_slug:str}/terms"
    opt = {"public": True}
    include_in_schema = False

    @get("/")
    async def current(self, request: HttpRequest, centre_slug: FromPath[str]) -> Response[str]:
        """Show the version in force."""
        return await shown(request, centre_slug)

    @get("/{number:int}")
    async def numbered(self, request: HttpRequest, centre_slug: FromPath[str], number: FromPath[int]) -> Response[str]:
        """Show a version, in force or not."""
        return await shown(request, centre_slug, number)


async def shown(request: HttpRequest, slug: str, number: int | None = None) -> Response[str]:
    """Draw a version; the one in force where none is named.

    Raises:
        CentreUnknown, SaleTermsUnknown: there is nothing to show.
    """
    language = language_of(request)
    here = await centre_at(request, slug)
    async with tenant_transaction(here.id, read_only=True):
        newest = await current_terms(here.id)
        if newest is None or not 0 < (number or newest.number) <= LARGEST:
            raise SaleTermsUnknown
        terms = newest if number is None else await terms_numbered(here.id, number)
    return page(
        "sale_terms.html",
        language=language,
        languages=DESK,
        here=f"/c/{here.slug}/terms/{terms.number}",
        place=place_of(here),
        terms=terms,
        terms_day=terms.from_day,
        newer=newest.number if newest.number != terms.number and terms.from_day <= newest.from_day else 0,
        slug=here.slug,
    )
