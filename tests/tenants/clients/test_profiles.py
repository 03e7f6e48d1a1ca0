"""What a client gave of their public profiles: read as each network writes it, kept with its source, erased with them."""

from datetime import date, timedelta
from uuid import UUID

import msgspec
import pytest

from infra.actor import Actor, ActorKind
from infra.audit import history
from infra.clock import today
from infra.database import tenant_transaction
from tenants.clients import queries
from tenants.clients.merging import merge_clients, undo_merge
from tenants.clients.operations import change_client
from tenants.clients.profiles import NETWORKS, Profile, brought, clean_profiles, read_handle
from tenants.clients.queries import ClientUnknown
from tenants.clients.rules import ClientFields, ClientInvalid
from tests.factories.centres import a_centre
from tests.factories.clients import IMPORTER, a_client

pytestmark = pytest.mark.usefixtures("pools")

LOU = Actor(kind=ActorKind.STAFF, name="Lou", rights=frozenset({"client.edit", "client.merge"}))


READ = [
    ("instagram", "@Ferry.High", "ferry.high"),
    ("instagram", " https://www.instagram.com/Ferry.High/?hl=fr ", "ferry.high"),
    ("instagram", "instagram.com/ferry", "ferry"),
    ("instagram", "https://www.instagram.com/p/Cx1/", ""),
    ("instagram", "https://facebook.com/ferry", ""),
    ("instagram", "https://instagram.com.evil.example/ferry", ""),
    ("instagram", "lycée", ""),
    ("facebook", "https://m.facebook.com/profile.php?id=1000&sk=about", "1000"),
    ("facebook", "facebook.com/people/Jean-D/1000/", "1000"),
    ("facebook", "Chœur de Ferry", ""),
    ("linkedin", "https://fr.linkedin.com/in/j%C3%A9r%C3%B4me-l/fr", "jérôme-l"),
    ("linkedin", "https://www.linkedin.com/company/ferry/", "company/ferry"),
    ("linkedin", "https://www.linkedin.com/feed/", ""),
    ("x", "https://twitter.com/Ferry", "Ferry"),
    ("x", "x.com/ferry/status/1", ""),
    ("x", "seize_lettres_et_", ""),
    ("tiktok", "https://www.tiktok.com/@ferry?lang=fr", "ferry"),
    ("tiktok", "tiktok.com/@ferry/video/1", ""),
    ("youtube", "https://youtube.com/@ferry/videos", "ferry"),
    ("youtube", "https://www.youtube.com/channel/UCa_b-c", "channel/UCa_b-c"),
    ("youtube", "https://www.youtube.com/watch?v=1", ""),
    ("mastodon", "@Ferry@Piaille.fr", "ferry@piaille.fr"),
    ("mastodon", "https://piaille.fr/@ferry", "ferry@piaille.fr"),
    ("mastodon", "ferry", ""),
    ("website", "HTTPS://www.Ferry.example/Chorale/", "www.ferry.example/Chorale"),
    ("website", "javascript:alert(1)", ""),
    ("website", "ftp://ferry.example/", ""),
    ("website", "https://[", ""),
    ("other", "Bluesky @ferry.bsky.social", "Bluesky @ferry.bsky.social"),
    ("other", "x" * 201, ""),
]


def test_a_handle_is_read_from_what_was_given_and_reads_itself_again() -> None:
    assert [(network, written, read_handle(network, written)) for network, written, _handle in READ] == READ
    assert all(read_handle(network, handle) == handle for network, _written, handle in READ)


def test_nothing_is_a_handle_of_no_network() -> None:
    assert {read_handle(network, " @ ") for network in NETWORKS} == {""}
    assert clean_profiles([Profile(network=network, handle=" ") for network in NETWORKS]) == []


