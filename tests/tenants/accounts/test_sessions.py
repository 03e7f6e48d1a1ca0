"""Tokens: how long they live, and how they end."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from infra.clock import now
from infra.database import execute, fetch, fetch_value, relay_transaction, system_transaction
from tenants.accounts import sessions
from tenants.accounts.operations import (
    IssuedToken,
    actor_in,
    add_key,
    add_role,
    authenticate,
    change_account,
    change_role,
    change_user,
    log_in,
    network_actor,
    open_ssh_session,
    refresh,
    revoke,
    revoke_key,
)
from tenants.accounts.rules import TokenSpent
from tenants.accounts.secrets import digest
from tenants.accounts.sessions import KeyUnknown, PlaceUnknown
from tests.factories.accounts import PASSWORD, a_network_user, a_user, actor_of
from tests.factories.centres import NETWORK, a_centre

pytestmark = pytest.mark.usefixtures("pools")

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJ4Yp2wSY0bTq2QkHzX0RrG2bGqJtq0rIYt4nYb1c2d test"


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every `authenticate` ask the database, as another process would after two seconds."""
    monkeypatch.setattr(sessions, "CACHE_SECONDS", 0.0)


async def told(account_id: UUID) -> int:
    async with relay_transaction():
        return int(
            await fetch_value(
                "SELECT count(*) FROM outbox WHERE kind = 'accounts.revoked' AND subject_id = $1", account_id
            )
        )


async def age(issued: IssuedToken, by: timedelta) -> None:
    """Make a session and its tokens as old as if `by` had gone by."""
    async with system_transaction():
        session_id = await fetch_value(
            "SELECT session_id FROM session_tokens WHERE digest = $1", digest(issued.access_token)
        )
        await execute(
            "UPDATE session_tokens SET expires_at = expires_at - $2::interval WHERE session_id = $1", session_id, by
        )
        await execute("UPDATE sessions SET expires_at = expires_at - $2::interval WHERE id = $1", session_id, by)


async def test_a_password_opens_a_session_in_the_centres_of_the_account() -> None:
    centre = await a_centre()
    user = await a_user(centre, "commercial", password=PASSWORD)

    issued = await log_in(user.login.upper(), PASSWORD, address="192.0.2.1")
    session = await authenticate(issued.access_token)

    assert session is not None
    assert (session.login, session.account_id) == (user.login, user.id)
    assert [(place.slug, place.role) for place in session.places] == [(centre.slug, "commercial")]
    actor = await actor_in(session, centre.slug)
    assert actor is not None
    assert actor.may("quote.send")
    assert not actor.may("client.blacklist")
    assert await actor_in(session, "elsewhere") is None
    assert await network_actor(session) is None
    assert issued.expires_in == 900


async def test_one_person_works_in_two_centres_without_logging_in_again() -> None:
    first, second = await a_centre(), await a_centre()
    user = await a_user(first, "commercial")
    from tenants.accounts.operations import add_user

    await add_user(second.id, user.login, name="x", email="", role="comptabilité", actor=NETWORK)

    session = await authenticate(user.access_token)
    assert session is not None
    assert {(place.slug, place.role) for place in session.places} == {
        (first.slug, "commercial"),
        (second.slug, "comptabilité"),
    }
    assert await network_actor(session) is None


async def test_network_roles_add_up_and_give_nothing_in_a_centre() -> None:
    centre = await a_centre()
    user = await a_network_user("network_steward")
    actor = await actor_of(user)
    assert actor.rights == {"referential.link", "referential.review", "referential.view_detail", "network.view"}
    session = await authenticate(user.access_token)
    assert session is not None
    assert await actor_in(session, centre.slug) is None


async def test_a_centre_that_is_named_must_be_ones_own() -> None:
    centre, other = await a_centre(), await a_centre()
    user = await a_user(centre, password=PASSWORD)
    for slug in (other.slug, "nowhere"):
        with pytest.raises(PlaceUnknown):
            await log_in(user.login, PASSWORD, centre_slug=slug, address="192.0.2.2")
    assert (await log_in(user.login, PASSWORD, centre_slug=centre.slug, address="192.0.2.2")).access_token


async def test_tokens_are_kept_hashed() -> None:
    user = await a_user(await a_centre())
    async with system_transaction():
        rows = await fetch("SELECT t::text AS whole FROM session_tokens t")
    kept = " ".join(row["whole"] for row in rows)
    assert digest(user.access_token).hex() in kept
    assert user.access_token not in kept
    assert user.refresh_token not in kept


async def test_an_access_token_lives_fifteen_minutes(unhurried: None) -> None:
    user = await a_user(await a_centre(), password=PASSWORD)
    issued = await log_in(user.login, PASSWORD, address="192.0.2.3")
    await age(issued, timedelta(minutes=14, seconds=58))
    assert await authenticate(issued.access_token) is not None
    await age(issued, timedelta(seconds=3))
    assert await authenticate(issued.access_token) is None
    assert await authenticate((await refresh(issued.refresh_token)).access_token) is not None


