"""The browser that a log-in goes through: its cookie, its language, and the token of its forms."""

import hashlib
import hmac
from typing import Literal

from litestar.datastructures import Cookie

from infra.settings import settings
from server.dependencies import HttpRequest
from tenants.accounts.secrets import new_token

COOKIE_SECONDS = 1_800
Language = Literal["fr", "en"]


def cookie_name() -> str:
    """Return the cookie's name: where there is TLS, one that no other host or path can have set."""
    return "__Host-halte_browser" if _secure() else "halte_browser"


def browser_of(request: HttpRequest) -> str:
    """Return what the browser's cookie says, or a new value where it has none."""
    return request.cookies.get(cookie_name()) or new_token()


def browser_cookie(browser: str) -> Cookie:
    """Make the cookie. Lax, since the provider sends the browser back from another site."""
    return Cookie(
        key=cookie_name(),
        value=browser,
        path="/",
        max_age=COOKIE_SECONDS,
        secure=_secure(),
        httponly=True,
        samesite="lax",
    )


def form_token(browser: str) -> str:
    """Return what our own form says and a form of another site cannot know."""
    return hmac.new(browser.encode(), b"halte approval form", hashlib.sha256).hexdigest()


def is_own_form(request: HttpRequest, token: str) -> bool:
    """Say whether a form that was sent is one that this browser was shown."""
    browser = request.cookies.get(cookie_name())
    return browser is not None and hmac.compare_digest(form_token(browser), token)


def language_of(request: HttpRequest) -> Language:
    """Return French unless the browser asks for English before it."""
    for part in request.headers.get("accept-language", "").split(","):
        primary = part.strip()[:2].lower()
        if primary == "fr":
            return "fr"
        if primary == "en":
            return "en"
    return "fr"


def _secure() -> bool:
    return settings().public_url.startswith("https://")
