"""Managing users: within one's own rights, without locking oneself out, and without a hand on other centres' people."""

import asyncio

import pytest

from infra.actor import Actor
from infra.database import tenant_transaction
from infra.errors import RightMissing, StaleVersion
from tenants.accounts import queries
from tenants.accounts.key_ring import KeyThere, NoSuchKey
from tenants.accounts.operations import (
    add_key,
    add_network_user,
    add_role,
    add_user,
    change_account,
    change_role,
    change_user,
    link_identity,
    log_in,
    revoke_key,
)
from tenants.accounts.roles import RoleSupplied, RoleThere
from tenants.accounts.rules import (
    AccountInvalid,
    AccountShared,
    LastAdministrator,
    LoginTaken,
    RightsBeyondOwn,
    RoleUnknown,
    UserThere,
    UserUnknown,
)
from tenants.centres.rules import CentreRef
from tests.factories.accounts import PASSWORD, TestUser, a_user, actor_of, an_actor, someone
from tests.factories.centres import NETWORK, a_centre

pytestmark = pytest.mark.usefixtures("pools")

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJ4Yp2wSY0bTq2QkHzX0RrG2bGqJtq0rIYt4nYb1c2d poste 3"


async def listed(centre: CentreRef) -> dict[str, queries.UserLine]:
    async with tenant_transaction(centre.id, read_only=True):
        return {line.login: line for line in await queries.users(centre.id)}


async def a_managed_centre() -> tuple[CentreRef, Actor]:
    centre = await a_centre()
    return centre, await an_actor(centre, "direction", login=f"head-{centre.slug}")


async def test_a_user_is_added_with_role_password_and_key() -> None:
    centre, head = await a_managed_centre()
    added = await add_user(
        centre.id,
        " Marie.LeGoff ",
        name="Marie Le Goff",
        email="marie@staff.example",
        role="commercial",
        password=PASSWORD,
        public_key=KEY,
        actor=head,
    )
    line = (await listed(centre))["marie.legoff"]
    assert (line.id, line.version, line.role, line.state) == (added.id, 1, "commercial", "active")
    assert [(key.label, key.fingerprint) for key in line.keys] == [
        ("poste 3", "SHA256:RhVmQNRE9gsOdonxtEkOdaCorsGmJiA0orsrhjx1aR8")
    ]
    assert (await log_in("marie.legoff", PASSWORD, address="192.0.2.41")).access_token


@pytest.mark.parametrize("role", ["réception", "commercial", "comptabilité"])
async def test_only_who_manages_users_does(role: str) -> None:
    centre, _ = await a_managed_centre()
    actor, user = await an_actor(centre, role), await a_user(centre)
    refused = (
        lambda: add_user(centre.id, "x", name="x", email="", role="réception", actor=actor),
        lambda: change_user(centre.id, user.id, name="Autre", actor=actor),
        lambda: add_key(centre.id, user.id, KEY, actor=actor),
        lambda: add_role(centre.id, "r", ["desk.view"], actor=actor),
        lambda: change_account(user.id, state="disabled", actor=actor),
        lambda: add_network_user("x", name="x", email="", role="network_admin", actor=actor),
        lambda: link_identity(user.id, issuer="https://id.example", subject="1", actor=actor),
    )
    before = await listed(centre)
    for attempt in refused:
        with pytest.raises(RightMissing) as missing:
            await attempt()
        assert missing.value.facts["right"] == "user.manage"
    assert await listed(centre) == before


async def test_a_centres_head_has_no_hand_on_the_network() -> None:
    centre, head = await a_managed_centre()
    user = await a_user(centre)
    for attempt in (
        change_account(user.id, state="disabled", actor=head),
        add_network_user("climber", name="x", email="", role="network_admin", actor=head),
        link_identity(user.id, issuer="https://id.example", subject="1", actor=head),
        add_key(None, user.id, KEY, actor=head),
    ):
        with pytest.raises(RightMissing):
            await attempt