async def test_no_refresh_outlives_the_session(unhurried: None) -> None:
    user = await a_user(await a_centre(), password=PASSWORD)
    issued = await log_in(user.login, PASSWORD, address="192.0.2.4")
    await age(issued, timedelta(hours=11, minutes=59))
    issued = await refresh(issued.refresh_token)
    assert 0 < issued.expires_in <= 60
    await age(issued, timedelta(minutes=2))
    with pytest.raises(TokenSpent):
        await refresh(issued.refresh_token)
    assert await authenticate(issued.access_token) is None


async def test_a_refresh_token_is_not_an_access_token_nor_the_reverse() -> None:
    user = await a_user(await a_centre())
    assert await authenticate(user.refresh_token) is None
    with pytest.raises(TokenSpent):
        await refresh(user.access_token)


async def test_a_refresh_token_used_twice_ends_the_session() -> None:
    user = await a_user(await a_centre())
    second = await refresh(user.refresh_token)
    assert await authenticate(second.access_token) is not None

    with pytest.raises(TokenSpent):
        await refresh(user.refresh_token)

    assert await authenticate(second.access_token) is None
    assert await authenticate(user.access_token) is None
    with pytest.raises(TokenSpent):
        await refresh(second.refresh_token)
    assert await told(user.id) == 1


async def test_of_ten_refreshes_at_once_one_wins_and_the_session_ends() -> None:
    user = await a_user(await a_centre())
    answers = await asyncio.gather(*(refresh(user.refresh_token) for _ in range(10)), return_exceptions=True)
    won = [answer for answer in answers if isinstance(answer, IssuedToken)]
    assert len(won) == 1
    assert [type(answer) for answer in answers if answer not in won] == [TokenSpent] * 9
    assert await authenticate(won[0].access_token) is None


async def test_logging_out_ends_the_session_and_only_that_one() -> None:
    user = await a_user(await a_centre(), password=PASSWORD)
    other = await log_in(user.login, PASSWORD, address="192.0.2.5")
    await revoke(user.access_token)
    await revoke("unknown")
    assert await authenticate(user.access_token) is None
    with pytest.raises(TokenSpent):
        await refresh(user.refresh_token)
    assert await authenticate(other.access_token) is not None


async def test_disabling_in_the_centre_or_in_the_network_ends_sessions_at_once(unhurried: None) -> None:
    centre = await a_centre()
    manager = await actor_of(await a_user(centre, "direction"), centre)
    here, everywhere = await a_user(centre), await a_user(centre)

    await change_user(centre.id, here.id, state="disabled", actor=manager)
    await change_account(everywhere.id, state="disabled", actor=NETWORK)

    for user in (here, everywhere):
        assert await authenticate(user.access_token) is None
        with pytest.raises(TokenSpent):
            await refresh(user.refresh_token)
        assert await told(user.id) == 1


async def test_another_process_forgets_within_two_seconds() -> None:
    user = await a_user(await a_centre())
    assert await authenticate(user.access_token) is not None
    async with system_transaction():
        await execute("UPDATE sessions SET ended_at = $2 WHERE account_id = $1", user.id, now())
    await asyncio.sleep(2.1)
    assert await authenticate(user.access_token) is None


async def test_a_revoked_key_ends_the_sessions_it_opened_and_opens_no_more() -> None:
    centre = await a_centre()
    user = await a_user(centre)
    key = await add_key(None, user.id, KEY, actor=NETWORK)
    issued = await open_ssh_session(user.login, key.fingerprint, address="ssh 192.0.2.6")
    assert await authenticate(issued.access_token) is not None

    await revoke_key(None, user.id, key.id, actor=NETWORK)

    assert await authenticate(issued.access_token) is None
    assert await authenticate(user.access_token) is not None
    with pytest.raises(KeyUnknown):
        await open_ssh_session(user.login, key.fingerprint, address="ssh 192.0.2.6")


async def test_a_key_opens_its_own_login_only() -> None:
    centre = await a_centre()
    user, other = await a_user(centre), await a_user(centre)
    key = await add_key(None, user.id, KEY, actor=NETWORK)
    for login, fingerprint in ((other.login, key.fingerprint), ("nobody", key.fingerprint), (user.login, "SHA256:x")):
        with pytest.raises(KeyUnknown):
            await open_ssh_session(login, fingerprint, address="ssh 192.0.2.7")


async def test_a_changed_role_changes_live_rights() -> None:
    centre = await a_centre()
    manager = await actor_of(await a_user(centre, "direction"), centre)
    await add_role(centre.id, "accueil du soir", ["desk.view", "arrival.check_in"], actor=manager)
    user = await a_user(centre, "accueil du soir")
    assert (await actor_of(user, centre)).rights == {"desk.view", "arrival.check_in"}

    await change_role(centre.id, "accueil du soir", ["desk.view"], version=1, actor=manager)
    sessions.forget(user.id)

    assert (await actor_of(user, centre)).rights == {"desk.view"}
