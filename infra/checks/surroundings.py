"""Checks of what the settings name: the database and its roles, Redis, mail, payments, log-in."""

import asyncio
import re
import smtplib
from collections.abc import Mapping
from urllib.parse import urlsplit

import asyncpg
import httpx
import redis

from infra.checks.findings import Finding, failed, fine, note
from infra.services.servers import ADDRESSES
from infra.settings import SettingInvalid, Settings, read

OLDEST, NEWEST = 15, 18
"""PostgreSQL's major versions that Halte is tested with."""
PATIENCE_SECONDS = 5


def settings_of(environment: Mapping[str, str]) -> tuple[Settings | None, list[Finding]]:
    """Read the settings; None when they cannot be."""
    try:
        settings = read(dict(environment))
    except SettingInvalid as error:
        return None, [failed("settings", error.detail, "correct this variable")]
    known = {f"HALTE_{name.upper()}" for name in Settings.__struct_fields__} | _ELSEWHERE
    strange = sorted(name for name in environment if name.startswith("HALTE_") and name not in known)
    if strange:
        return settings, [note("settings", f"nobody reads {', '.join(strange)}", "mistyped?")]
    return settings, [fine("settings", "readable")]


def database(environment: Mapping[str, str]) -> list[Finding]:
    """Look at the database as each role sees it."""
    given = {name: environment[name] for name in ADDRESSES if environment.get(name)}
    if not given:
        return [note("database", "DATABASE_URL is not set", "the demo makes its own; a server needs DATABASE_URL")]
    found = [asyncio.run(_as_role(name, url, ADDRESSES[name])) for name, url in given.items()]
    missing = [name for name in ADDRESSES if name not in given]
    if missing:
        found.append(note("database", f"not set: {', '.join(missing)}", "each part needs its own role's address"))
    if "DATABASE_OWNER_URL" in given:
        found.append(asyncio.run(_migrations(given["DATABASE_OWNER_URL"])))
    return found


def queue(settings: Settings) -> Finding:
    """Look whether Redis answers."""
    if not settings.redis_url:
        return note("redis", "REDIS_URL is not set", "the demo makes its own; workers need REDIS_URL")
    try:
        with redis.Redis.from_url(settings.redis_url, socket_timeout=PATIENCE_SECONDS) as client:
            version = client.info("server")["redis_version"]
    except redis.RedisError as error:
        return failed("redis", f"{shown(settings.redis_url)}: {error}", "start it, or correct REDIS_URL")
    return fine("redis", f"{shown(settings.redis_url)} speaks Redis {version}")


def mail(settings: Settings) -> Finding:
    """Look whether the mail server takes a connection."""
    if not settings.smtp_url:
        return note("mail", "HALTE_SMTP_URL is not set", "no mail leaves; set smtp://user:password@host:port")
    address = urlsplit(settings.smtp_url)
    opened = smtplib.SMTP_SSL if address.scheme == "smtps" else smtplib.SMTP
    try:
        with opened(address.hostname or "", address.port or 0, timeout=PATIENCE_SECONDS) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as error:
        return failed("mail", f"{shown(settings.smtp_url)}: {error}", "start it, or correct HALTE_SMTP_URL")
    return fine("mail", f"{shown(settings.smtp_url)} answers")


def secrets(settings: Settings) -> Finding:
    """Look whether links can be signed."""
    if not settings.secret:
        advice = 'HALTE_SECRET=$(python3 -c "import secrets; print(secrets.token_urlsafe(48))"), kept the same for good'
        return note("secret", "HALTE_SECRET is not set: no link can be signed", advice)
    return fine("secret", f"{len(settings.secret)} characters")


def payments(settings: Settings) -> Finding:
    """Look at the key of the payment provider, without calling it."""
    if not settings.stripe_key:
        return note("payments", "HALTE_STRIPE_KEY is not set", "no payment can be taken; the demo simulates them")
    kind = "live" if "_live_" in settings.stripe_key else "test"
    if settings.demo and kind == "live":
        return failed("payments", "a live key in the demo", "the demo refuses it: use a test key, or none")
    if not settings.stripe_webhook_secret:
        return failed(
            "payments", f"a {kind} key, no webhook secret", "without HALTE_STRIPE_WEBHOOK_SECRET no payment is booked"
        )
    return fine("payments", f"a {kind} key and a webhook secret")


