"""Forty ways in which an identity provider's answer can be wrong; each is refused, and nobody is identified."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey
from litestar import Litestar

from tenants.accounts.operations import link_identity
from tests.factories.accounts import a_user
from tests.factories.centres import NETWORK, a_centre
from tests.server.auth.conftest import BASE, Set, another_client
from tests.server.auth.forger import CLIENT_ID, KEY, STRANGERS_KEY, Forger, forging

SECRET = "the-clients-secret-of-this-test-only"
NAME = "Amélie Durand"


@pytest.fixture
def forger(set_settings: Set) -> Iterator[Forger]:
    with forging() as forger:
        set_settings(public_url=BASE, oidc_issuer=forger.issuer, oidc_client_id=CLIENT_ID, oidc_client_secret=SECRET)
        yield forger


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def unsigned(forger: Forger, algorithm: str) -> str:
    return f"{part({'alg': algorithm, 'kid': 'ours'})}.{part(forger.claims())}."


def by_hmac(forger: Forger, secret: bytes) -> str:
    body = f"{part({'alg': 'HS256', 'kid': 'ours'})}.{part(forger.claims())}"
    mac = hmac.new(secret, body.encode(), hashlib.sha256).digest()
    return f"{body}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


def tampered(forger: Forger) -> str:
    head, _, signature = forger.signed().split(".")
    return f"{head}.{part(forger.claims(sub='somebody-else'))}.{signature}"


def own_key(**header: object) -> Callable[[Forger], str]:
    return lambda forger: forger.signed(key=STRANGERS_KEY, header=header)


def claims(**over: object) -> Callable[[Forger], str]:
    return lambda forger: forger.signed(over)


def times(**ahead: int) -> Callable[[Forger], str]:
    return lambda forger: forger.signed({name: int(time.time()) + seconds for name, seconds in ahead.items()})


WRONG: dict[str, Callable[[Forger], object]] = {
    "alg none": lambda forger: unsigned(forger, "none"),
    "alg nOnE": lambda forger: unsigned(forger, "nOnE"),
    "alg empty": lambda forger: unsigned(forger, ""),
    "HS256 keyed with the public key": lambda forger: by_hmac(forger, KEY.as_pem(private=False)),
    "HS256 keyed with the client's secret": lambda forger: by_hmac(forger, SECRET.encode()),
    "HS256 keyed with nothing": lambda forger: by_hmac(forger, b""),
    "a stranger's key under our kid": own_key(),
    "a stranger's key under its own kid": own_key(kid="theirs"),
    "a stranger's key without kid": own_key(kid=...),
    "a stranger's key in the header": own_key(jwk=STRANGERS_KEY.as_dict(private=False)),
    "a stranger's key by address": own_key(jku="http://127.0.0.1:9/jwks"),
    "an algorithm that is not pinned": lambda forger: forger.signed(header={"alg": "RS512"}),
    "an unknown critical header": lambda forger: forger.signed().replace(
        forger.signed().split(".")[0], part({"alg": "RS256", "kid": "ours", "crit": ["exp-ish"]})
    ),
    "another audience": claims(aud="somebody-else"),
    "our audience among others, no azp": claims(aud=[CLIENT_ID, "somebody-else"]),
    "another authorized party": claims(azp="somebody-else"),
    "no audience": claims(aud=...),
    "an empty audience": claims(aud=[]),
    "another issuer": claims(iss="https://evil.example"),
    "the issuer with a slash more": lambda forger: forger.signed({"iss": forger.issuer + "/"}),
    "no issuer": claims(iss=...),
    "expired": times(exp=-120, iat=-400),
    "no end": claims(exp=...),
    "an end that is no number": claims(exp="tomorrow"),
    "no beginning": claims(iat=...),
    "issued in the future": times(iat=3_600, exp=7_200),
    "not valid yet": times(nbf=3_600, exp=7_200),
    "another nonce": claims(nonce="another"),
    "no nonce": claims(nonce=...),
    "an empty nonce": claims(nonce=""),
    "no subject": claims(sub=...),
    "an empty subject": claims(sub=""),
    "a subject that is a number": claims(sub=1),
    "a subject of 256 letters": claims(sub="x" * 256),
    "the hash of another access token": claims(at_hash=base64.urlsafe_b64encode(b"x" * 16).decode().rstrip("=")),
    "changed after it was signed": tampered,
    "without its signature": lambda forger: forger.signed().rpartition(".")[0] + ".",
    "cut short": lambda forger: forger.signed()[:-40],
    "no token at all": lambda forger: "not a token",
    "encrypted, perhaps": lambda forger: "a.b.c.d.e",
    "a list": lambda forger: [forger.signed()],
    "missing": lambda forger: ...,
    "ten megabytes": lambda forger: forger.signed({"junk": "x" * 10_000_000}),
    "thirty kilobytes": lambda forger: forger.signed({"junk": "x" * 30_000}),
}


async def start(client: httpx.AsyncClient, browser: httpx.AsyncClient, forger: Forger) -> tuple[dict[str, str], str]:
    """Begin a log-in through the provider; return the device's answer and the state that the provider was given."""
    device: dict[str, str] = (await client.post("/auth/device")).json()
    sent = await browser.get("/auth/oidc/start", params={"user_code": device["user_code"]})
    assert sent.status_code == 303
    asked = parse_qs(urlsplit(sent.headers["location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    forger.nonce = asked["nonce"][0]
    return device, asked["state"][0]


async def is_identified(browser: httpx.AsyncClient, device: dict[str, str]) -> bool:
    return NAME in (await browser.get("/auth/device/verify", params={"user_code": device["user_code"]})).text


async def linked(forger: Forger, subject: str = "subject-1") -> None:
    user = await a_user(await a_centre(), name=NAME)
    await link_identity(user.id, issuer=forger.issuer, subject=subject, actor=NETWORK)


async def test_the_right_token_identifies(app: Litestar, client: httpx.AsyncClient, forger: Forger) -> None:
    await linked(forger)
    async with another_client(app) as browser:
        device, state = await start(client, browser, forger)
        forger.give(forger.signed())
        back = await browser.get("/auth/oidc/callback", params={"code": "c", "state": state, "iss": forger.issuer})
        assert back.status_code == 303
        assert await is_identified(browser, device)
    verifier = parse_qs(forger.traded[0])["code_verifier"][0]
    assert 43 <= len(verifier) <= 128


async def test_no_wrong_token_identifies(app: Litestar, client: httpx.AsyncClient, forger: Forger) -> None:
    await linked(forger)
    believed = []
    for name, forge in WRONG.items():
        async with another_client(app) as browser:
            device, state = await start(client, browser, forger)
            forger.give(forge(forger))
            back = await browser.get("/auth/oidc/callback", params={"code": "c", "state": state})
            refused = back.status_code in (400, 503) and not await is_identified(browser, device)
        polled = await client.post("/auth/device/token", json={"device_code": device["device_code"]})
        if not refused or polled.json()["code"] != "authorization_pending":
            believed.append(name)
    assert believed == []
    assert len(WRONG) > 40


ANSWERS = [
    (400, b'{"error": "invalid_grant"}'),
    (200, b"<html>"),
    (200, b"[]"),
    (200, b'{"id_token": 1, "access_token": "x"}'),
    (500, b""),
    (302, b""),
]


async def test_an_answer_that_is_no_token_answer_is_refused(
    app: Litestar, client: httpx.AsyncClient, forger: Forger
) -> None:
    await linked(forger)
    for status, body in ANSWERS:
        async with another_client(app) as browser:
            device, state = await start(client, browser, forger)
            forger.status, forger.answer = status, body
            back = await browser.get("/auth/oidc/callback", params={"code": "c", "state": state})
            assert (back.status_code in (400, 503), await is_identified(browser, device)) == (True, False)


async def test_a_state_is_good_once_in_its_own_browser_and_from_its_own_provider(
    app: Litestar, client: httpx.AsyncClient, forger: Forger
) -> None:
    await linked(forger)
    async with another_client(app) as browser, another_client(app) as victim:
        device, state = await start(client, browser, forger)
        forger.give(forger.signed())
        for who, params in (
            (victim, {"code": "c", "state": state}),
            (browser, {"code": "c", "state": "made-up"}),
            (browser, {"code": "c"}),
            (browser, {"error": "access_denied"}),
        ):
            refused = await who.get("/auth/oidc/callback", params=params)
            assert refused.status_code == 400
        assert forger.traded == []
        mixed = await browser.get(
            "/auth/oidc/callback", params={"code": "c", "state": state, "iss": "https://evil.example"}
        )
        assert mixed.status_code == 400
        again = await browser.get("/auth/oidc/callback", params={"code": "c", "state": state})
        assert again.status_code == 400
        assert forger.traded == []
        assert not await is_identified(browser, device)


async def test_a_provider_that_says_it_is_another_is_not_asked(
    client: httpx.AsyncClient, forger: Forger, set_settings: Set
) -> None:
    set_settings(oidc_issuer=forger.issuer + "/")
    device = (await client.post("/auth/device")).json()
    refused = await client.get("/auth/oidc/start", params={"user_code": device["user_code"]})
    assert refused.status_code == 503


def test_the_keys_of_this_test_differ() -> None:
    assert isinstance(KEY, RSAKey)
    assert KEY.as_pem(private=False) != STRANGERS_KEY.as_pem(private=False)
