"""Guessing is slow; whoever knows is not."""

import asyncio
import time
from datetime import UTC, datetime

import pyotp
import pytest

from infra.database import fetch_value, system_transaction
from infra.settings import settings
from tenants.accounts.operations import check_credentials, log_in, require_code
from tenants.accounts.rules import CodeNeeded, CredentialsWrong, LogInSlowed, wait_seconds
from tenants.accounts.secrets import new_totp_secret, seal, totp_step, unseal
from tests.factories.accounts import PASSWORD, a_user
from tests.factories.centres import NETWORK, a_centre

pytestmark = pytest.mark.usefixtures("pools")


@pytest.mark.parametrize(
    ("failures", "kind", "seconds"),
    [
        (0, "login", 0),
        (4, "login", 0),
        (5, "login", 1),
        (6, "login", 2),
        (10, "login", 32),
        (11, "login", 60),
        (1_000, "login", 60),
        (11, "address", 64),
        (15, "address", 900),
    ],
)
def test_waits_double_from_one_second_up_to_their_limit(failures: int, kind: str, seconds: int) -> None:
    assert wait_seconds(failures, allowed=5, kind=kind) == seconds


async def test_after_five_failures_even_the_right_password_waits() -> None:
    user = await a_user(await a_centre(), password=PASSWORD)
    allowed = settings().log_in_failures
    for number in range(allowed):
        with pytest.raises(CredentialsWrong):
            await log_in(user.login, "wrong", address=f"198.51.100.{number}")
    with pytest.raises(LogInSlowed) as slowed:
        await log_in(user.login, PASSWORD, address="198.51.100.99")
    assert slowed.value.wait_seconds == 1
    await asyncio.sleep(1.1)
    assert (await log_in(user.login, PASSWORD, address="198.51.100.99")).access_token
    with pytest.raises(CredentialsWrong):
        await log_in(user.login, "wrong", address="198.51.100.100")


async def test_an_address_that_tries_many_logins_is_slowed_and_others_are_not() -> None:
    user = await a_user(await a_centre(), password=PASSWORD)
    for number in range(settings().log_in_failures):
        with pytest.raises(CredentialsWrong):
            await log_in(f"nobody{number}", "wrong", address="203.0.113.7")
    with pytest.raises(LogInSlowed):
        await log_in(user.login, PASSWORD, address="203.0.113.7")
    assert (await log_in(user.login, PASSWORD, address="203.0.113.8")).access_token


async def test_a_hundred_at_once_get_no_more_tries_than_in_a_row() -> None:
    user = await a_user(await a_centre(), password=PASSWORD)
    tries = (log_in(user.login, f"wrong {number}", address=f"198.18.0.{number}") for number in range(40))
    answers = await asyncio.gather(*tries, return_exceptions=True)
    judged = [answer for answer in answers if isinstance(answer, CredentialsWrong)]
    assert len(judged) == settings().log_in_failures
    assert {type(answer) for answer in answers} == {CredentialsWrong, LogInSlowed}


async def test_an_unknown_login_takes_as_long_as_a_known_one() -> None:
    centre = await a_centre()
    with_password, without = await a_user(centre, password=PASSWORD), await a_user(centre)

    async def lasts(login: str, address: str) -> float:
        begun = time.perf_counter()
        with pytest.raises(CredentialsWrong):
            await check_credentials(login, "wrong", code=None, address=address)
        return time.perf_counter() - begun

    await lasts("warm-up", "198.19.0.0")
    known = [await lasts(with_password.login, f"198.19.1.{n}") for n in range(3)]
    keyed = [await lasts(without.login, f"198.19.2.{n}") for n in range(3)]
    unknown = [await lasts("nobody-at-all", f"198.19.3.{n}") for n in range(3)]
    assert min(keyed) > min(known) / 2
    assert min(unknown) > min(known) / 2


async def test_somebody_without_any_role_does_not_log_in() -> None:
    centre = await a_centre()
    user = await a_user(centre, password=PASSWORD)
    from tenants.accounts.operations import change_user

    await change_user(centre.id, user.id, state="disabled", actor=NETWORK)
    with pytest.raises(CredentialsWrong):
        await log_in(user.login, PASSWORD, address="198.51.100.21")


async def test_an_authenticators_code_is_asked_for_and_used_once() -> None:
    user = await a_user(await a_centre(), password=PASSWORD)
    uri = await require_code(user.id, wanted=True, actor=NETWORK)
    assert uri is not None
    code = pyotp.TOTP(pyotp.parse_uri(uri).secret).now()

    with pytest.raises(CodeNeeded):
        await log_in(user.login, PASSWORD, address="198.51.100.31")
    with pytest.raises(CredentialsWrong):
        await log_in(user.login, PASSWORD, code=f"{(int(code) + 1) % 1_000_000:06}", address="198.51.100.32")
    with pytest.raises(CredentialsWrong):
        await log_in(user.login, "wrong", code=code, address="198.51.100.33")
    tries = (log_in(user.login, PASSWORD, code=code, address=f"198.51.100.{n}") for n in (34, 35))
    answers = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(type(answer).__name__ for answer in answers) == ["CredentialsWrong", "IssuedToken"]

    assert await require_code(user.id, wanted=False, actor=NETWORK) is None
    assert (await log_in(user.login, PASSWORD, address="198.51.100.36")).access_token


def test_a_code_holds_one_step_before_and_after() -> None:
    secret, at = new_totp_secret(), datetime(2026, 11, 21, 12, 0, 10, tzinfo=UTC)
    step = int(at.timestamp()) // 30
    codes = {offset: pyotp.TOTP(secret).generate_otp(step + offset) for offset in (-2, -1, 0, 1, 2)}
    found = {offset: totp_step(secret, code, at=at) for offset, code in codes.items()}
    assert found == {-2: None, -1: step - 1, 0: step, 1: step + 1, 2: None}
    assert totp_step(secret, "12345", at=at) is None
    assert totp_step(secret, "abcdef", at=at) is None


async def test_authenticators_and_passwords_are_not_kept_in_clear() -> None:
    user = await a_user(await a_centre(), password=PASSWORD)
    uri = await require_code(user.id, wanted=True, actor=NETWORK)
    secret = pyotp.parse_uri(uri or "").secret
    async with system_transaction():
        row = await fetch_value("SELECT a::text FROM account_for_log_in($1) a", user.login)
    assert "$argon2id$v=19$m=19456,t=2,p=1$" in row
    assert secret not in row
    assert unseal(seal(secret)) == secret
