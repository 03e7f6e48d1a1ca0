"""The page of a payment link: what is to pay, by card on the hosted page, or by transfer."""

from typing import Final
from urllib.parse import urlsplit

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from billing.payments.checkout import open_payment_link
from billing.payments.links import PURPOSE, PaymentPage, part_word, payment_page
from billing.payments.rules import LinkState
from infra.database import tenant_transaction
from infra.errors import Unavailable
from infra.settings import settings
from infra.signing import read
from server.dependencies import HttpRequest
from server.pages.form_tokens import check_holder_token, holder_token
from server.pages.languages import DESK
from server.pages.link_cookies import exchanged, token_of
from server.pages.rendering import page, place_of, say
from server.pages.visits import language_of, remember, with_language
from server.pages.words import N_
from tenants.centres.queries import centre
from tenants.centres.rules import Centre

FORM: Final = "payment"
STRIPE_PAGES: Final = "https://checkout.stripe.com"
PATIENCE: Final = 20
"""After so many looks the page that waits for the bank stops asking by itself."""
NOT_ANSWERING: Final = N_("Le paiement par carte ne répond pas. Rien n'a été débité : réessayez dans quelques minutes.")


class PaymentController(Controller):
    """Who holds the link may pay; nothing here says « paid » but the ledger."""

    path = "/p"
    opt = {"public": True}
    include_in_schema = False

    @get("/{token:str}")
    async def enter(self, request: HttpRequest, token: FromPath[str]) -> Response[str]:
        """Exchange the link for a cookie."""
        read(PURPOSE, token)
        return exchanged(request, "p", token)

    @get("/{token:str}/return")
    async def come_back(self, request: HttpRequest, token: FromPath[str]) -> Response[str]:
        """Come back from the hosted page, whatever happened there."""
        read(PURPOSE, token)
        return exchanged(request, "p", token, rest="/return")

    @get("/o/{short:str}")
    async def payment(self, request: HttpRequest, short: FromPath[str]) -> Response[str]:
        """Show what is to pay, or why nothing is."""
        return await shown(request, short)

    @post("/o/{short:str}", status_code=200)
    async def pay(self, request: HttpRequest, short: FromPath[str]) -> Response[str]:
        """Check everything again and lead to the hosted page; pressed twice it is one session."""
        token = token_of(request, short)
        form = await request.form()
        check_holder_token(token, FORM, str(form.get("form_token", "")))
        try:
            opened = await open_payment_link(token)
        except Unavailable:
            return await shown(request, short, notice=NOT_ANSWERING, status=503)
        if not opened.checkout_url:
            return await shown(request, short, status=409)
        return Redirect(opened.checkout_url, status_code=303, headers={"Cache-Control": "no-store"})

    @get("/o/{short:str}/return")
    async def returned(self, request: HttpRequest, short: FromPath[str]) -> Response[str]:
        """Say what the ledger says: « received » only when it is."""
        found, here, language = await opened_page(request, short)
        looked = request.query_params.get("n", "0")
        looks = int(looked) + 1 if looked.isascii() and looked.isdigit() and len(looked) < 4 else 1
        waiting = found.state in (LinkState.PAYABLE, LinkState.PROCESSING)
        path = with_language(request, f"/p/o/{short}")
        return page(
            "payment_return.html",
            language=language,
            place=place_of(here),
            found=found,
            waiting=waiting,
            refresh=f"{path.replace(short, short + '/return')}{'&' if '?' in path else '?'}n={looks}"
            if waiting and looks <= PATIENCE
            else "",
            seconds=2 if looks < 8 else 8,
            back=path,
            what=part_word(found.part, nature=found.nature, language=language),
        )


async def opened_page(request: HttpRequest, short: str) -> tuple[PaymentPage, Centre, str]:
    """Return what a link's page shows, its centre and the reader's language.

    Raises:
        LinkForgotten, LinkInvalid, LinkExpired: there is nothing to show.
    """
    found = await payment_page(token_of(request, short))
    async with tenant_transaction(found.centre_id, read_only=True):
        here = await centre(found.centre_id)
    remember(request, here)
    return found, here, language_of(request, preferred=found.language)


async def shown(request: HttpRequest, short: str, *, notice: str = "", status: int = 200) -> Response[str]:
    """Draw the page as things stand."""
    found, here, language = await opened_page(request, short)
    return page(
        "payment.html",
        language=language,
        languages=DESK,
        here=f"/p/o/{short}",
        place=place_of(here),
        status=status,
        # The form leads on to the hosted page, and browsers hold the redirect to the policy too.
        policy={"form-action": f"'self' {hosted_pages()}"},
        action=with_language(request, f"/p/o/{short}"),
        form_token=holder_token(token_of(request, short), FORM),
        found=found,
        centre=here,
        iban=" ".join(here.iban[place : place + 4] for place in range(0, len(here.iban), 4)),
        what=part_word(found.part, nature=found.nature, language=language),
        notice=say(language, notice) if notice else "",
    )


def hosted_pages() -> str:
    """Return the origins that hosted payment pages are on: Stripe's, and the simulator's where it plays Stripe."""
    base = urlsplit(settings().stripe_api_base)
    return f"{base.scheme}://{base.netloc}" if base.netloc else STRIPE_PAGES
