"""Settings: what the surroundings tell Halte, read once from the environment, never passed on whole."""

import os
from functools import lru_cache
from pathlib import Path

import msgspec

from infra.errors import Invalid


class SettingInvalid(Invalid):
    """A setting is missing or cannot be read."""

    code = "setting_invalid"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Every setting. An address left empty means: this part is not configured, and what needs it says so."""

    database_url: str = ""
    """The application's role, which owns nothing."""
    database_owner_url: str = ""
    """The role that migrates; no server or worker knows it."""
    database_network_url: str = ""
    database_relay_url: str = ""
    database_police_url: str = ""
    database_backup_url: str = ""
    redis_url: str = ""
    public_url: str = "http://127.0.0.1:8000"
    """Where clients reach the pages; links in mails begin with it."""
    smtp_url: str = ""
    """smtp://user:password@host:port, or smtps://."""
    mail_domain: str = ""
    """The domain of our own addresses: mails come from `halte@` it, answers come back to `fil+…@` it. Empty: the public
    address's host."""
    mail_delays: str = "60,300,900,3600,14400,43200"
    """Seconds between the attempts to send a mail; one more attempt than there are delays, then staff see it."""
    inbound_host: str = "127.0.0.1"
    inbound_port: int = 0
    """Where the worker takes clients' answers by SMTP from the mail server in front; 0 for nowhere."""
    metrics_port: int = 0
    """The first of the ports on which relay, scheduler and workers show their metrics to loopback; 0 for none."""
    secret: str = ""
    """At least 32 characters: signs links and form tokens."""
    stripe_key: str = ""
    stripe_webhook_secret: str = ""
    """Empty disables the webhook route."""
    stripe_api_base: str = ""
    """Empty for Stripe itself; the payment simulator's address in demo and tests."""
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    geocoder_url: str = "https://data.geopf.fr/geocodage"
    """The French geocoding service, which adds streets where it is reachable; empty for none."""
    brevo_url: str = "https://api.brevo.com/v3"
    """The gateway of text messages, which each centre uses with a key of its own."""
    photon_url: str = ""
    """A Photon server for addresses outside France; empty for none."""
    gateway_credential: str = ""
    """What the SSH gateway shows to open sessions; empty disables the route."""
    trusted_proxies: str = ""
    """Comma-separated addresses whose X-Forwarded-For is believed."""
    requests_per_minute: int = 120
    log_in_failures: int = 5
    """Failed log-ins before an address or a login is slowed."""
    release: str = "0.1.0"
    demo: bool = False
    """The demo lets a centre without `stripe_account` be charged on the key's own account."""
    now: str = ""
    """Freezes the clock, in tests and bench only (RFC 3339)."""
    var: Path = Path("var")


def read(environment: dict[str, str]) -> Settings:
    """Read the settings from `HALTE_…` variables; `DATABASE_URL` and its kin, and `REDIS_URL`, have no prefix.

    Raises:
        SettingInvalid: a value cannot be read as its type; the message names the variable.
    """
    values: dict[str, str] = {}
    for field in Settings.__struct_fields__:
        bare = field.upper()
        name = bare if bare.startswith(("DATABASE_", "REDIS_")) else f"HALTE_{bare}"
        if name in environment:
            values[field] = environment[name]
    try:
        settings = msgspec.convert(values, Settings, strict=False, dec_hook=lambda kind, value: kind(value))
    except msgspec.ValidationError as error:
        raise SettingInvalid(f"settings: {error}") from error
    if settings.secret and len(settings.secret) < 32:
        raise SettingInvalid("HALTE_SECRET: at least 32 characters")
    return settings


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Return the settings of this process, read at the first call."""
    return read(dict(os.environ))
