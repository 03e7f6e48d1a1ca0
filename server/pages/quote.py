"""The page of a quote: read it, ask about it, accept it, refuse it."""

from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from billing.quotes.acceptance import (
    PURPOSE,
    QuotePage,
    accept_quote,
    quote_page,
    quote_pdf,
    refuse_quote,
)
from billing.quotes.printing import sheet
from billing.quotes.rules import AcceptanceInvalid, Snapshot
from billing.sale_terms.queries import current_terms
from infra.database import tenant_transaction
from infra.errors import Conflict, Invalid
from infra.ids import new_id
from infra.signing import Signed, read
from server.addresses import client_address
from server.dependencies import HttpRequest
from server.pages.form_tokens import check_holder_token, holder_token
from server.pages.languages import DESK
from server.pages.link_cookies import exchanged, token_of
from server.pages.rendering import page, place_of, say
from server.pages.thread import written
from server.pages.visits import language_of, remember, with_language
from server.pages.words import N_, sentences
from tenants.centres.queries import centre
from tenants.enquiries.rules import EnquiryInvalid

FORM: Final = "quote"
TERMS: Final = "CGV Halte 2026-11"
"""The name of the usual terms of sale, which `quote_terms.html` prints where a centre has none of its own: kept with the
acceptance."""
ASKED: Final = N_("Votre question est partie. Nous vous répondons par e-mail.")
REFUSED: Final = N_("Votre refus est noté. Merci de nous l'avoir dit.")


class QuoteController(Controller):
    """Who holds the link reads this version, and answers it."""

    path = "/q"
    opt = {"public": True}
    include_in_schema = False

    @get("/{token:str}")
    async def enter(self, request: HttpRequest, token: FromPath[str]) -> Response[str]:
        """Exchange the link for a cookie."""
        read(PURPOSE, token)
        return exchanged(request, "q", token)

    @get("/o/{short:str}")
    async def quote(self, request: HttpRequest, short: FromPath[str]) -> Response[str]:
        """Show the version, and what became of it."""
        said = {"asked": ASKED, "refused": REFUSED}.get(request.query_params.get("said", ""), "")
        return await shown(request, short, notice=said)

    @get("/o/{short:str}/pdf")
    async def pdf(self, request: HttpRequest, short: FromPath[str]) -> Response[bytes]:
        """Give the PDF that was mailed, byte for byte."""
        token = token_of(request, short)
        offer = (await quote_page(token)).offer
        name = f"devis-{offer.dossier_number}-v{offer.number}.pdf"
        return Response(
            await quote_pdf(token),
            media_type="application/pdf",
            headers={"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"},
        )

    @post("/o/{short:str}/acceptance", status_code=200)
    async def accept(self, request: HttpRequest, short: FromPath[str]) -> Response[str]:
        """Accept, once: pressed twice it is accepted once."""
        token, form = await sent_form(request, short)
        try:
            await accept_quote(
                token,
                name=form.get("name", ""),
                terms=TERMS if form.get("terms") else "",
                address=client_address(request),
                terms_id=_terms_id(form.get("terms_id", "")),
            )
        except AcceptanceInvalid as error:
            return await shown(request, short, values=form, refusal=error)
        except Conflict:
            # Replaced, expired, or answered meanwhile: the page says which, and what to do.
            return await shown(request, short, status=409)
        return led_on(request, short)

    @post("/o/{short:str}/refusal", status_code=200)
    async def refuse(self, request: HttpRequest, short: FromPath[str]) -> Response[str]:
        """Refuse, with a word."""
        token, form = await sent_form(request, short)
        try:
            await refuse_quote(token, word=form.get("word", ""), address=client_address(request))
        except Conflict:
            return await shown(request, short, status=409)
        return led_on(request, short, "refused")

    @post("/o/{short:str}/question", status_code=200)
    async def ask(self, request: HttpRequest, short: FromPath[str]) -> Response[str]:
        """Ask into the thread, once."""
        token, form = await sent_form(request, short)
        found = await quote_page(token)
        if found.enquiry_id is None:
            return await shown(request, short, status=409)
        thread = Signed(centre_id=found.centre_id, subject_id=found.enquiry_id, expires_at=None)
        try:
            await written(request, thread, form.get("text", ""), once=form.get("once", ""))
        except EnquiryInvalid as error:
            return await shown(request, short, values=form, refusal=error)
        return led_on(request, short, "asked")


async def sent_form(request: HttpRequest, short: str) -> tuple[str, dict[str, str]]:
    """Return the token and the form that were sent.

    Raises:
        LinkForgotten, FormExpired: they are not this browser's.
    """
    token = token_of(request, short)
    sent = await request.form()
    form = {name: value.replace("\0", "") for name, value in sent.items() if isinstance(value, str)}
    check_holder_token(token, FORM, form.get("form_token", ""))
    return token, form


def led_on(request: HttpRequest, short: str, said: str = "") -> Redirect:
    """Lead back to the page, so that reloading it sends nothing again."""
    path = with_language(request, f"/q/o/{short}")
    query = f"{'&' if '?' in path else '?'}said={said}" if said else ""
    return Redirect(path + query, status_code=303)


async def shown(
    request: HttpRequest,
    short: str,
    *,
    values: dict[str, str] | None = None,
    refusal: Invalid | None = None,
    notice: str = "",
    status: int = 200,
) -> Response[str]:
    """Draw the quote as it stands."""
    token = token_of(request, short)
    found = await quote_page(token)
    remember(request, found.offer.centre)
    async with tenant_transaction(found.centre_id, read_only=True):
        here = await centre(found.centre_id)
        terms = await current_terms(found.centre_id)
    language = language_of(request, preferred=found.offer.client.language)
    return page(
        "quote.html",
        language=language,
        languages=DESK,
        here=f"/q/o/{short}",
        place=place_of(found.offer.centre),
        status=422 if refusal else status,
        form_token=holder_token(token, FORM),
        once=str(new_id()),
        found=found,
        accepted_day=found.accepted_at.astimezone(ZoneInfo(here.time_zone)).date() if found.accepted_at else None,
        offer=found.offer,
        sheet=sheet(_in_language(found.offer, language)),
        state=page_state(found),
        address={
            name: with_language(request, f"/q/o/{short}/{name}") for name in ("acceptance", "refusal", "question")
        },
        pdf=f"/q/o/{short}/pdf",
        terms=terms,
        terms_day=terms.from_day if terms else None,
        slug=here.slug,
        values=values or {},
        errors=sentences(refusal.errors, language) if refusal else {},
        notice=say(language, notice) if notice else "",
    )


def _terms_id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        # Made by hand: no version of anything, so never the one in force.
        return UUID(int=0)


def page_state(found: QuotePage) -> str:
    """Return what the page is about: the version's state, or that its centre sells nothing now."""
    return "closed" if found.state == "sent" and not found.centre_open else found.state


def _in_language(offer: Snapshot, language: str) -> Snapshot:
    return msgspec.structs.replace(offer, client=msgspec.structs.replace(offer.client, language=language))
