"""What a handler is given: who stands at the desk, of which centre, with the route's right already checked."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Request
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.exceptions import NotAuthorizedException
from litestar.params import FromPath, HeaderParameter

from infra.actor import Actor
from infra.clock import today
from infra.errors import Conflict, Invalid, NotFound
from server.addresses import client_address
from server.context import request_id
from tenants.accounts.operations import Session, actor_in, authenticate, network_actor
from tenants.centres.rules import CentreRef, require_open

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

HttpRequest = Request[Session | None, str, State]


class PreconditionMissing(Invalid):
    """An edit must say which version it edits: send the ETag you read in If-Match."""

    code = "precondition_missing"


class CentreUnknown(NotFound):
    """There is no such centre for this account."""

    code = "not_found"


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """A place at a centre's desk: the handler's first argument to every operation and query."""

    centre_id: UUID
    slug: str
    time_zone: str
    today: date
    actor: Actor


class NetworkDesk(msgspec.Struct, frozen=True, kw_only=True):
    """A place at the network's desk."""

    actor: Actor


def bearer(request: HttpRequest) -> str:
    """Return the bearer token of a request.

    Raises:
        NotAuthorizedException: there is none.
    """
    # Straight from the scope: making all headers readable costs more than the rest of this.
    sent = next((value for name, value in request.scope["headers"] if name == b"authorization"), b"")
    scheme, _, token = sent.decode("latin-1").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotAuthorizedException("log in first: Authorization: Bearer <token>")
    return token.strip()


async def provide_session(request: HttpRequest) -> Session:
    """Authenticate the request.

    Raises:
        NotAuthorizedException: no token, or one that is unknown, expired or revoked.
    """
    session = await authenticate(bearer(request))
    if session is None:
        raise NotAuthorizedException("this token is unknown, has expired or was revoked: log in again")
    return session


def centre_of(session: Session, slug: str) -> CentreRef | None:
    """Return the centre of that slug as the session knows it; None where the account has no role there."""
    place = session.place(slug)
    if place is None or not (place.centre_id and place.centre_name and place.centre_state and place.time_zone):
        return None
    return CentreRef(
        id=place.centre_id, slug=slug, name=place.centre_name, state=place.centre_state, time_zone=place.time_zone
    )


async def provide_desk(request: HttpRequest, centre_slug: FromPath[str]) -> Desk:
    """Seat the caller at a centre's desk and check the right that the route's `opt` names.

    Raises:
        NotAuthorizedException: not logged in.
        CentreUnknown: no such centre, or the account has no role there: the two look the same.
        RightMissing: it has a role there, without the right.
        CentreSuspended: the route changes something and the centre may only read.
    """
    session = await provide_session(request)
    # What the session says of the centre is as old as the session: two seconds at most, and no question to the database.
    centre, actor = centre_of(session, centre_slug), await actor_in(session, centre_slug)
    if centre is None or actor is None:
        raise CentreUnknown()
    actor = msgspec.structs.replace(actor, address=client_address(request), request_id=request_id())
    actor.require(request.route_handler.opt["right"])
    if request.method not in SAFE_METHODS:
        require_open(centre)
    return Desk(
        centre_id=centre.id,
        slug=centre.slug,
        time_zone=centre.time_zone,
        today=today(centre.time_zone),
        actor=actor,
    )


async def provide_network(request: HttpRequest) -> NetworkDesk:
    """Seat the caller at the network's desk and check the route's right.

    Raises:
        NotAuthorizedException: not logged in.
        CentreUnknown: the account has no role in the network.
        RightMissing: it has one, without the right.
    """
    actor = await network_actor(await provide_session(request))
    if actor is None:
        raise CentreUnknown()
    actor = msgspec.structs.replace(actor, address=client_address(request), request_id=request_id())
    actor.require(request.route_handler.opt["right"])
    return NetworkDesk(actor=actor)


async def provide_if_match(named: Annotated[str | None, HeaderParameter(name="If-Match")] = None) -> int:
    """Read the version that an edit names.

    Raises:
        PreconditionMissing: there is no If-Match.
        Conflict: it is not an ETag of ours.
    """
    if named is None:
        raise PreconditionMissing()
    bare = named.strip().removeprefix("W/").strip('"')
    if not bare.isdigit() or len(bare) > 18:
        raise StaleTag("If-Match is not an ETag that was given out")
    return int(bare)


class StaleTag(Conflict):
    """If-Match names no version that ever was."""

    code = "stale_version"


AtDesk = NamedDependency[Desk]
"""`desk: AtDesk`: the caller's place at a centre's desk."""

AtNetwork = NamedDependency[NetworkDesk]
"""`network: AtNetwork`: the caller's place at the network's desk."""

LoggedIn = NamedDependency[Session]
"""`session: LoggedIn`: whoever the token speaks for."""

IfMatch = NamedDependency[int]
"""`if_match: IfMatch`: the version that an edit names."""
