"""Logging in, who one is, users, roles, centres."""

from datetime import date, datetime
from uuid import UUID

from server.contract.basics import Wire


class TokenRequest(Wire, frozen=True):
    """Log in by password; `centre` chooses among several, `code` is the six digits of TOTP where the account has it."""

    login: str
    password: str
    centre: str | None = None
    code: str | None = None


class Token(Wire, frozen=True):
    """An opaque bearer token; `expires_in` in seconds."""

    access_token: str
    expires_in: int
    token_type: str = "Bearer"
    refresh_token: str | None = None


class RefreshRequest(Wire, frozen=True):
    """Trade a refresh token for a new pair; the old one is spent."""

    refresh_token: str


class DeviceCode(Wire, frozen=True):
    """A device code (RFC 8628): show `user_code` and `verification_uri`, then ask every `interval` seconds."""

    device_code: str
    user_code: str
    verification_uri: str
    verification_uri_complete: str
    expires_in: int
    interval: int


class DeviceTokenRequest(Wire, frozen=True):
    """Ask whether the code was approved; 403 `authorization_pending` until then, `slow_down`, `expired_token`."""

    device_code: str


class SshKeyQuestion(Wire, frozen=True):
    """Whether the key is an active user's: the gateway asks before it has the client prove that it holds it."""

    login: str
    fingerprint: str


class SshSessionRequest(Wire, frozen=True):
    """What the gateway says after asyncssh proved the key; `fingerprint` as `SHA256:…`."""

    login: str
    fingerprint: str
    address: str


class Place(Wire, frozen=True):
    """Somewhere an account has a role: a centre, or the network where `centre` is None."""

    centre: str | None
    centre_name: str | None
    role: str
    rights: list[str]


class Me(Wire, frozen=True):
    """Whom the token speaks for, and where it may go."""

    account_id: UUID
    login: str
    name: str
    language: str
    first_start_done: bool
    places: list[Place]
    keymap: dict[str, str] = {}
    """Keys the user chose, by action id."""
    theme: str = ""
    list_columns: dict[str, list[str]] = {}
    """Of each list the columns that are not shown."""


class PreferencesChange(Wire, frozen=True):
    """What a user sets for itself."""

    language: str | None = None
    first_start_done: bool | None = None
    keymap: dict[str, str] | None = None
    theme: str | None = None
    list_columns: dict[str, list[str]] | None = None


class CentreView(Wire, frozen=True):
    """The centre one works in; `today` is its own date and zone its clock."""

    id: UUID
    slug: str
    name: str
    state: str
    time_zone: str
    today: date
    languages: list[str]
    town: str
    phone: str
    email: str
    beds: int
    colour: str


class CentreSettings(Wire, frozen=True):
    """What a centre says of itself and how it sells; sent whole under If-Match, so that nothing is emptied unsaid.

    `deposit_nature` is acompte or arrhes; `deposit_basis_points` 3000 is 30 %; an option lasts `option_days`;
    `embed_origins` are the sites (`https://host`) that may show the contact form.
    """

    name: str
    legal_name: str
    siret: str
    vat_number: str
    street: str
    postal_code: str
    town: str
    country: str
    phone: str
    email: str
    time_zone: str
    languages: list[str]
    colour: str
    sender_name: str
    acm_number: str
    safety_commission_day: date | None
    capacity_minors: int | None
    stripe_account: str | None
    iban: str
    bic: str
    deposit_basis_points: int
    deposit_nature: str
    option_days: int
    embed_origins: list[str]


class CentreSettingsView(Wire, frozen=True):
    """The centre's settings as they are; slug, state and plan are the network's to change."""

    id: UUID
    version: int
    slug: str
    state: str
    plan: str
    fields: CentreSettings


class NetworkCentre(Wire, frozen=True):
    """A centre as the network sees it: no client, no price."""

    id: UUID
    slug: str
    name: str
    town: str
    state: str
    plan: str
    beds: int
    created_at: datetime


class NewCentre(Wire, frozen=True):
    """What provisioning asks; the rest has defaults and is edited later."""

    slug: str
    name: str
    town: str
    email: str
    legal_name: str = ""
    postal_code: str = ""
    phone: str = ""
    time_zone: str = "Europe/Paris"
    administrator_login: str | None = None
    administrator_name: str | None = None
    administrator_email: str | None = None


class CentreStateChange(Wire, frozen=True):
    """`active` or `suspended`, with a reason for the trail."""

    state: str
    reason: str


class RoleView(Wire, frozen=True):
    """A set of rights; supplied ones can be copied, not changed."""

    id: UUID
    name: str
    supplied: bool
    rights: list[str]


class KeyView(Wire, frozen=True):
    """A registered SSH public key."""

    id: UUID
    label: str
    fingerprint: str
    created_at: datetime
    last_used_at: datetime | None


class User(Wire, frozen=True):
    """A member of the centre's staff."""

    id: UUID
    version: int
    login: str
    name: str
    email: str
    role: str
    state: str
    keys: list[KeyView]


class NewUser(Wire, frozen=True):
    """A person who gets a role here; an existing login is given the role, and keeps its password and keys."""

    login: str
    name: str
    email: str
    role: str
    password: str | None = None
    public_key: str | None = None


class UserChange(Wire, frozen=True):
    """What may change of a user; None leaves it. `state` is `active` or `disabled`, which ends sessions at once."""

    name: str | None = None
    email: str | None = None
    role: str | None = None
    state: str | None = None
    password: str | None = None


class NewKey(Wire, frozen=True):
    """An OpenSSH public key line."""

    public_key: str
    label: str = ""