async def test_a_profile_keeps_its_source_until_somebody_says_otherwise_and_no_other_centre_sees_it() -> None:
    centre, other = (await a_centre()).id, (await a_centre()).id
    spring = date(2026, 3, 12)
    given = [
        Profile(network="instagram", handle="@Ferry", given="email", day=spring, by_name="somebody else"),
        Profile(network="instagram", handle="https://instagram.com/ferry"),
        Profile(network="website", handle="www.ferry.example", detail="  carte   de visite "),
    ]
    card = await a_client(centre, profiles=given)
    async with tenant_transaction(centre, read_only=True):
        made = (await queries.client(centre, card.id)).fields
    resaid = [made.profiles[0], Profile(network="website", handle="www.ferry.example", given="form", day=spring)]
    fields = ClientFields(last_name="Morel", profiles=resaid)

    await change_client(centre, card.id, fields, version=1, actor=LOU)
    again = await change_client(centre, card.id, fields, version=2, actor=IMPORTER)

    insta = Profile(network="instagram", handle="ferry", given="email", day=spring, by_name=IMPORTER.name)
    site = Profile(network="website", handle="www.ferry.example", detail="carte de visite")
    resaid_site = Profile(network="website", handle="www.ferry.example", given="form", day=spring, by_name="Lou")
    assert made.profiles == [insta, msgspec.structs.replace(site, day=today("Europe/Paris"), by_name=IMPORTER.name)]
    async with tenant_transaction(centre, read_only=True):
        kept = await queries.client(centre, card.id)
        told = (await history(card.id))[0]
    assert (kept.fields.profiles, kept.version, again.version) == ([insta, resaid_site], 2, 2)
    assert msgspec.convert(msgspec.json.decode(told.after)["profiles"], list[Profile]) == [insta, resaid_site]
    async with tenant_transaction(other, read_only=True):
        with pytest.raises(ClientUnknown):
            await queries.client(other, card.id)


async def test_a_profile_that_cannot_be_right_is_refused_by_its_field_and_changes_nothing() -> None:
    centre = (await a_centre()).id
    card = await a_client(centre, profiles=[Profile(network="x", handle="ferry")])
    tomorrow = today("Europe/Paris") + timedelta(days=1)
    wrong = [
        Profile(network="instagram", handle="https://facebook.com/ferry"),
        Profile(network="myspace", handle="tom"),
        Profile(network="x", handle="ferry", given="scraped"),
        Profile(network="tiktok", handle="ferry", day=tomorrow),
        Profile(network="other", handle="y", detail="d" * 201),
        Profile(network="youtube", handle="youtube.com/watch?v=1"),
        Profile(network="mastodon", handle="ferry"),
        Profile(network="x", handle="long_ago", day=date(1999, 12, 31)),
    ]

    with pytest.raises(ClientInvalid) as refused:
        await change_client(centre, card.id, ClientFields(last_name="A", profiles=wrong), version=1, actor=LOU)
    many = [Profile(network="x", handle=f"ferry{number}") for number in range(31)]
    with pytest.raises(ClientInvalid) as too_many:
        await change_client(centre, card.id, ClientFields(last_name="A", profiles=many), version=1, actor=LOU)

    assert [(error.pointer, error.code) for error in refused.value.errors] == [
        ("/profiles/0/handle", "other_network"),
        ("/profiles/1/network", "unknown"),
        ("/profiles/2/given", "unknown"),
        ("/profiles/3/day", "in_the_future"),
        ("/profiles/4/detail", "too_long"),
        ("/profiles/5/handle", "not_a_profile"),
        ("/profiles/6/handle", "mastodon_handle"),
        ("/profiles/7/day", "impossible"),
    ]
    assert [error.pointer for error in too_many.value.errors] == ["/profiles"]
    async with tenant_transaction(centre, read_only=True):
        kept = await queries.client(centre, card.id)
    assert (kept.version, [profile.handle for profile in kept.fields.profiles]) == (1, ["ferry"])


async def test_two_cards_that_become_one_have_each_profile_once_and_each_its_own_back() -> None:
    centre = (await a_centre()).id
    kept = await a_client(centre, last_name="Morel", profiles=[Profile(network="x", handle="Ferry")])
    second = [Profile(network="x", handle="ferry", given="email"), Profile(network="tiktok", handle="ferry")]
    merged = await a_client(centre, last_name="Morel", profiles=second)

    async def handles(card: UUID) -> list[tuple[str, str, str]]:
        async with tenant_transaction(centre, read_only=True):
            profiles = (await queries.client(centre, card)).fields.profiles
        return [(each.network, each.handle, each.given) for each in profiles]

    merge = await merge_clients(centre, kept.id, merged.id, version=1, actor=LOU)
    together = await handles(kept.id)
    await undo_merge(centre, merge, actor=LOU)

    assert together == [("x", "Ferry", "desk"), ("tiktok", "ferry", "desk")]
    assert await handles(kept.id) == [("x", "Ferry", "desk")]
    assert await handles(merged.id) == [("x", "ferry", "email"), ("tiktok", "ferry", "desk")]


def test_a_source_changes_its_own_handles_and_leaves_what_the_desk_noted() -> None:
    desk, old, new = (Profile(network="x", handle=handle) for handle in ("desk", "old", "new"))

    assert brought([desk, old], former=[old], wanted=[new]) == [desk, new]
    assert brought([desk], former=[old], wanted=[old, new]) == [desk, old, new]
