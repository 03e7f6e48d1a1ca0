"""Provisioning: one act, once; and the states a centre goes through."""

import asyncio
from typing import cast
from uuid import UUID

import pytest

from infra.database import fetch_value, network_transaction, relay_transaction, tenant_transaction
from infra.errors import RightMissing, StaleVersion
from tenants.accounts.operations import log_in
from tenants.accounts.queries import roles, users
from tenants.accounts.rules import LoginTaken
from tenants.centres import queries
from tenants.centres.operations import Provisioned, StateMoveRefused, change_centre, change_state, provision
from tenants.centres.queries import by_slug, list_centres
from tenants.centres.rules import (
    MOVES,
    Administrator,
    CentreClosed,
    CentreFields,
    CentreInvalid,
    CentreNotOpened,
    CentreRef,
    CentreSuspended,
    NewCentreFields,
    State,
    require_open,
    require_public,
)
from tests.factories.accounts import PASSWORD, a_user, an_actor, someone
from tests.factories.centres import NETWORK, a_centre

pytestmark = pytest.mark.usefixtures("pools")

STATES: tuple[State, ...] = ("provisioned", "active", "suspended", "closed")


def bayeux(slug: str, **over: object) -> NewCentreFields:
    fields: dict[str, object] = {
        "slug": slug,
        "name": "Centre de Bayeux",
        "town": "Bayeux",
        "email": "accueil@bayeux.example",
        "administrator": Administrator(login=f"head-{slug}", name="Marie Le Goff", password=PASSWORD),
        **over,
    }
    return NewCentreFields(**fields)  # type: ignore[arg-type]


async def facts(kind: str, subject_id: UUID) -> int:
    async with relay_transaction():
        return cast(
            "int",
            await fetch_value("SELECT count(*) FROM outbox WHERE kind = $1 AND subject_id = $2", kind, subject_id),
        )


async def test_one_act_makes_the_centre_its_roles_and_its_first_administrator() -> None:
    made = await provision(bayeux("one-act"), actor=someone("centre.provision"))

    async with tenant_transaction(made.centre_id, read_only=True):
        whole = await queries.centre(made.centre_id)
        supplied = [role.name for role in await roles(made.centre_id) if role.supplied]
        people = await users(made.centre_id)
    assert made.created
    assert (whole.state, whole.sender_name, whole.legal_name) == ("active", "Centre de Bayeux", "Centre de Bayeux")
    assert (whole.deposit_basis_points, whole.deposit_nature, whole.option_days) == (3000, "acompte", 14)
    assert sorted(supplied) == ["commercial", "comptabilité", "direction", "réception"]
    assert [(user.login, user.role) for user in people] == [("head-one-act", "direction")]
    assert (await log_in("head-one-act", PASSWORD, centre_slug="one-act", address="192.0.2.51")).access_token
    assert await facts("centres.provisioned", made.centre_id) == 1


async def test_a_second_run_says_so_and_changes_nothing() -> None:
    first = await provision(bayeux("twice"), actor=NETWORK)
    other = Administrator(login="somebody-else", name="Autre")
    second = await provision(bayeux("twice", name="Autre", town="Caen", administrator=other), actor=NETWORK)

    assert second == Provisioned(centre_id=first.centre_id, slug="twice", created=False)
    async with tenant_transaction(first.centre_id, read_only=True):
        whole, people = await queries.centre(first.centre_id), await users(first.centre_id)
    assert (whole.name, whole.town, whole.version) == ("Centre de Bayeux", "Bayeux", 1)
    assert [user.login for user in people] == ["head-twice"]
    assert await facts("centres.provisioned", first.centre_id) == 1


async def test_of_eight_at_once_one_makes_it() -> None:
    made = await asyncio.gather(*(provision(bayeux("raced"), actor=NETWORK) for _ in range(8)))
    assert sum(each.created for each in made) == 1
    assert len({each.centre_id for each in made}) == 1