async def test_nobody_gives_or_takes_more_than_they_may_themselves() -> None:
    centre, head = await a_managed_centre()
    await add_role(centre.id, "chef", ["desk.view", "user.manage"], actor=head)
    chef = await an_actor(centre, "chef")
    boss, user = await a_user(centre, "direction"), await a_user(centre, "chef")
    attempts = (
        lambda: add_user(centre.id, "x", name="x", email="", role="direction", actor=chef),
        lambda: change_user(centre.id, user.id, role="direction", actor=chef),
        lambda: change_user(centre.id, boss.id, password=PASSWORD, actor=chef),
        lambda: change_user(centre.id, boss.id, state="disabled", actor=chef),
        lambda: add_key(centre.id, boss.id, KEY, actor=chef),
        lambda: add_role(centre.id, "mieux", ["user.manage", "payment.refund"], actor=chef),
        lambda: change_role(centre.id, "chef", ["user.manage", "payment.refund"], version=None, actor=chef),
    )
    before = await listed(centre)
    for attempt in attempts:
        with pytest.raises(RightsBeyondOwn):
            await attempt()
    assert await listed(centre) == before


async def test_somebody_stays_to_manage_users() -> None:
    centre = await a_centre()
    only = await a_user(centre, "direction")
    head = await actor_of(only, centre)
    for change in ({"state": "disabled"}, {"role": "réception"}):
        with pytest.raises(LastAdministrator):
            await change_user(centre.id, only.id, actor=head, **change)  # type: ignore[arg-type]
    assert (await listed(centre))[only.login].role == "direction"


async def test_two_heads_who_disable_each_other_at_once_do_not_both_go() -> None:
    centre = await a_centre()
    first, second = await a_user(centre, "direction"), await a_user(centre, "direction")
    actors = await actor_of(first, centre), await actor_of(second, centre)
    answers = await asyncio.gather(
        change_user(centre.id, second.id, state="disabled", actor=actors[0]),
        change_user(centre.id, first.id, state="disabled", actor=actors[1]),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, Exception) for answer in answers) == 1
    assert sorted(line.state for line in (await listed(centre)).values()) == ["active", "disabled"]


async def test_who_saves_second_is_told() -> None:
    centre, head = await a_managed_centre()
    user = await a_user(centre)
    await change_user(centre.id, user.id, name="Un", version=1, actor=head)
    with pytest.raises(StaleVersion):
        await change_user(centre.id, user.id, name="Deux", version=1, actor=head)
    assert (await listed(centre))[user.login].name == "Un"


async def shared_user() -> tuple[CentreRef, CentreRef, TestUser, Actor]:
    """Make a person of two centres, and the head of the second."""
    first, (second, head) = await a_centre(), await a_managed_centre()
    user = await a_user(first, "commercial", password=PASSWORD)
    await add_key(None, user.id, KEY, actor=NETWORK)
    await add_user(second.id, user.login, name="x", email=f"{user.login}@staff.example", role="réception", actor=head)
    return first, second, user, head


async def test_an_existing_login_is_given_a_role_to_who_knows_the_person() -> None:
    first, second, user, _ = await shared_user()
    line = (await listed(second))[user.login]
    assert (line.id, line.name, line.role, line.keys) == (user.id, user.name, "réception", [])
    assert (await listed(first))[user.login].role == "commercial"
    assert (await log_in(user.login, PASSWORD, centre_slug=second.slug, address="192.0.2.42")).access_token


async def test_a_login_alone_opens_nobodys_file() -> None:
    first, (second, head) = await a_centre(), await a_managed_centre()
    user = await a_user(first)
    for email in ("", "other@staff.example"):
        with pytest.raises(LoginTaken):
            await add_user(second.id, user.login, name="x", email=email, role="réception", actor=head)
    assert list(await listed(second)) == [f"head-{second.slug}"]


async def test_a_person_of_two_centres_is_changed_by_neither() -> None:
    first, second, user, head = await shared_user()
    before = await listed(first)
    for change in ({"password": "un tout autre mot"}, {"name": "Autre"}, {"email": "autre@staff.example"}):
        with pytest.raises(AccountShared):
            await change_user(second.id, user.id, actor=head, **change)  # type: ignore[arg-type]
    with pytest.raises(AccountShared):
        await add_key(second.id, user.id, KEY.replace("GJ4Y", "GJ4Z"), actor=head)
    with pytest.raises(AccountShared):
        await revoke_key(second.id, user.id, before[user.login].id, actor=head)
    assert await listed(first) == before
    assert (await log_in(user.login, PASSWORD, address="192.0.2.43")).access_token


