"""Users, roles, keys and centres over HTTP."""

import httpx
import pytest

from tests.factories.accounts import PASSWORD, TestUser, a_network_user, a_user
from tests.factories.centres import a_centre

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJ4Yp2wSY0bTq2QkHzX0RrG2bGqJtq0rIYt4nYb1c2d poste 3"
ANNE = {"login": "anne.h", "name": "Anne Hue", "email": "anne@staff.example", "role": "réception", "public_key": KEY}


async def test_a_head_adds_changes_and_disables_a_user(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    head = await a_user(centre, "direction")
    users = f"/api/v1/centres/{centre.slug}/users"

    added = await api.post(users, headers=head.headers, json=ANNE)
    assert (added.status_code, added.headers["etag"]) == (201, '"1"')
    anne = added.json()
    assert anne["keys"][0]["fingerprint"] == "SHA256:RhVmQNRE9gsOdonxtEkOdaCorsGmJiA0orsrhjx1aR8"
    listed = (await api.get(users, headers=head.headers)).json()
    assert [user["login"] for user in listed["items"]] == sorted(["anne.h", head.login])
    assert listed["items"][0] == anne

    one = f"{users}/{anne['id']}"
    unversioned = await api.patch(one, headers=head.headers, json={"role": "commercial"})
    assert (unversioned.status_code, unversioned.json()["code"]) == (428, "precondition_missing")
    changed = await api.patch(one, headers={**head.headers, "If-Match": '"1"'}, json={"role": "commercial"})
    assert (changed.status_code, changed.json()["role"], changed.headers["etag"]) == (200, "commercial", '"2"')
    stale = await api.patch(one, headers={**head.headers, "If-Match": '"1"'}, json={"state": "disabled"})
    assert stale.status_code == 412

    gone = await api.delete(f"{one}/keys/{anne['keys'][0]['id']}", headers=head.headers)
    assert gone.status_code == 204
    key = await api.post(f"{one}/keys", headers=head.headers, json={"public_key": KEY, "label": "nouveau"})
    assert (key.status_code, key.json()["label"]) == (201, "nouveau")
    disabled = await api.patch(one, headers={**head.headers, "If-Match": '"2"'}, json={"state": "disabled"})
    assert (disabled.status_code, disabled.json()["state"]) == (200, "disabled")


async def test_a_disabled_users_live_token_is_dead_at_the_next_request(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    head, user = await a_user(centre, "direction"), await a_user(centre)
    address = f"/api/v1/centres/{centre.slug}"
    assert (await api.get(address, headers=user.headers)).status_code == 200
    await api.patch(
        f"{address}/users/{user.id}", headers={**head.headers, "If-Match": '"1"'}, json={"state": "disabled"}
    )
    assert (await api.get(address, headers=user.headers)).status_code == 401


async def test_what_is_wrong_is_said_field_by_field(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    head = await a_user(centre, "direction")
    users = f"/api/v1/centres/{centre.slug}/users"
    for over, pointer in (
        ({"login": "anne hue"}, "/login"),
        ({"email": "x"}, "/email"),
        ({"public_key": "ssh-rsa x"}, "/public_key"),
        ({"password": "court"}, "/password"),
    ):
        answer = await api.post(users, headers=head.headers, json={**ANNE, **over})
        assert answer.status_code == 422
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


async def test_roles_are_listed_with_what_they_allow(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    head = await a_user(centre, "direction")
    roles = (await api.get(f"/api/v1/centres/{centre.slug}/roles", headers=head.headers)).json()
    assert [role["name"] for role in roles] == ["commercial", "comptabilité", "direction", "réception"]
    assert "client.blacklist" in roles[2]["rights"]
    assert all(role["supplied"] for role in roles)


async def test_the_network_provisions_lists_and_suspends(api: httpx.AsyncClient) -> None:
    admin = await a_network_user("network_admin")
    new = {
        "slug": "honfleur",
        "name": "Centre de Honfleur",
        "town": "Honfleur",
        "email": "accueil@honfleur.example",
        "administrator_login": "head.honfleur",
    }
    made = await api.post("/api/v1/network/centres", headers=admin.headers, json=new)
    assert (made.status_code, made.json()["state"], made.json()["beds"]) == (201, "active", 0)
    again = await api.post("/api/v1/network/centres", headers=admin.headers, json={**new, "name": "Autre"})
    assert (again.status_code, again.json()) == (200, made.json())
    listed = (await api.get("/api/v1/network/centres", headers=admin.headers)).json()["items"]
    assert made.json() in listed

    one = "/api/v1/network/centres/honfleur"
    suspended = await api.patch(one, headers=admin.headers, json={"state": "suspended", "reason": "impayé"})
    assert suspended.json()["state"] == "suspended"
    wrong = await api.patch(one, headers=admin.headers, json={"state": "provisioned", "reason": "x"})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "state_move_refused")
    odd = await api.patch(one, headers=admin.headers, json={"state": "asleep", "reason": "x"})
    assert odd.status_code == 422
    unknown = await api.patch(
        "/api/v1/network/centres/x", headers=admin.headers, json={"state": "active", "reason": ""}
    )
    assert unknown.status_code == 404


async def test_a_suspended_centre_is_read_and_not_changed(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    head, admin = await a_user(centre, "direction"), await a_network_user("network_admin")
    state = {"state": "suspended", "reason": "impayé"}
    await api.patch(f"/api/v1/network/centres/{centre.slug}", headers=admin.headers, json=state)
    users = f"/api/v1/centres/{centre.slug}/users"
    assert (await api.get(users, headers=head.headers)).status_code == 200
    refused = await api.post(users, headers=head.headers, json={**ANNE, "login": "too.late"})
    assert (refused.status_code, refused.json()["code"]) == (403, "centre_suspended")


@pytest.mark.parametrize("role", ["network_admin", "network_steward"])
async def test_the_network_is_nobody_in_a_centre(api: httpx.AsyncClient, role: str) -> None:
    centre = await a_centre()
    member: TestUser = await a_network_user(role, password=PASSWORD)
    answer = await api.get(f"/api/v1/centres/{centre.slug}/users", headers=member.headers)
    assert answer.status_code == 404
