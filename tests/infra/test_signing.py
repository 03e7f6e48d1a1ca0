import random
import string
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.clock import now
from infra.ids import new_id
from infra.signing import LinkExpired, LinkInvalid, Signed, read, read_address, sign, sign_address

CENTRE, QUOTE = new_id(), new_id()


def test_a_token_says_what_it_was_made_for() -> None:
    ends = now().replace(microsecond=0) + timedelta(days=30)

    token = sign("payment", CENTRE, QUOTE, expires_at=ends, version=3, word="deposit")

    assert read("payment", token) == Signed(
        centre_id=CENTRE, subject_id=QUOTE, expires_at=ends, version=3, word="deposit"
    )


def test_a_token_is_short_and_safe_in_a_link() -> None:
    for word in ("", "a", "ab", "abc", "deposit"):
        token = sign("quote", new_id(), new_id(), word=word)
        assert set(token) <= set(string.ascii_letters + string.digits + "-_")
        assert token[-1].isalnum()
        assert len(token) <= 75 + 2 * len(word) + 2


def test_a_token_is_bound_to_its_purpose() -> None:
    token = sign("quote", CENTRE, QUOTE)

    with pytest.raises(LinkInvalid):
        read("payment", token)


def test_a_token_ends() -> None:
    token = sign("thread", CENTRE, QUOTE, expires_at=now() - timedelta(seconds=1))

    with pytest.raises(LinkExpired):
        read("thread", token)


@given(st.integers(0, 74), st.sampled_from(string.ascii_letters + string.digits + "-_"))
def test_one_changed_character_is_refused(place: int, character: str) -> None:
    token = sign("thread", CENTRE, QUOTE)
    changed = token[:place] + character + token[place + 1 :]
    if changed == token:
        return

    with pytest.raises(LinkInvalid):
        read("thread", changed)


@given(st.text(max_size=500))
def test_what_is_not_a_token_is_refused(text: str) -> None:
    with pytest.raises(LinkInvalid):
        read("thread", text)
    with pytest.raises(LinkInvalid):
        read_address("reply", text)


@given(st.uuids(), st.randoms())
def test_an_address_survives_any_case(subject: UUID, chance: random.Random) -> None:
    part = sign_address("reply", subject)
    mangled = "".join(chance.choice([letter.upper(), letter]) for letter in part)

    assert read_address("reply", mangled) == subject
    assert len("fil+" + part) <= 64


def test_an_address_is_not_a_link_and_is_bound_to_its_purpose() -> None:
    part = sign_address("reply", QUOTE)

    with pytest.raises(LinkInvalid):
        read_address("quote", part)
    with pytest.raises(LinkInvalid):
        read_address("reply", part[:-1])
