"""A terminal logs in by way of a browser: once, soon, and never by a stranger's link."""

import asyncio
from datetime import timedelta

import pytest

from infra.database import execute, fetch_row, fetch_value, network_transaction, system_transaction
from tenants.accounts.approvals import (
    BrowserUnknown,
    DeviceCodeUnknown,
    approve,
    begin_identity,
    deny,
    device_request,
    identify_by_password,
    identify_by_provider,
    take_identity_request,
)
from tenants.accounts.device_codes import (
    AccessDenied,
    AuthorizationPending,
    DeviceStart,
    ExpiredToken,
    SlowDown,
    poll,
    start_device_log_in,
)
from tenants.accounts.identities import IdentityTaken
from tenants.accounts.operations import IssuedToken, authenticate, change_user, link_identity, unlink_identity
from tenants.accounts.rules import CredentialsWrong
from tenants.accounts.secrets import digest
from tests.factories.accounts import PASSWORD, TestUser, a_user
from tests.factories.centres import NETWORK, a_centre

pytestmark = pytest.mark.usefixtures("pools")

BROWSER, OTHER = "the browser's own cookie", "another browser's cookie"
ISSUER = "https://id.example"


async def begun(centre_slug: str | None = None) -> DeviceStart:
    return await start_device_log_in(address="192.0.2.60", centre_slug=centre_slug)


async def wait(start: DeviceStart, seconds: int) -> None:
    """Let time go by for one code."""
    async with system_transaction():
        await execute(
            """UPDATE device_codes SET polled_at = polled_at - $2::interval, expires_at = expires_at - $2::interval
               WHERE device_digest = $1""",
            digest(start.device_code),
            timedelta(seconds=seconds),
        )


async def identified(
    start: DeviceStart, user: TestUser, *, browser: str = BROWSER, address: str = "192.0.2.61"
) -> None:
    await identify_by_password(start.user_code, user.login, PASSWORD, code=None, browser=browser, address=address)


async def test_the_page_says_centre_address_and_time_before_anybody_approves() -> None:
    centre = await a_centre(name="Centre de Bayeux")
    user = await a_user(centre, password=PASSWORD)
    start = await begun(centre.slug)
    with pytest.raises(AuthorizationPending):
        await poll(start.device_code, address="192.0.2.60")

    request = await device_request(start.user_code.lower().replace("-", " "), browser=BROWSER)
    assert (request.centre_name, request.address, request.state) == ("Centre de Bayeux", "192.0.2.60", "pending")
    await identified(start, user)
    with pytest.raises(SlowDown):
        await poll(start.device_code, address="192.0.2.60")
    request = await device_request(start.user_code, browser=BROWSER)
    assert (request.state, request.name) == ("identified", user.name)
    assert [place.slug for place in request.places] == [centre.slug]
    await approve(start.user_code, browser=BROWSER)

    session = await authenticate((await poll(start.device_code, address="192.0.2.60")).access_token)
    assert session is not None
    assert (session.account_id, session.method) == (user.id, "device")


async def test_the_codes_are_hard_to_guess_and_kept_hashed() -> None:
    starts = [await begun() for _ in range(50)]
    assert len({start.user_code for start in starts}) == 50
    assert {len(start.user_code) for start in starts} == {9}
    assert not any(set(start.user_code) & set("AEIOUY0123456789") for start in starts)
    assert (starts[0].expires_in, starts[0].interval) == (600, 5)
    async with system_transaction():
        kept = await fetch_value("SELECT string_agg(d::text, ' ') FROM device_codes d")
    assert not any(start.device_code in kept for start in starts)


async def test_of_twenty_who_ask_at_once_one_gets_the_token() -> None:
    user = await a_user(await a_centre(), password=PASSWORD)
    start = await begun()
    await identified(start, user)
    await approve(start.user_code, browser=BROWSER)
    answers = await asyncio.gather(*(poll(start.device_code, address="x") for _ in range(20)), return_exceptions=True)
    assert sum(isinstance(answer, IssuedToken) for answer in answers) == 1
    assert {type(answer) for answer in answers} == {IssuedToken, ExpiredToken}
    with pytest.raises(DeviceCodeUnknown):
        await identified(start, user)


async def test_who_asks_too_soon_is_slowed_for_good() -> None:
    start = await begun()
    with pytest.raises(AuthorizationPending):
        await poll(start.device_code, address="x")
    with pytest.raises(SlowDown):
        await poll(start.device_code, address="x")
    await wait(start, 6)
    with pytest.raises(SlowDown):
        await poll(start.device_code, address="x")
    await wait(start, 16)
    with pytest.raises(AuthorizationPending):
        await poll(start.device_code, address="x")


async def test_a_code_dies_after_ten_minutes_approved_or_not() -> None:
    user = await a_user(await a_centre(), password=PASSWORD)
    approved, pending = await begun(), await begun()
    await identified(approved, user)
    await approve(approved.user_code, browser=BROWSER)
    for start in (approved, pending):
        await wait(start, 601)
        with pytest.raises(ExpiredToken):
            await poll(start.device_code, address="x")
        with pytest.raises(DeviceCodeUnknown):
            await device_request(start.user_code, browser=BROWSER)


