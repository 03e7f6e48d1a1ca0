"""Proving who one is by password and authenticator, slowly enough for whoever guesses."""

from datetime import datetime
from uuid import UUID

import structlog

from infra.clock import now
from infra.database import execute, fetch_row, system_transaction
from infra.settings import settings
from tenants.accounts import queries, rules
from tenants.accounts.rules import CodeNeeded, CredentialsWrong, LogInSlowed
from tenants.accounts.secrets import password_matches, totp_step, unseal

log = structlog.get_logger("accounts")


async def check_credentials(login: str, password: str, *, code: str | None, address: str) -> UUID:
    """Return the account that a password, and a code where it has an authenticator, belong to.

    A try counts as failed before it is judged, so that a hundred at once are no better than a hundred in a row; an
    unknown login takes as long as a known one.

    Raises:
        LogInSlowed: too many tries failed, for this login or from this address.
        CredentialsWrong: no such account, or another password or code: they are not told apart.
        CodeNeeded: the password is right and the account asks for a code.
    """
    at, bare = now(), login.strip().lower()[:64]
    subjects = (f"address:{address}", f"login:{bare}")
    async with system_transaction():
        for subject in subjects:
            await count_failure(subject, at=at)
        row = await fetch_row("SELECT id, password_hash, totp_secret FROM account_for_log_in($1)", bare)
    if not await password_matches(password, None if row is None else row["password_hash"]) or row is None:
        # Not what was typed as a login: it may be a password.
        log.warning("log_in_failed", address=address, account_id=None if row is None else str(row["id"]))
        raise CredentialsWrong()
    async with system_transaction():
        if not await queries.places(row["id"]):
            log.warning("log_in_failed", address=address, account_id=str(row["id"]), reason="no_role")
            raise CredentialsWrong()
        if row["totp_secret"] is not None and not code:
            await _forgive(subjects)
            needed = True
        else:
            needed = False
            if row["totp_secret"] is not None and not await _use_code(row["id"], row["totp_secret"], code or "", at=at):
                log.warning("log_in_failed", address=address, account_id=str(row["id"]), reason="code")
                raise CredentialsWrong()
            await _forgive(subjects)
    if needed:
        raise CodeNeeded()
    return UUID(str(row["id"]))


async def count_failure(subject: str, *, at: datetime) -> None:
    """Count a try against a login or an address (`login:…`, `address:…`), unless it comes too soon.

    Raises:
        LogInSlowed: too many failed; nothing is counted.
    """
    row = await fetch_row(
        """INSERT INTO log_in_failures AS f (subject, failures, last_at) VALUES ($1, 0, $2)
           ON CONFLICT (subject) DO UPDATE SET failures = CASE WHEN f.last_at < $3 THEN 0 ELSE f.failures END
           RETURNING failures, last_at""",
        subject,
        at,
        at - rules.FAILURES_FORGOTTEN_AFTER,
    )
    if row is not None:
        kind = subject.partition(":")[0]
        wait = rules.wait_seconds(row["failures"], allowed=settings().log_in_failures, kind=kind)
        left = wait - int((at - row["last_at"]).total_seconds())
        if wait and left > 0:
            log.warning("log_in_slowed", by=kind, failures=row["failures"], wait_seconds=left)
            raise LogInSlowed(left)
    await execute("UPDATE log_in_failures SET failures = failures + 1, last_at = $2 WHERE subject = $1", subject, at)


async def _use_code(account_id: UUID, sealed: bytes, code: str, *, at: datetime) -> bool:
    step = totp_step(unseal(sealed), code, at=at)
    # The database decides who uses a step first: a code that was seen once is worth nothing.
    return step is not None and bool(
        await execute(
            """UPDATE accounts SET totp_last_step = $2
               WHERE id = $1 AND (totp_last_step IS NULL OR totp_last_step < $2)""",
            account_id,
            step,
        )
    )


async def _forgive(subjects: tuple[str, str]) -> None:
    address, login = subjects
    await execute("UPDATE log_in_failures SET failures = greatest(failures - 1, 0) WHERE subject = $1", address)
    await execute("DELETE FROM log_in_failures WHERE subject = $1", login)