async def test_a_role_taken_here_leaves_the_one_elsewhere() -> None:
    first, second, user, head = await shared_user()
    await change_user(second.id, user.id, state="disabled", actor=head)
    assert (await listed(second))[user.login].state == "disabled"
    assert (await listed(first))[user.login].state == "active"
    issued = await log_in(user.login, PASSWORD, centre_slug=first.slug, address="192.0.2.44")
    assert issued.access_token


async def test_a_centres_list_never_shows_another_centres_users() -> None:
    (first, head), (second, _) = await a_managed_centre(), await a_managed_centre()
    ours, theirs = await a_user(first), await a_user(second)
    assert set(await listed(first)) == {f"head-{first.slug}", ours.login}
    for attempt in (
        lambda: change_user(first.id, theirs.id, name="Autre", actor=head),
        lambda: add_key(first.id, theirs.id, KEY, actor=head),
        lambda: revoke_key(first.id, theirs.id, theirs.id, actor=head),
    ):
        with pytest.raises(UserUnknown):
            await attempt()
    assert (await listed(second))[theirs.login].name == theirs.name


async def test_what_cannot_be_right_is_refused_and_nothing_is_written() -> None:
    centre, head = await a_managed_centre()
    person = {"name": "Anne", "email": "anne@staff.example", "role": "réception"}
    wrong: list[tuple[str, dict[str, str], type[Exception]]] = [
        ("anne marie", {}, AccountInvalid),
        ("", {}, AccountInvalid),
        ("é", {}, AccountInvalid),
        ("anne", {"name": "  "}, AccountInvalid),
        ("anne", {"name": "a\nb"}, AccountInvalid),
        ("anne", {"email": "nowhere"}, AccountInvalid),
        ("anne", {"password": "court"}, AccountInvalid),
        ("anne", {"password": "aaaaaaaaaaaaaaaa"}, AccountInvalid),
        ("anne", {"password": "anne-anne-2026!"}, AccountInvalid),
        ("anne", {"language": "de"}, AccountInvalid),
        ("anne", {"role": "roi"}, RoleUnknown),
    ]
    for login, over, error in wrong:
        with pytest.raises(error):
            await add_user(centre.id, login, actor=head, **{**person, **over})  # type: ignore[arg-type]
    assert list(await listed(centre)) == [f"head-{centre.slug}"]


async def test_twice_the_same_is_said() -> None:
    centre, head = await a_managed_centre()
    user = await a_user(centre)
    key = await add_key(centre.id, user.id, KEY, actor=head)
    with pytest.raises(KeyThere):
        await add_key(centre.id, user.id, KEY, actor=head)
    with pytest.raises(UserThere):
        await add_user(
            centre.id, user.login, name="x", email=f"{user.login}@staff.example", role="réception", actor=head
        )
    await revoke_key(centre.id, user.id, key.id, actor=head)
    with pytest.raises(NoSuchKey):
        await revoke_key(centre.id, user.id, key.id, actor=head)
    assert (await add_key(centre.id, user.id, KEY, actor=head)).fingerprint == key.fingerprint


async def test_supplied_roles_are_copied_not_changed() -> None:
    centre, head = await a_managed_centre()
    with pytest.raises(RoleSupplied):
        await change_role(centre.id, "réception", ["desk.view"], version=None, actor=head)
    with pytest.raises(RoleThere):
        await add_role(centre.id, "réception", ["desk.view"], actor=head)
    with pytest.raises(AccountInvalid):
        await add_role(centre.id, "faux", ["desk.view", "no.such"], actor=head)
    with pytest.raises(AccountInvalid):
        await add_role(centre.id, "réseau", ["centre.provision"], actor=NETWORK)
    role = await add_role(centre.id, "veilleur", ["desk.view"], actor=someone("user.manage", "desk.view"))
    assert (role.supplied, role.rights) == (False, frozenset({"desk.view"}))