async def test_what_cannot_be_right_leaves_nothing_behind() -> None:
    there = await a_user(await a_centre())
    taken = Administrator(login=there.login, name="x", email="other@staff.example")
    with pytest.raises(LoginTaken):
        await provision(bayeux("half", administrator=taken), actor=someone("centre.provision"))
    with pytest.raises(CentreInvalid) as invalid:
        await provision(bayeux("half", email="nope", siret="12345678901234", time_zone="Mars/Olympus"), actor=NETWORK)
    assert [error.pointer for error in invalid.value.errors] == ["/email", "/time_zone", "/siret"]
    for slug in ("", "Maj", "a b", "-a", "a-", "é", "a/b", "x" * 51):
        with pytest.raises(CentreInvalid):
            await provision(bayeux(slug), actor=NETWORK)
    assert await by_slug("half") is None


async def test_only_who_may_provisions_and_suspends() -> None:
    centre = await a_centre()
    head = await an_actor(centre, "direction")
    with pytest.raises(RightMissing):
        await provision(bayeux("mine"), actor=head)
    with pytest.raises(RightMissing):
        await change_state(centre.id, "suspended", reason="x", actor=head)
    assert await by_slug("mine") is None
    assert await by_slug(centre.slug) == centre


@pytest.mark.parametrize("before", STATES)
@pytest.mark.parametrize("after", STATES)
async def test_a_centre_goes_only_where_its_state_leads(before: State, after: State) -> None:
    centre = await a_centre(state="provisioned")
    path: dict[State, tuple[State, ...]] = {"active": ("active",), "suspended": ("suspended",), "closed": ("closed",)}
    for step in path.get(before, ()):
        await change_state(centre.id, step, reason="test", actor=NETWORK)
    if before == after:
        assert (await change_state(centre.id, after, reason="again", actor=NETWORK)).state == after
    elif (before, after) in MOVES:
        assert (await change_state(centre.id, after, reason="test", actor=NETWORK)).state == after
        assert await facts("centres.state_moved", centre.id) == len(path.get(before, ())) + 1
    else:
        with pytest.raises(StateMoveRefused):
            await change_state(centre.id, after, reason="test", actor=NETWORK)


@pytest.mark.parametrize(
    ("state", "staff", "public"),
    [
        ("provisioned", None, CentreNotOpened),
        ("active", None, None),
        ("suspended", CentreSuspended, CentreSuspended),
        ("closed", CentreClosed, CentreClosed),
    ],
)
def test_what_a_state_allows(state: str, staff: type[Exception] | None, public: type[Exception] | None) -> None:
    centre = CentreRef(id=UUID(int=1), slug="x", name="X", state=state, time_zone="Europe/Paris")
    for check, error in ((require_open, staff), (require_public, public)):
        if error is None:
            check(centre)
        else:
            with pytest.raises(error):
                check(centre)


async def test_particulars_are_changed_by_who_read_them_last() -> None:
    centre = await a_centre()
    head = await an_actor(centre, "direction")
    fields = CentreFields(name="Nouveau", town="Bayeux", email="a@b.example", option_days=21)
    after = await change_centre(centre.id, fields, version=1, actor=head)
    assert (after.name, after.option_days, after.version) == ("Nouveau", 21, 2)
    with pytest.raises(StaleVersion):
        await change_centre(centre.id, fields, version=1, actor=head)
    assert (await change_centre(centre.id, fields, version=2, actor=head)).version == 2
    await change_state(centre.id, "suspended", reason="x", actor=NETWORK)
    with pytest.raises(CentreSuspended):
        await change_centre(centre.id, fields, version=None, actor=head)


async def test_the_network_lists_centres_with_their_beds_and_no_more() -> None:
    centre = await a_centre(name="Compté")
    async with network_transaction():
        line = next(line for line in await list_centres() if line.slug == centre.slug)
    assert (line.name, line.state, line.plan, line.beds) == ("Compté", "active", "standard", 0)
