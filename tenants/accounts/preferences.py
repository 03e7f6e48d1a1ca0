"""What a person chooses for themselves, their authenticator included."""

from collections.abc import Mapping
from uuid import UUID

import msgspec

from infra.actor import Actor
from infra.database import execute, fetch_row, fetch_value, system_transaction
from tenants.accounts import rules
from tenants.accounts.roles import require_network
from tenants.accounts.rules import LANGUAGES, UserUnknown
from tenants.accounts.secrets import new_totp_secret, seal, totp_uri
from tenants.accounts.sessions import forget
from tenants.accounts.trail import write_trail


class Preferences(msgspec.Struct, frozen=True, kw_only=True):
    """What a person chose for themselves."""

    language: str
    first_start_done: bool
    keymap: dict[str, str]
    theme: str
    list_columns: dict[str, list[str]]


async def change_preferences(
    account_id: UUID,
    *,
    language: str | None = None,
    first_start_done: bool | None = None,
    keymap: dict[str, str] | None = None,
    theme: str | None = None,
    list_columns: dict[str, list[str]] | None = None,
) -> Preferences:
    """Set what a person chooses for themselves, and return it all; None leaves what it is.

    Raises:
        AccountInvalid: a language Halte does not speak, or too long a keymap, a theme or columns.
    """
    if language is not None and language not in LANGUAGES:
        raise rules.invalid("language", "fr or en")
    keys = _packed("keymap", keymap)
    columns = _packed("list_columns", list_columns)
    if theme is not None and len(theme) > 60:
        raise rules.invalid("theme", "too long")
    async with system_transaction():
        row = await fetch_row(
            """UPDATE accounts SET language = coalesce($2, language), first_start_done = coalesce($3, first_start_done),
                   keymap = coalesce($4::jsonb, keymap), theme = coalesce($5, theme),
                   list_columns = coalesce($6::jsonb, list_columns) WHERE id = $1
               RETURNING language, first_start_done, keymap, theme, list_columns""",
            account_id,
            language,
            first_start_done,
            keys,
            theme,
            columns,
        )
    if row is None:
        raise UserUnknown()
    forget(account_id)
    return Preferences(
        **{
            **row,
            "keymap": msgspec.json.decode(row["keymap"], type=dict[str, str]),
            "list_columns": _columns(row["list_columns"]),
        }
    )


async def list_columns(account_id: UUID) -> dict[str, list[str]]:
    """Return of each list the columns that a person does not want to see; they are asked for once, at the log-in."""
    async with system_transaction(read_only=True):
        return _columns(await fetch_value("SELECT list_columns FROM accounts WHERE id = $1", account_id) or "{}")


def _columns(packed: str) -> dict[str, list[str]]:
    return msgspec.json.decode(packed, type=dict[str, list[str]])


def _packed(name: str, chosen: Mapping[str, object] | None) -> str | None:
    packed = None if chosen is None else msgspec.json.encode(chosen).decode()
    if packed is not None and len(packed) > 20_000:
        raise rules.invalid(name, "too long")
    return packed


async def require_code(account_id: UUID, *, wanted: bool, actor: Actor) -> str | None:
    """Ask an account for an authenticator's code from now on, or no more; return what its QR code says, once.

    Raises:
        RightMissing: the actor is neither the person, nor of the network with `user.manage`.
        UserUnknown: there is no such account.
    """
    if actor.account_id != account_id:
        require_network(actor)
    secret = new_totp_secret() if wanted else None
    async with system_transaction():
        login = await fetch_value("SELECT login FROM accounts WHERE id = $1 FOR UPDATE", account_id)
        if login is None:
            raise UserUnknown()
        await execute(
            "UPDATE accounts SET totp_secret = $2, totp_last_step = NULL, version = version + 1 WHERE id = $1",
            account_id,
            None if secret is None else seal(secret),
        )
        await write_trail(None, account_id, "require_code", actor=actor, after={"wanted": wanted})
    return None if secret is None else totp_uri(secret, login=login)
