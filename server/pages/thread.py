"""The page of a thread: what was said, and a place to answer."""

import hashlib

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from infra.database import tenant_transaction
from infra.ids import new_id
from infra.signing import Signed, read
from server.dependencies import HttpRequest
from server.pages.form_tokens import check_holder_token, holder_token
from server.pages.languages import DESK
from server.pages.link_cookies import exchanged, token_of
from server.pages.rendering import page, place_of, say
from server.pages.visits import language_of, remember, visitor, with_language
from server.pages.words import N_, sentences
from tenants.centres.queries import centre
from tenants.centres.rules import require_open
from tenants.enquiries import queries
from tenants.enquiries.correspondence import THREAD_PURPOSE
from tenants.enquiries.operations import client_wrote
from tenants.enquiries.rules import EnquiryInvalid

FORM = "thread"
ON_THE_PAGE = N_("Nous avons bien reçu votre message.")


class ThreadController(Controller):
    """Who holds the link reads the thread and writes into it."""

    path = "/m"
    opt = {"public": True}
    include_in_schema = False

    @get("/{token:str}")
    async def enter(self, request: HttpRequest, token: FromPath[str]) -> Response[str]:
        """Exchange the link for a cookie."""
        read(THREAD_PURPOSE, token)
        return exchanged(request, "m", token)

    @get("/o/{short:str}")
    async def thread(self, request: HttpRequest, short: FromPath[str]) -> Response[str]:
        """Show the conversation."""
        return await shown(request, short, sent=request.query_params.get("sent") == "yes")

    @post("/o/{short:str}", status_code=200)
    async def write(self, request: HttpRequest, short: FromPath[str]) -> Response[str]:
        """Take the client's word into the thread, once."""
        token = token_of(request, short)
        signed = read(THREAD_PURPOSE, token)
        form = await request.form()
        check_holder_token(token, FORM, str(form.get("form_token", "")))
        text = str(form.get("text", ""))
        try:
            await written(request, signed, text, once=str(form.get("once", "")))
        except EnquiryInvalid as error:
            return await shown(request, short, text=text, refusal=error)
        path = with_language(request, f"/m/o/{short}")
        return Redirect(f"{path}{'&' if '?' in path else '?'}sent=yes#last", status_code=303)


async def written(request: HttpRequest, signed: Signed, text: str, *, once: str) -> None:
    """Take a client's word into the thread of a link; the same form sent twice is one message.

    Raises:
        EnquiryUnknown: there is no such thread.
        EnquiryInvalid: there is no text, or too much.
        CentreSuspended, CentreClosed: nobody would read it.
    """
    async with tenant_transaction(signed.centre_id, read_only=True):
        here = await centre(signed.centre_id)
        facts = await queries.enquiry(signed.centre_id, signed.subject_id)
    remember(request, here)
    require_open(here)
    digest = hashlib.sha256(f"{once}\n{text}".encode()).hexdigest()[:32]
    await client_wrote(
        signed.centre_id,
        signed.subject_id,
        text,
        external_id=f"page:{signed.subject_id}:{digest}",
        actor=visitor(request, facts.name or facts.organisation),
    )


async def shown(
    request: HttpRequest, short: str, *, text: str = "", refusal: EnquiryInvalid | None = None, sent: bool = False
) -> Response[str]:
    """Draw the thread as it stands."""
    token = token_of(request, short)
    signed = read(THREAD_PURPOSE, token)
    async with tenant_transaction(signed.centre_id, read_only=True):
        here = await centre(signed.centre_id)
        remember(request, here)
        facts = await queries.enquiry(signed.centre_id, signed.subject_id)
        said = await queries.messages(signed.centre_id, signed.subject_id, notes=False)
    language = language_of(request, preferred=facts.language)
    return page(
        "thread.html",
        language=language,
        languages=DESK,
        here=f"/m/o/{short}",
        place=place_of(here),
        status=422 if refusal else 200,
        action=with_language(request, f"/m/o/{short}"),
        form_token=holder_token(token, FORM),
        once=str(new_id()),
        facts=facts,
        said=said,
        time_zone=here.time_zone,
        is_open=here.state == "active",
        values={"text": text},
        errors=sentences(refusal.errors, language) if refusal else {},
        notice=say(language, ON_THE_PAGE) if sent else "",
    )
