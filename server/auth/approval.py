"""The page in a browser where a person approves a terminal, after having proved who they are."""

from typing import Annotated, Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

import msgspec
from babel.dates import format_datetime
from litestar import Controller, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, QueryParameter
from litestar.response import Redirect

from infra.errors import DomainError, Invalid, NotFound
from infra.settings import settings
from server.addresses import client_address
from server.auth.browser import browser_cookie, browser_of, form_token, is_own_form, language_of
from server.auth.provider import authorization_address, identity_of
from server.auth.texts import TEXTS
from server.dependencies import HttpRequest
from server.pages.rendering import NOWHERE, page
from tenants.accounts.approvals import (
    BrowserUnknown,
    DeviceRequest,
    approve,
    begin_identity,
    deny,
    device_request,
    identify_by_password,
    identify_by_provider,
    take_identity_request,
)
from tenants.accounts.secrets import new_token

PAGE: Final = "/auth/device/verify"
_STATUS: Final = {"log_in_slowed": 429, "provider_unavailable": 503}

UserCode = Annotated[str, QueryParameter(max_length=20)]


class FormExpired(Invalid):
    """A form that this browser was not shown, or that is too old."""

    code = "form_expired"


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """What the page's form sends; `step` is `identify`, `approve` or `deny`."""

    user_code: str = ""
    form_token: str = ""
    step: str = ""
    login: str = ""
    password: str = ""
    code: str = ""


class ApprovalController(Controller):
    """How a person approves a terminal, by password or through the network's identity provider."""

    path = "/auth"
    opt = {"public": True}
    include_in_schema = False

    @get("/device/verify")
    async def page(self, request: HttpRequest, user_code: UserCode = "") -> Response[str]:
        """Show who asks, from where and since when; without a code, ask for it."""
        return await shown(request, user_code)

    @post("/device/verify", status_code=200)
    async def decide(
        self,
        request: HttpRequest,
        data: Annotated[Approval, Body(media_type=RequestEncodingType.URL_ENCODED)],
    ) -> Response[str]:
        """Take one step: prove who one is, then approve or refuse."""
        try:
            outcome = await step(request, data)
        except DomainError as error:
            return await shown(request, data.user_code, error=error)
        return await shown(request, data.user_code, outcome=outcome)

    @get("/oidc/start")
    async def start(self, request: HttpRequest, user_code: UserCode) -> Response[str]:
        """Send the browser to the identity provider, on behalf of the terminal that waits for this code."""
        state, nonce, verifier, browser = new_token(), new_token(), new_token() + new_token(), browser_of(request)
        try:
            await begin_identity(user_code, browser=browser, state=state, nonce=nonce, verifier=verifier)
            address = await authorization_address(state=state, nonce=nonce, verifier=verifier)
        except DomainError as error:
            return await shown(request, user_code, error=error)
        return redirect(address, browser=browser)

    @get("/oidc/callback")
    async def callback(
        self,
        request: HttpRequest,
        code: Annotated[str, QueryParameter(max_length=4_000)] = "",
        # `state` means the application's own to Litestar.
        opaque: Annotated[str, QueryParameter(name="state", max_length=200)] = "",
        issuer: Annotated[str, QueryParameter(name="iss", max_length=1_000)] = "",
    ) -> Response[str]:
        """Come back from the identity provider; who one is is known then, and nothing is approved yet."""
        browser = browser_of(request)
        try:
            begun = await take_identity_request(opaque, browser=browser)
            if issuer and issuer != settings().oidc_issuer:
                # Another provider's answer slipped into our exchange (RFC 9207).
                raise BrowserUnknown()
            identity = await identity_of(code, nonce=begun.nonce, verifier=begun.verifier)
            await identify_by_provider(
                begun.user_code, issuer=identity.issuer, subject=identity.subject, browser=browser
            )
        except DomainError as error:
            return await shown(request, "", error=error)
        return redirect(f"{PAGE}?user_code={quote(begun.user_code)}", browser=browser)


async def step(request: HttpRequest, form: Approval) -> str:
    """Do what the form asks; return what the page says of it, empty while there is more to do.

    Raises:
        FormExpired: it is not a form that this browser was shown.
        DeviceCodeUnknown, BrowserUnknown, CredentialsWrong, CodeNeeded, LogInSlowed: as they say.
    """
    if not is_own_form(request, form.form_token):
        raise FormExpired()
    browser = browser_of(request)
    if form.step == "approve":
        await approve(form.user_code, browser=browser)
        return "approved"
    if form.step == "deny":
        await deny(form.user_code, browser=browser)
        return "denied"
    await identify_by_password(
        form.user_code,
        form.login,
        form.password,
        code=form.code or None,
        browser=browser,
        address=client_address(request),
    )
    return ""


async def shown(
    request: HttpRequest, user_code: str, *, error: DomainError | None = None, outcome: str = ""
) -> Response[str]:
    """Draw the page as it stands for this browser."""
    browser, language = browser_of(request), language_of(request)
    asked: DeviceRequest | None = None
    if user_code and not outcome:
        try:
            asked = await device_request(user_code, browser=browser)
        except NotFound as unknown:
            error = error or unknown
    code = None if error is None else error.code
    return page(
        "device.html",
        language=language,
        place=NOWHERE,
        status=200 if error is None else _STATUS.get(error.code, 404 if isinstance(error, NotFound) else 400),
        # No script: whoever could bring one in would hold a session.
        policy={"script-src": "'none'"},
        cookies=[browser_cookie(browser)],
        t=TEXTS[language],
        error=code if code is None or code in TEXTS[language] else "form_expired",
        outcome=outcome,
        asked=asked,
        asked_at="" if asked is None else _instant(asked, language),
        form_token=form_token(browser),
        has_provider=bool(settings().oidc_issuer and settings().oidc_client_id),
    )


def redirect(address: str, *, browser: str) -> Redirect:
    """Send the browser on, with its cookie."""
    return Redirect(address, status_code=303, headers={"Cache-Control": "no-store"}, cookies=[browser_cookie(browser)])


def _instant(asked: DeviceRequest, language: str) -> str:
    zone = next((place.time_zone for place in asked.places if place.time_zone), "Europe/Paris")
    return str(format_datetime(asked.created_at, "long", tzinfo=ZoneInfo(zone), locale=language))