async def test_a_refusal_is_told_to_the_terminal() -> None:
    user = await a_user(await a_centre(), password=PASSWORD)
    start = await begun()
    await identified(start, user)
    await deny(start.user_code, browser=BROWSER)
    with pytest.raises(AccessDenied):
        await poll(start.device_code, address="x")
    with pytest.raises(DeviceCodeUnknown):
        await approve(start.user_code, browser=BROWSER)


async def test_only_the_browser_that_proved_who_it_is_approves() -> None:
    user = await a_user(await a_centre(), password=PASSWORD)
    start = await begun()
    for decide in (approve, deny):
        with pytest.raises(BrowserUnknown):
            await decide(start.user_code, browser=BROWSER)
    await identified(start, user)
    for decide in (approve, deny):
        with pytest.raises(BrowserUnknown):
            await decide(start.user_code, browser=OTHER)
    seen = await device_request(start.user_code, browser=OTHER)
    assert (seen.state, seen.name, seen.places) == ("pending", "", ())
    with pytest.raises(AuthorizationPending):
        await poll(start.device_code, address="x")


async def test_a_wrong_password_proves_nothing() -> None:
    user = await a_user(await a_centre(), password=PASSWORD)
    start = await begun()
    with pytest.raises(CredentialsWrong):
        await identify_by_password(
            start.user_code, user.login, "wrong", code=None, browser=BROWSER, address="192.0.2.62"
        )
    with pytest.raises(BrowserUnknown):
        await approve(start.user_code, browser=BROWSER)


async def test_who_is_disabled_after_approving_gets_nothing() -> None:
    centre = await a_centre()
    user = await a_user(centre, password=PASSWORD)
    start = await begun()
    await identified(start, user, address="192.0.2.63")
    await approve(start.user_code, browser=BROWSER)
    await change_user(centre.id, user.id, state="disabled", actor=NETWORK)
    with pytest.raises(AccessDenied):
        await poll(start.device_code, address="x")


async def through_provider(start: DeviceStart, subject: str, *, browser: str = BROWSER) -> bool:
    await begin_identity(start.user_code, browser=browser, state="s" + start.user_code, nonce="n", verifier="v")
    await take_identity_request("s" + start.user_code, browser=browser)
    return await identify_by_provider(start.user_code, issuer=ISSUER, subject=subject, browser=browser)


async def test_a_provider_knows_people_by_issuer_and_subject() -> None:
    user = await a_user(await a_centre())
    await link_identity(user.id, issuer=ISSUER, subject="known", actor=NETWORK)
    start = await begun()
    assert await through_provider(start, "known")
    with pytest.raises(AuthorizationPending):
        await poll(start.device_code, address="x")
    await approve(start.user_code, browser=BROWSER)
    assert (await poll(start.device_code, address="x")).access_token

    await unlink_identity(user.id, issuer=ISSUER, subject="known", actor=NETWORK)
    assert not await through_provider(await begun(), "known")


async def test_an_identity_belongs_to_one_account() -> None:
    centre = await a_centre()
    user, other = await a_user(centre), await a_user(centre)
    await link_identity(user.id, issuer=ISSUER, subject="one", actor=NETWORK)
    await link_identity(user.id, issuer=ISSUER, subject="one", actor=NETWORK)
    with pytest.raises(IdentityTaken):
        await link_identity(other.id, issuer=ISSUER, subject="one", actor=NETWORK)


async def test_an_unknown_identity_is_tied_by_a_password_in_the_same_browser() -> None:
    user = await a_user(await a_centre(), password=PASSWORD)
    start = await begun()
    assert not await through_provider(start, "new-here")
    assert (await device_request(start.user_code, browser=BROWSER)).identity_unknown
    assert not (await device_request(start.user_code, browser=OTHER)).identity_unknown
    with pytest.raises(BrowserUnknown):
        await approve(start.user_code, browser=BROWSER)
    await identified(start, user, address="192.0.2.64")

    async with network_transaction():
        entry = await fetch_row("SELECT * FROM network_audit_entries WHERE subject_id = $1", user.id)
    assert entry is not None
    assert (entry["action"], entry["actor_name"], entry["address"]) == ("link_identity", user.name, "192.0.2.64")
    assert await through_provider(await begun(), "new-here")


async def test_a_strangers_browser_ties_nothing_to_the_one_who_logs_in() -> None:
    user = await a_user(await a_centre(), password=PASSWORD)
    start = await begun()
    assert not await through_provider(start, "strangers-own", browser=OTHER)
    await identified(start, user, address="192.0.2.65")
    assert not await through_provider(await begun(), "strangers-own")


async def test_what_was_begun_is_taken_once_and_in_its_own_browser() -> None:
    start = await begun()
    await begin_identity(start.user_code, browser=BROWSER, state="state", nonce="nonce", verifier="verifier")
    for state, browser in (("state", OTHER), ("other", BROWSER), ("", BROWSER)):
        with pytest.raises(BrowserUnknown):
            await take_identity_request(state, browser=browser)
    taken = await take_identity_request("state", browser=BROWSER)
    assert (taken.user_code, taken.nonce, taken.verifier) == (start.user_code, "nonce", "verifier")
    with pytest.raises(BrowserUnknown):
        await take_identity_request("state", browser=BROWSER)
    with pytest.raises(BrowserUnknown):
        await identify_by_provider(start.user_code, issuer=ISSUER, subject="x", browser=OTHER)
