"""Who visits a page: of which centre, in which language, from where."""

from collections.abc import Sequence

from infra.actor import Actor, ActorKind
from infra.database import tenant_transaction
from server.addresses import client_address
from server.context import request_id
from server.dependencies import CentreUnknown, HttpRequest
from server.pages.languages import DESK, chosen
from server.pages.rendering import HasPlace, place_of
from tenants.centres.queries import by_slug, centre
from tenants.centres.rules import Centre


async def centre_at(request: HttpRequest, slug: str) -> Centre:
    """Return the centre of an address; from then on pages of refusal show whose page it was.

    Raises:
        CentreUnknown: there is none.
    """
    found = await by_slug(slug)
    if found is None:
        raise CentreUnknown()
    async with tenant_transaction(found.id, read_only=True):
        here = await centre(found.id)
    remember(request, here)
    request.state["framed_by"] = here.embed_origins if "/embed" in request.url.path else []
    return here


def remember(request: HttpRequest, here: HasPlace) -> None:
    """Note whose page is asked for, so that a refusal is said in that centre's name."""
    request.state["place"] = place_of(here)


def language_of(request: HttpRequest, *, offered: Sequence[str] = DESK, preferred: str = "") -> str:
    """Return the language to answer in; pages of refusal follow it."""
    language = chosen(
        request.query_params.get("lang", ""),
        accepted=request.headers.get("accept-language", ""),
        offered=offered,
        preferred=preferred,
    )
    request.state["language"] = language
    return language


def with_language(request: HttpRequest, path: str) -> str:
    """Return a path that keeps the language the reader clicked."""
    asked = request.query_params.get("lang", "")
    return f"{path}?lang={asked}" if asked.isalpha() and len(asked) == 2 else path


def visitor(request: HttpRequest, name: str, *, kind: ActorKind = ActorKind.CLIENT) -> Actor:
    """Return who acts on a page: a name as they gave it, no right but what the page itself allows."""
    return Actor(
        kind=kind,
        name=" ".join(name.split())[:200] or "client",
        address=client_address(request),
        request_id=request_id(),
    )