def log_in(settings: Settings) -> Finding:
    """Look whether the identity provider can be found."""
    if not settings.oidc_issuer:
        return note("log-in", "HALTE_OIDC_ISSUER is not set", "log-in by key and password only")
    address = f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration"
    try:
        told = httpx.get(address, timeout=PATIENCE_SECONDS).raise_for_status().json()["issuer"]
    except (httpx.HTTPError, ValueError, KeyError) as error:
        return failed("log-in", f"{address}: {error}", "correct HALTE_OIDC_ISSUER")
    if told != settings.oidc_issuer:
        return failed("log-in", f"the provider calls itself {told}", "HALTE_OIDC_ISSUER must be exactly that")
    return fine("log-in", told)


def gateway(settings: Settings) -> Finding:
    """Look whether the SSH gateway may open sessions."""
    if not settings.gateway_credential:
        return note(
            "gateway", "HALTE_GATEWAY_CREDENTIAL is not set", "log-in by ssh is off until server and gateway share one"
        )
    return fine("gateway", "has its credential")


def web(environment: Mapping[str, str], settings: Settings) -> Finding:
    """Look whether the app in a browser is reached by TLS, and its visitors told apart."""
    address = environment.get("HALTE_WEB_URL", "")
    if not address:
        return note("web", "HALTE_WEB_URL is not set", "the app in a browser: `halte web`, see the guide")
    if urlsplit(address).scheme != "https":
        return failed("web", f"{address} is no https address", "passwords would pass in clear: a TLS proxy before it")
    if not settings.trusted_proxies:
        return note("web", address, "without HALTE_TRUSTED_PROXIES all browsers count as one when log-ins are slowed")
    return fine("web", address)


def shown(address: str) -> str:
    """Return an address without its password."""
    return re.sub(r"(://[^/@]*?):[^/@]*@", r"\1:…@", address)


_ELSEWHERE = {f"HALTE_{name}" for name in ("POSTGRES_BIN", "VALKEY_BIN", "SUPERVISED", "SERVER", "WEB_URL", "DRAFTS")}
"""Variables that are read elsewhere than in the settings."""


async def _as_role(variable: str, url: str, role: str) -> Finding:
    name = f"database as {role}"
    try:
        connection = await asyncpg.connect(url, timeout=PATIENCE_SECONDS)
    except (OSError, asyncpg.PostgresError, TimeoutError) as error:
        return failed(name, f"{shown(url)}: {error}", f"start PostgreSQL, or correct {variable}; halte migrate --roles")
    try:
        major = connection.get_server_version().major
        row = await connection.fetchrow(
            "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user",
        )
        owned = await connection.fetchval(
            "SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole AND relkind IN ('r', 'p', 'v')"
        )
    finally:
        await connection.close()
    detail = f"{shown(url)}, PostgreSQL {major}"
    if not OLDEST <= major <= NEWEST:
        return failed(name, detail, f"Halte is tested with PostgreSQL {OLDEST} to {NEWEST}")
    if row["rolsuper"] or (row["rolbypassrls"] and role != "halte_backup"):
        return failed(
            name, f"{detail}: {row['rolname']} sees past row-level security", "halte migrate --roles: use that role"
        )
    if owned and role != "halte_owner":
        return failed(name, f"{detail}: {row['rolname']} owns {owned} tables", "only halte_owner may own tables")
    return fine(name, detail)


async def _migrations(url: str) -> Finding:
    try:
        connection = await asyncpg.connect(url, timeout=PATIENCE_SECONDS)
    except (OSError, asyncpg.PostgresError, TimeoutError):
        return failed("migrations", "the database does not answer", "see above")
    try:
        ran = await connection.fetchval("SELECT count(*) FROM migration")
    except asyncpg.UndefinedTableError:
        return failed("migrations", "none was run", "halte migrate")
    finally:
        await connection.close()
    return fine("migrations", f"{ran} were run (halte migrate runs those that are new)")
