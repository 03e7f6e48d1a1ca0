"""Every read of accounts. In a centre's transaction policies show only who has a role there."""

from datetime import datetime
from uuid import UUID

import msgspec

from infra.database import fetch, fetch_row, fetch_value
from tenants.accounts.rights import NETWORK_ROLES, SUPPLIED_ROLES
from tenants.accounts.rules import Place, RoleUnknown, UserUnknown


class KeyLine(msgspec.Struct, frozen=True, kw_only=True):
    """A registered public key."""

    id: UUID
    label: str
    fingerprint: str
    created_at: datetime
    last_used_at: datetime | None


class UserLine(msgspec.Struct, frozen=True, kw_only=True):
    """A person with a role in the centre. Keys are shown where the person works nowhere else."""

    id: UUID
    version: int
    login: str
    name: str
    email: str
    role: str
    state: str
    keys: list[KeyLine] = []


class RoleLine(msgspec.Struct, frozen=True, kw_only=True):
    """A role of the centre, with what it allows now."""

    id: UUID
    name: str
    supplied: bool
    rights: frozenset[str]
    version: int


class AccountLine(msgspec.Struct, frozen=True, kw_only=True):
    """An account as the network sees it; `roles` are written `role@centre`, or `role` for the network's."""

    id: UUID
    login: str
    name: str
    email: str
    state: str
    roles: list[str]
    keys: list[KeyLine]


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """An account found by its login."""

    id: UUID
    email: str
    state: str


_USERS = """SELECT a.id, m.version, a.login, a.name, a.email, r.name AS role,
                   CASE WHEN a.state = 'active' THEN m.state ELSE a.state END AS state
            FROM memberships m JOIN accounts a ON a.id = m.account_id
            JOIN roles r ON r.centre_id = m.centre_id AND r.id = m.role_id
            WHERE m.centre_id = $1"""


async def users(centre_id: UUID) -> list[UserLine]:
    """Return the centre's users by login."""
    rows = await fetch(f"{_USERS} ORDER BY a.login", centre_id)
    keys = await _keys_of([row["id"] for row in rows])
    return [UserLine(**row, keys=keys.get(row["id"], [])) for row in rows]


async def user(centre_id: UUID, account_id: UUID) -> UserLine:
    """Return one of the centre's users.

    Raises:
        UserUnknown: nobody of that id has a role here.
    """
    row = await fetch_row(f"{_USERS} AND a.id = $2", centre_id, account_id)
    if row is None:
        raise UserUnknown()
    keys = await _keys_of([account_id])
    return UserLine(**row, keys=keys.get(account_id, []))


async def roles(centre_id: UUID) -> list[RoleLine]:
    """Return the centre's roles by name, the supplied ones first."""
    rows = await fetch(
        """SELECT id, name, supplied, rights, version FROM roles WHERE centre_id = $1 ORDER BY supplied DESC, name""",
        centre_id,
    )
    return [
        RoleLine(**{**row, "rights": rights_of(row["name"], supplied=row["supplied"], kept=row["rights"])})
        for row in rows
    ]


async def role_named(centre_id: UUID, name: str) -> RoleLine:
    """Return a role of the centre.

    Raises:
        RoleUnknown: it has none of that name; the refusal lists them.
    """
    there = await roles(centre_id)
    found = next((role for role in there if role.name == name), None)
    if found is None:
        raise RoleUnknown(f"there is no role « {name} » here: " + ", ".join(role.name for role in there))
    return found


async def known(login: str) -> Known | None:
    """Return the account of a login, wherever it works, or None."""
    row = await fetch_row("SELECT id, email, state FROM account_named($1)", login)
    return None if row is None else Known(**row)


async def is_own(account_id: UUID) -> bool:
    """Say whether the centre of the transaction is the only place of an account."""
    return bool(await fetch_value("SELECT account_is_own($1)", account_id))


async def places(account_id: UUID) -> tuple[Place, ...]:
    """Return where an account has an active role, the network first, then by slug."""
    rows = await fetch(
        """SELECT centre_id, slug, centre_name, centre_state, time_zone, role, supplied, rights
           FROM places_of_account($1)""",
        account_id,
    )
    made = []
    for row in rows:
        values = dict(row)
        rights = rights_of(row["role"], supplied=values.pop("supplied"), kept=values.pop("rights"))
        made.append(Place(**values, rights=rights))
    return tuple(made)


async def accounts(*, login: str | None = None) -> list[AccountLine]:
    """Return every account by login, or the one of a login; called in a `system_transaction`, for the network."""
    rows = await fetch(
        "SELECT id, login, name, email, state FROM accounts WHERE $1::text IS NULL OR login = $1 ORDER BY login", login
    )
    keys = await _keys_of([row["id"] for row in rows])
    lines = []
    for row in rows:
        there = [
            place.role if place.slug is None else f"{place.role}@{place.slug}" for place in await places(row["id"])
        ]
        lines.append(AccountLine(**row, roles=there, keys=keys.get(row["id"], [])))
    return lines


def rights_of(role: str, *, supplied: bool, kept: list[str]) -> frozenset[str]:
    """Return what a role allows: the release's set for a supplied one, else what the centre chose."""
    if supplied:
        return SUPPLIED_ROLES.get(role) or NETWORK_ROLES.get(role) or frozenset()
    return frozenset(kept)


async def _keys_of(account_ids: list[UUID]) -> dict[UUID, list[KeyLine]]:
    rows = await fetch(
        """SELECT account_id, id, label, fingerprint, created_at, last_used_at FROM ssh_keys
           WHERE account_id = ANY($1) AND revoked_at IS NULL ORDER BY created_at, id""",
        account_ids,
    )
    keys: dict[UUID, list[KeyLine]] = {}
    for row in rows:
        values = dict(row)
        keys.setdefault(values.pop("account_id"), []).append(KeyLine(**values))
    return keys
