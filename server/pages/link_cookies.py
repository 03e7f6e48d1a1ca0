"""A link's token is exchanged on the first visit for a cookie bound to one path: it leaves the address bar, and the history.

`/q/TOKEN` sets the cookie and leads to `/q/o/SHORT`, where the short name is a digest of the token. The link in the mail
works again and again; what it opened can be opened by nobody who only saw the address.
"""

import hashlib
from base64 import urlsafe_b64encode
from typing import Final

from litestar.datastructures import Cookie
from litestar.response import Redirect

from infra.errors import NotFound
from infra.settings import settings
from server.dependencies import HttpRequest

SECONDS: Final = 12 * 3_600


class LinkForgotten(NotFound):
    """This browser does not know the page any more: open the link of our message again."""

    code = "link_forgotten"


def short_name(token: str) -> str:
    """Return the name under which a token's page stands: it says nothing of the token."""
    return urlsafe_b64encode(hashlib.sha256(token.encode()).digest()[:12]).decode()


def exchanged(request: HttpRequest, area: str, token: str, *, rest: str = "", seconds: int = SECONDS) -> Redirect:
    """Lead to the page of a token that was found good, with its cookie.

    Args:
        request: for the language that the reader chose.
        area: the first part of the path (`q`, `t/bayeux`).
        token: the link's.
        rest: of the path, as in `/return`.
        seconds: how long the cookie lives.
    """
    path = f"/{area}/o/{short_name(token)}"
    language = request.query_params.get("lang", "")
    query = f"?lang={language}" if language.isalpha() else ""
    cookie = Cookie(
        key=_cookie_name(),
        value=token,
        path=path,
        max_age=seconds,
        secure=_secure(),
        httponly=True,
        # Lax: the payer comes back from the payment page, which is another site.
        samesite="lax",
    )
    return Redirect(f"{path}{rest}{query}", status_code=303, headers={"Cache-Control": "no-store"}, cookies=[cookie])


def token_of(request: HttpRequest, short: str) -> str:
    """Return the token that this browser holds for a page.

    Raises:
        LinkForgotten: it holds none, or another page's.
    """
    token = request.cookies.get(_cookie_name(), "")
    if not token or short_name(token) != short:
        raise LinkForgotten()
    return token


def _secure() -> bool:
    return settings().public_url.startswith("https://")


def _cookie_name() -> str:
    return "__Secure-halte_link" if _secure() else "halte_link"
