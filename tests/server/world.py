"""A centre with some of everything, next to another: where tests of wrong input knock."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import httpx

from tenants.centres.rules import CentreRef
from tests.factories.accounts import TestUser, a_network_user, a_user
from tests.factories.centres import a_centre
from tests.factories.clients import a_client
from tests.factories.dossiers import a_dossier, a_sent_quote, a_service
from tests.factories.enquiries import an_enquiry
from tests.factories.stays import a_room, a_stay
from tests.server.openapi_walk import Operation


@dataclass(frozen=True)
class World:
    """A centre with some of everything, its director, and the ids of a neighbour's things."""

    centre: CentreRef
    director: TestUser
    admin: TestUser
    ours: dict[str, UUID]
    theirs: dict[str, UUID]


async def things_of(centre: CentreRef) -> dict[str, UUID]:
    """Make one of each thing that a body or a path can name."""
    client = await a_client(centre.id)
    room = await a_room(centre.id)
    stay = await a_stay(centre.id, client_id=client.id)
    dossier = await a_dossier(centre.id)
    quote = await a_sent_quote(centre.id, dossier.id)
    service = await a_service(centre.id)
    enquiry = await an_enquiry(centre.id)
    staff = await a_user(centre, "réception")
    return {
        "client_id": client.id,
        "room_id": room.id,
        "bed_id": room.beds[0].id,
        "stay_id": stay.id,
        "dossier_id": dossier.id,
        "quote_id": quote.id,
        "service_id": service.id,
        "enquiry_id": enquiry.id,
        "user_id": staff.id,
        "subject_id": client.id,
        "stranger": staff.id,
    }


async def a_world() -> World:
    """Make two centres with some data; the test is a director of the first."""
    centre, neighbour = await a_centre(), await a_centre()
    return World(
        centre,
        await a_user(centre, "direction"),
        await a_network_user(),
        await things_of(centre),
        await things_of(neighbour),
    )


async def ask(
    api: httpx.AsyncClient,
    world: World,
    operation: Operation,
    body: bytes | None = None,
    *,
    path: str = "",
    headers: Mapping[str, bytes] | None = None,
) -> httpx.Response:
    """Ask as who may, with a version where the operation wants one; `path` where not the world's own things are meant."""
    who = world.admin if operation.path.startswith("/api/v1/network") else world.director
    every = {"If-Match": b'"1"', "Content-Type": b"application/json", **(headers or {})}
    return await api.request(
        operation.method,
        path or filled(operation.path, world.centre, world.ours),
        content=body,
        headers={
            **{name.encode(): value.encode() for name, value in who.headers.items()},
            **{name.encode(): value for name, value in every.items()},
        },
    )


def filled(path: str, centre: CentreRef, ids: dict[str, UUID]) -> str:
    """Fill a path's parameters with a centre's things."""
    values = {**{name: str(value) for name, value in ids.items()}, "centre_slug": centre.slug, "slug": "no-such-centre"}
    return re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], values["stranger"]), path)


def faults(answer: httpx.Response) -> str:
    """Say what is wrong with an answer to wrong input, or nothing: a refusal is a problem with a request id."""
    if answer.status_code >= 500:
        return f"{answer.status_code} {answer.text[:300]}"
    if answer.status_code >= 400:
        kind = answer.headers.get("content-type", "")
        if kind != "application/problem+json":
            return f"{answer.status_code} as {kind}"
        problem = answer.json()
        if not problem["code"] or not problem["request_id"] or problem["status"] != answer.status_code:
            return f"a problem that says too little: {answer.text[:300]}"
    return ""
