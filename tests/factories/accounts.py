"""Users for tests, added and logged in by the real operations."""

from itertools import count
from typing import TypedDict, Unpack
from uuid import UUID

import msgspec

from infra.actor import Actor, ActorKind
from infra.database import system_transaction
from tenants.accounts.operations import actor_in, add_network_user, add_user, authenticate, network_actor
from tenants.accounts.rights import RIGHTS
from tenants.accounts.sessions import open_session
from tenants.centres.rules import CentreRef
from tests.factories.centres import NETWORK

PASSWORD = "un mot de passe de test"
_numbers = count(1)


class Person(TypedDict):
    """What every user has."""

    login: str
    name: str
    email: str


class Over(TypedDict, total=False):
    """What a test may say of a user."""

    login: str
    name: str
    email: str
    password: str | None
    public_key: str | None
    language: str
    first_start_done: bool


class TestUser(msgspec.Struct, frozen=True, kw_only=True):
    """A user and a live session of theirs."""

    __test__ = False

    id: UUID
    login: str
    name: str
    access_token: str
    refresh_token: str

    @property
    def headers(self) -> dict[str, str]:
        """What the API wants to hear from this user."""
        return {"Authorization": f"Bearer {self.access_token}"}


async def a_user(centre: CentreRef, role: str = "réception", **over: Unpack[Over]) -> TestUser:
    """Add a user to a centre and log them in; `over` sets arguments of `add_user` (`password=PASSWORD` to have one)."""
    fields = _person(over)
    added = await add_user(centre.id, role=role, actor=NETWORK, **fields)
    return await logged_in(added.id, fields["login"], fields["name"])


async def a_network_user(role: str = "network_admin", **over: Unpack[Over]) -> TestUser:
    """Add a user to the network and log them in."""
    fields = _person(over)
    added = await add_network_user(role=role, actor=NETWORK, **fields)
    return await logged_in(added.id, fields["login"], fields["name"])


async def logged_in(account_id: UUID, login: str, name: str) -> TestUser:
    """Open one more session of an account, without any proof."""
    async with system_transaction():
        issued = await open_session(account_id, method="password", address="127.0.0.1")
    return TestUser(
        id=account_id,
        login=login,
        name=name,
        access_token=issued.access_token,
        refresh_token=issued.refresh_token,
    )


async def actor_of(user: TestUser, centre: CentreRef | None = None) -> Actor:
    """Return who a user is in a centre, or in the network."""
    session = await authenticate(user.access_token)
    assert session is not None
    actor = await network_actor(session) if centre is None else await actor_in(session, centre.slug)
    assert actor is not None
    return actor


async def an_actor(centre: CentreRef, role: str = "réception", **over: Unpack[Over]) -> Actor:
    """Add a user to a centre and return who they are there."""
    return await actor_of(await a_user(centre, role, **over), centre)


def someone(*rights: str) -> Actor:
    """Return an actor with exactly these rights, of no account: for tests of one operation."""
    unknown = set(rights) - RIGHTS.keys()
    assert not unknown, f"no such right: {unknown}"
    return Actor(kind=ActorKind.STAFF, name="Camille Test", rights=frozenset(rights), address="tests")


def _person(over: Over) -> Over:
    number = next(_numbers)
    person: Over = {
        "login": f"user{number}",
        "name": f"Personne {number}",
        "email": f"user{number}@staff.example",
        "first_start_done": True,
    }
    return {**person, **over}
