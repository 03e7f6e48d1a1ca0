"""`halte user`: who logs in, with what, and what that allows."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated
from uuid import UUID

import cyclopts

from infra.database import system_transaction, tenant_transaction
from server.commands.desk import DONE, at_desk, centre_named, confirm, say, table
from server.commands.secrets import choose_password, read_key
from tenants.accounts import queries
from tenants.accounts.key_ring import NoSuchKey
from tenants.accounts.operations import (
    add_key,
    add_network_user,
    add_user,
    change_account,
    change_user,
    link_identity,
    require_code,
    revoke_key,
    unlink_identity,
)
from tenants.accounts.queries import AccountLine, UserLine
from tenants.accounts.rules import UserUnknown

app = cyclopts.App(name="halte user", version_flags=[], help="Accounts, their roles and keys: who logs in, with what.")

Json = Annotated[bool, cyclopts.Parameter(name="--json", negative="")]
Yes = Annotated[bool, cyclopts.Parameter(name=["--yes", "-y"], negative="")]
Flag = Annotated[bool, cyclopts.Parameter(negative="")]


@app.command
async def add(
    login: str,
    *,
    role: str,
    centre: str | None = None,
    name: str = "",
    email: str = "",
    key: Path | None = None,
    language: str = "fr",
    generate_password: Flag = False,
    password_stdin: Flag = False,
    json: Json = False,
) -> int:
    """Give a person a role in a centre, or in the network where no centre is named.

    An existing login is given the role, and keeps its name, password and keys.

    Args:
        login: what is typed before the @ of ssh.
        role: réception, commercial, comptabilité, direction or a role of the centre's own; network_admin or network_steward.
        centre: the centre's slug.
        name: as colleagues and the history see it; the login, unless said.
        email: the person's address.
        key: the file of an SSH public key; - for standard input.
        language: fr or en.
        generate_password: make a password up, printed once.
        password_stdin: read a password from the first line of standard input.
        json: print one JSON object.
    """
    chosen = choose_password(generate=generate_password, from_stdin=password_stdin)
    public_key = None if key is None else read_key(key)
    async with at_desk() as actor:
        if centre is None:
            added = await add_network_user(
                login,
                name=name or login,
                email=email,
                role=role,
                password=chosen.password,
                public_key=public_key,
                language=language,
                actor=actor,
            )
        else:
            added = await add_user(
                (await centre_named(centre)).id,
                login,
                name=name or login,
                email=email,
                role=role,
                password=chosen.password,
                public_key=public_key,
                language=language,
                actor=actor,
            )
    shown = None if added.existing else chosen.shown
    where = f"{role} in {centre or 'the network'}"
    done = f"{login}: had an account, is {where} now" if added.existing else f"{login}: added, {where}"
    answer = {"id": added.id, "login": login, "existing": added.existing, "generated_password": shown}
    say(done + ("" if added.existing else chosen.line()), answer, as_json=json)
    return DONE


@app.command(name="list")
async def list_(*, centre: str | None = None, json: Json = False) -> int:
    """List a centre's users, or every account.

    Args:
        centre: the centre's slug.
        json: print a JSON list.
    """
    lines: Sequence[UserLine | AccountLine]
    async with at_desk():
        if centre is None:
            async with system_transaction(read_only=True):
                lines = await queries.accounts()
        else:
            there = await centre_named(centre)
            async with tenant_transaction(there.id, read_only=True):
                lines = await queries.users(there.id)
    rows = [(line.login, line.name, line.email, _roles(line), line.state, str(len(line.keys))) for line in lines]
    say(table(("login", "name", "email", "role", "state", "keys"), rows), lines, as_json=json)
    return DONE


@app.command
async def show(login: str, *, json: Json = False) -> int:
    """Show an account: where it may go, and its keys.

    Args:
        login: whose.
        json: print one JSON object.
    """
    async with at_desk():
        line = await account_named(login)
    keys = [(str(key.id), key.fingerprint, key.label, str(key.last_used_at or "never")) for key in line.keys]
    head = f"{line.login}  {line.name}  {line.email}  {line.state}  {_roles(line)}\n"
    say(head + table(("key", "fingerprint", "label", "last used"), keys), line, as_json=json)
    return DONE


@app.command
async def disable(login: str, *, centre: str | None = None, yes: Yes = False, json: Json = False) -> int:
    """End a person's sessions at once and refuse new ones: in one centre, or everywhere.

    Args:
        login: whose.
        centre: take the role in this centre only.
        yes: do not ask.
        json: print one JSON object.
    """
    confirm(f"Disable {login} {f'in {centre}' if centre else 'everywhere'}? Live sessions end at once.", yes=yes)
    return await _set_state(login, "disabled", centre=centre, json=json)


@app.command
async def enable(login: str, *, centre: str | None = None, json: Json = False) -> int:
    """Let a disabled person log in again.

    Args:
        login: whose.
        centre: give back the role in this centre.
        json: print one JSON object.
    """
    return await _set_state(login, "active", centre=centre, json=json)


@app.command(name="add-key")
async def add_key_(login: str, key: Path, *, label: str = "", json: Json = False) -> int:
    """Register an SSH public key.

    Args:
        login: whose.
        key: the file (….pub); - for standard input.
        label: what it is called; the key's comment, unless said.
        json: print one JSON object.
    """
    public_key = read_key(key)
    async with at_desk() as actor:
        line = await add_key(None, (await account_named(login)).id, public_key, label=label, actor=actor)
    say(f"{login}: {line.fingerprint} {line.label}".rstrip(), line, as_json=json)
    return DONE


@app.command(name="revoke-key")
async def revoke_key_(login: str, key: str, *, yes: Yes = False, json: Json = False) -> int:
    """Revoke a key; the sessions it opened end at once.

    Args:
        login: whose.
        key: its fingerprint (SHA256:…) or id, as `halte user show` prints them.
        yes: do not ask.
        json: print one JSON object.
    """
    confirm(f"Revoke {key} of {login}? The sessions it opened end at once.", yes=yes)
    async with at_desk() as actor:
        account = await account_named(login)
        found = next((line for line in account.keys if key in (str(line.id), line.fingerprint)), None)
        if found is None:
            raise NoSuchKey(f"{login} has no key {key}: halte user show {login} lists them")
        await revoke_key(None, account.id, found.id, actor=actor)
    say(f"{login}: {found.fingerprint} revoked", {"login": login, "revoked": found.fingerprint}, as_json=json)
    return DONE


@app.command(name="set-password")
async def set_password(login: str, *, generate: Flag = False, stdin: Flag = False, json: Json = False) -> int:
    """Set a password, and end the sessions of the old one. Asks for it unless told otherwise.

    Args:
        login: whose.
        generate: make one up, printed once.
        stdin: read it from the first line of standard input.
        json: print one JSON object.
    """
    chosen = choose_password(generate=generate, from_stdin=stdin, ask=not generate and not stdin)
    async with at_desk() as actor:
        await change_account((await account_named(login)).id, password=chosen.password, actor=actor)
    answer = {"login": login, "generated_password": chosen.shown}
    say(f"{login}: password set{chosen.line()}", answer, as_json=json)
    return DONE


@app.command(name="set-role")
async def set_role(login: str, role: str, *, centre: str, json: Json = False) -> int:
    """Change a person's role in a centre; live sessions have the new rights within two seconds.

    Args:
        login: whose.
        role: the new role.
        centre: the centre's slug.
        json: print one JSON object.
    """
    async with at_desk() as actor:
        there = await centre_named(centre)
        line = await change_user(there.id, (await account_named(login)).id, role=role, actor=actor)
    say(f"{login}: {line.role} in {centre}", line, as_json=json)
    return DONE


@app.command(name="require-code")
async def require_code_(login: str, *, off: Flag = False, json: Json = False) -> int:
    """Ask for an authenticator's six digits beside the password; prints what the QR code says, once.

    Args:
        login: whose.
        off: ask no more.
        json: print one JSON object.
    """
    async with at_desk() as actor:
        uri = await require_code((await account_named(login)).id, wanted=not off, actor=actor)
    say(f"{login}: no code is asked" if uri is None else uri, {"login": login, "uri": uri}, as_json=json)
    return DONE


@app.command(name="link-identity")
async def link_identity_(login: str, *, issuer: str, subject: str, off: Flag = False, json: Json = False) -> int:
    """Let a subject of the network's identity provider log in as this person.

    Args:
        login: whose.
        issuer: the provider's issuer address, exactly as it says it.
        subject: the person's own id there (`sub`), never an e-mail address.
        off: take it away, and end the person's sessions.
        json: print one JSON object.
    """
    change = unlink_identity if off else link_identity
    async with at_desk() as actor:
        await change((await account_named(login)).id, issuer=issuer, subject=subject, actor=actor)
    answer = {"login": login, "issuer": issuer, "subject": subject, "linked": not off}
    say(f"{login}: {subject} of {issuer} {'unlinked' if off else 'linked'}", answer, as_json=json)
    return DONE


async def account_named(login: str) -> AccountLine:
    """Return the account of a login.

    Raises:
        UserUnknown: there is none; the refusal says how to list them.
    """
    async with system_transaction(read_only=True):
        found = await queries.accounts(login=login.strip().lower())
    if not found:
        raise UserUnknown(f"there is no user « {login} »: halte user list names them")
    return found[0]


async def _set_state(login: str, state: str, *, centre: str | None, json: bool) -> int:
    async with at_desk() as actor:
        account_id: UUID = (await account_named(login)).id
        if centre is None:
            await change_account(account_id, state=state, actor=actor)
        else:
            await change_user((await centre_named(centre)).id, account_id, state=state, actor=actor)
    answer = {"login": login, "centre": centre, "state": state}
    say(f"{login}: {state} {f'in {centre}' if centre else 'everywhere'}", answer, as_json=json)
    return DONE


def _roles(line: UserLine | AccountLine) -> str:
    return line.role if isinstance(line, UserLine) else ", ".join(line.roles)
