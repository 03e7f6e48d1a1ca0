"""Tokens: how long they live, and how they end."""

import pytest

from tenants.accounts.operations import actor_in, authenticate, log_in
from tests.factories.accounts import PASSWORD, a_user
from tests.factories.centres import a_centre

pytestmark = pytest.mark.usefixtures("pools")


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
    assert issued.expires_in == 900
