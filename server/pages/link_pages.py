"""A page that a link opens, about one stay: what those of the leader, of the guests and of the surveys have in common."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypedDict

import msgspec
from litestar.response import Redirect

from infra.actor import Actor, ActorKind
from infra.database import tenant_transaction
from infra.errors import DomainError
from infra.signing import Signed
from server.dependencies import HttpRequest
from server.pages.form_tokens import check_holder_token, holder_token
from server.pages.link_cookies import token_of
from server.pages.rendering import Place, place_of, say
from server.pages.visits import language_of, remember, visitor, with_language
from server.pages.words import sentences
from tenants.centres.queries import centre
from tenants.centres.rules import Centre, require_open


class Frame(TypedDict):
    """What `page` and every template of such a page want."""

    language: str
    languages: Sequence[str]
    here: str
    place: Place
    status: int
    form_token: str
    is_open: bool
    errors: Mapping[str, str]
    notice: str


class LinkPage(msgspec.Struct, frozen=True, kw_only=True):
    """One such page: where it stands, what its form is called, who reads its links, and in whose name one acts on it."""

    area: str
    form: str
    reads: Callable[[str], Signed]
    offered: Sequence[str]
    """The languages at its head."""
    sender: str
    kind: ActorKind = ActorKind.GUEST

    def language(self, request: HttpRequest, preferred: str = "") -> str:
        """Return the language to answer in: the reader's, else the client's."""
        return language_of(request, offered=self.offered, preferred=preferred)

    def link(self, request: HttpRequest, short: str) -> Signed:
        """Return the stay that this browser's page is about.

        Raises:
            LinkForgotten, LinkInvalid, LinkExpired: it is about none.
        """
        return self.reads(token_of(request, short))

    def path(self, request: HttpRequest, short: str, rest: str = "") -> str:
        """Return the page's own address, or that of a form on it, in the language that the reader clicked."""
        return with_language(request, f"/{self.area}/o/{short}{rest}")

    async def sent(self, request: HttpRequest, short: str) -> tuple[Signed, dict[str, str], Actor]:
        """Return the stay that a form is about, the form, and who sends it.

        Raises:
            LinkForgotten, LinkExpired, FormExpired: it is not this browser's, or too late.
            CentreSuspended, CentreClosed: nothing is changed there.
        """
        self.language(request)
        token = token_of(request, short)
        link = self.reads(token)
        sent = await request.form()
        form = {name: value.replace("\0", "") for name, value in sent.items() if isinstance(value, str)}
        check_holder_token(token, self.form, form.get("form_token", ""))
        async with tenant_transaction(link.centre_id, read_only=True):
            here = await centre(link.centre_id)
        remember(request, here)
        require_open(here)
        return link, form, visitor(request, self.sender, kind=self.kind)

    def led_on(self, request: HttpRequest, short: str, said: str) -> Redirect:
        """Lead back to the page, so that reloading it sends nothing again."""
        path = self.path(request, short)
        return Redirect(f"{path}{'&' if '?' in path else '?'}said={said}", status_code=303)

    def frame(
        self,
        request: HttpRequest,
        short: str,
        here: Centre,
        *,
        language: str,
        refusal: DomainError | None = None,
        errors: Mapping[str, str] | None = None,
        notice: str = "",
    ) -> Frame:
        """Return what the template gets whatever is on it; `errors` where they are not said as the refusal has them."""
        if errors is None:
            errors = sentences(refusal.errors, language) if refusal else {}
        return Frame(
            language=language,
            languages=self.offered,
            here=f"/{self.area}/o/{short}",
            place=place_of(here),
            status=422 if refusal else 200,
            form_token=holder_token(token_of(request, short), self.form),
            is_open=here.state in ("active", "provisioned"),
            errors=errors,
            notice=say(language, notice) if notice else "",
        )
