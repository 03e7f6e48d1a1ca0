"""Facts about accounts. Whoever holds a live session of an account ends it on `accounts.revoked`."""

from infra.outbox import Event


class AccountRevoked(Event, frozen=True, kw_only=True, tag="accounts.revoked"):
    """A person's sessions were ended: a key, a token, a role or the whole account was taken back."""


class UserAdded(Event, frozen=True, kw_only=True, tag="accounts.user_added"):
    """A person was given a role in the centre."""


class UserChanged(Event, frozen=True, kw_only=True, tag="accounts.user_changed"):
    """A user's particulars, role or keys changed."""


class RoleChanged(Event, frozen=True, kw_only=True, tag="accounts.role_changed"):
    """A role of the centre was made or changed."""
