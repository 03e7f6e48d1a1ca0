"""The provider is what the log-in tests believe it is, by Authlib's eyes."""

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from authlib.integrations.httpx_client import OAuth2Client
from joserfc import jwk, jwt

from tests.simulators.identity.provider import IdentityProvider, LogInRefused

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


def client_of(provider: IdentityProvider) -> OAuth2Client:
    return OAuth2Client(
        provider.client_id,
        provider.client_secret,
        scope="openid email profile",
        redirect_uri=provider.redirect_uri,
        code_challenge_method="S256",
    )


def test_it_is_discovered(identity_provider: IdentityProvider) -> None:
    metadata = identity_provider.metadata()
    assert metadata["issuer"] == identity_provider.issuer
    assert metadata["code_challenge_methods_supported"] == ["S256"]
    assert "device_authorization_endpoint" in metadata


@pytest.mark.parametrize(("login", "name"), [("amelie", "Amélie Durand"), ("bruno", "Bruno Petit")])
def test_people_log_in_by_code_with_pkce(identity_provider: IdentityProvider, login: str, name: str) -> None:
    metadata = identity_provider.metadata()
    verifier = "v" * 64
    with client_of(identity_provider) as client:
        url, state = client.create_authorization_url(
            str(metadata["authorization_endpoint"]), code_verifier=verifier, nonce="n-1"
        )
        back = identity_provider.log_in(url, login=login)
        assert parse_qs(urlsplit(back).query)["state"] == [state]
        tokens = client.fetch_token(
            str(metadata["token_endpoint"]), authorization_response=back, code_verifier=verifier
        )
        keys = jwk.KeySet.import_key_set(httpx.get(str(metadata["jwks_uri"])).json())
        claims = jwt.decode(tokens["id_token"], keys, algorithms=["RS256"]).claims
        assert (claims["iss"], claims["aud"], claims["sub"]) == (identity_provider.issuer, "halte", login)
        assert claims["nonce"] == "n-1"
        person = client.get(str(metadata["userinfo_endpoint"])).json()
        assert (person["sub"], person["name"]) == (login, name)


def test_a_device_is_let_in_once_approved(identity_provider: IdentityProvider) -> None:
    metadata = identity_provider.metadata()
    credentials = httpx.BasicAuth(identity_provider.client_id, identity_provider.client_secret)
    asked = httpx.post(
        str(metadata["device_authorization_endpoint"]),
        data={"client_id": identity_provider.client_id, "scope": "openid"},
        auth=credentials,
    ).json()
    poll = {"grant_type": DEVICE_GRANT, "device_code": asked["device_code"]}
    waiting = httpx.post(str(metadata["token_endpoint"]), data=poll, auth=credentials)
    assert waiting.json()["error"] == "authorization_pending"

    identity_provider.approve_device(asked["verification_uri_complete"], login="bruno")

    let_in = httpx.post(str(metadata["token_endpoint"]), data=poll, auth=credentials)
    assert let_in.status_code == 200 and "id_token" in let_in.json()
    again = httpx.post(str(metadata["token_endpoint"]), data=poll, auth=credentials)
    assert again.json()["error"] == "invalid_grant"


def test_nobody_else_gets_in(identity_provider: IdentityProvider) -> None:
    url, _ = client_of(identity_provider).create_authorization_url(
        str(identity_provider.metadata()["authorization_endpoint"]), code_verifier="v" * 64
    )
    with pytest.raises(LogInRefused):
        identity_provider.log_in(url, login="inconnue")


def test_a_request_without_pkce_comes_back_refused(identity_provider: IdentityProvider) -> None:
    url = httpx.URL(
        str(identity_provider.metadata()["authorization_endpoint"]),
        params={
            "client_id": identity_provider.client_id,
            "response_type": "code",
            "scope": "openid",
            "redirect_uri": identity_provider.redirect_uri,
        },
    )
    assert "error=invalid_request" in identity_provider.log_in(str(url), login="amelie")
