"""Accounts, roles, keys, sessions and codes. Hashes and secrets leave the database through definer functions only."""

from piccolo.columns import (
    JSONB,
    UUID,
    Array,
    BigInt,
    Boolean,
    Bytea,
    Integer,
    Text,
    Timestamptz,
)
from piccolo.table import Table

from infra.database import DB


class Account(Table, tablename="accounts", db=DB, help_text="A person who logs in; one in the whole network."):
    id = UUID(primary_key=True, default=None)
    login = Text(default=None, unique=True, help_text="Lower case; what is typed before the @ of ssh.")
    name = Text(default=None, help_text="As colleagues and the history see it.")
    email = Text(default=None, help_text="May be empty; never what somebody is known by.")
    language = Text(default=None, help_text="fr or en.")
    first_start_done = Boolean(default=None, help_text="Whether the three questions were answered.")
    keymap = JSONB(default=None, help_text="Action id to key, where the user changed it.")
    theme = Text(default=None, help_text="Empty for the default.")
    list_columns = JSONB(default=None, help_text="Of each list the columns that are not shown, where some are not.")
    password_hash = Text(
        null=True, default=None, secret=True, help_text="argon2id; empty where keys or the provider do."
    )
    totp_secret = Bytea(null=True, default=None, secret=True, help_text="Encrypted; empty where TOTP is off.")
    totp_last_step = BigInt(null=True, default=None, help_text="The last step that was used: none is used twice.")
    state = Text(default=None, help_text="active or disabled, in the whole network.")
    version = BigInt(default=None)
    created_at = Timestamptz(default=None)


class Role(Table, tablename="roles", db=DB, help_text="A named set of rights in one centre."):
    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    name = Text(default=None)
    supplied = Boolean(default=None, help_text="One of ours: its rights follow the release.")
    rights = Array(base_column=Text(), default=None)
    version = BigInt(default=None)


class Membership(Table, tablename="memberships", db=DB, help_text="A person's role in a centre."):
    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    account_id = UUID(default=None)
    role_id = UUID(default=None)
    state = Text(default=None, help_text="active or disabled, in this centre.")
    version = BigInt(default=None)
    created_at = Timestamptz(default=None)


class NetworkMembership(Table, tablename="network_memberships", db=DB, help_text="A person's role in the network."):
    account_id = UUID(primary_key=True, default=None)
    role = Text(default=None, help_text="network_admin or network_steward; the key is both columns.")
    created_at = Timestamptz(default=None)


class AccountIdentity(Table, tablename="account_identities", db=DB, help_text="Whom an identity provider means."):
    issuer = Text(primary_key=True, default=None)
    subject = Text(default=None, help_text="The provider's own id; the key is both columns.")
    account_id = UUID(default=None)
    created_at = Timestamptz(default=None)


class SshKey(Table, tablename="ssh_keys", db=DB, help_text="A public key that opens the terminal."):
    id = UUID(primary_key=True, default=None)
    account_id = UUID(default=None)
    label = Text(default=None)
    fingerprint = Text(default=None, help_text="SHA256:…, as ssh-keygen -l prints it.")
    public_key = Text(default=None, help_text="An OpenSSH line without comment.")
    created_at = Timestamptz(default=None)
    last_used_at = Timestamptz(null=True, default=None)
    revoked_at = Timestamptz(null=True, default=None)


class SessionRow(Table, tablename="sessions", db=DB, help_text="One log-in, with all tokens that came of it."):
    id = UUID(primary_key=True, default=None)
    account_id = UUID(default=None)
    method = Text(default=None, help_text="password, ssh or device.")
    key_id = UUID(null=True, default=None, help_text="The SSH key it was opened with.")
    address = Text(default=None)
    created_at = Timestamptz(default=None)
    expires_at = Timestamptz(default=None, help_text="After which no refresh helps.")
    ended_at = Timestamptz(null=True, default=None)
    end_reason = Text(null=True, default=None)


class SessionToken(Table, tablename="session_tokens", db=DB, help_text="A token's SHA-256; a spent refresh is kept."):
    digest = Bytea(primary_key=True, default=None)
    session_id = UUID(default=None)
    kind = Text(default=None, help_text="access or refresh.")
    expires_at = Timestamptz(default=None)
    spent_at = Timestamptz(
        null=True, default=None, help_text="When a refresh was traded: seen again, it ends the session."
    )


class DeviceCode(Table, tablename="device_codes", db=DB, help_text="A terminal waiting for a browser's approval."):
    id = UUID(primary_key=True, default=None)
    device_digest = Bytea(default=None, unique=True)
    user_code = Text(default=None, unique=True)
    centre_slug = Text(null=True, default=None, help_text="The centre that the terminal asked for.")
    address = Text(default=None, help_text="The terminal's.")
    state = Text(default=None, help_text="pending, identified, approved, denied or used.")
    account_id = UUID(null=True, default=None, help_text="Who identified, then approved.")
    browser_digest = Bytea(null=True, default=None, help_text="SHA-256 of the cookie of the browser that identified.")
    oidc_state_digest = Bytea(null=True, default=None)
    oidc_nonce = Text(null=True, default=None)
    oidc_verifier = Text(null=True, default=None, help_text="PKCE; gone once the code was traded.")
    oidc_issuer = Text(null=True, default=None, help_text="An identity that was proved but belongs to nobody yet.")
    oidc_subject = Text(null=True, default=None)
    interval_seconds = Integer(default=None)
    polled_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=None)
    expires_at = Timestamptz(default=None)


class LogInFailure(Table, tablename="log_in_failures", db=DB, help_text="Attempts that did not succeed, counted."):
    subject = Text(primary_key=True, default=None, help_text="login:… or address:….")
    failures = Integer(default=None)
    last_at = Timestamptz(default=None)
