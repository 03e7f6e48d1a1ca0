"""Sending: a text is claimed under the centre's cap, handed over outside any transaction, and marked.

The gateway knows no idempotency key. A claim is written before the call; where its end is not known (no answer, a kill)
the next attempt looks the message up by our id and sends it only if it is not there.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote, urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from infra.actor import job
from infra.clock import now
from infra.database import execute, fetch_row, tenant_transaction
from infra.outbox import Event, record
from infra.settings import settings
from infra.sms.brevo import Brevo
from infra.sms.gateway import Answer, Gateway, Later, Outgoing, Rejected, Taken
from tenants.centres.queries import centre
from tenants.centres.rules import Centre
from tenants.text_messages import queries
from tenants.text_messages.events import TextFailed, TextSent
from tenants.text_messages.hours import next_allowed
from tenants.text_messages.rules import TextSettings

LEASE_SECONDS: Final = 60
REPORTER: Final = "halte"
"""The user that the gateway shows with its reports."""
SENDER: Final = job("texts")

MakeGateway = Callable[[str], Gateway]
"""Told an account's key, it gives the gateway."""


class _Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """A text that is ours to send now."""

    outgoing: Outgoing
    key: str
    attempts: int
    was_in_doubt: bool


class _Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A text that is due."""

    id: UUID
    client_id: UUID
    recipient: str
    body: str
    cost_ten_thousandths: int
    attempts: int
    in_doubt: bool
    expires_at: datetime


def brevo(key: str) -> Gateway:
    """Return the one gateway there is."""
    return Brevo(key, url=settings().brevo_url)


async def send_text(centre_id: UUID, text_id: UUID, *, gateway: MakeGateway = brevo) -> Answer | None:
    """Send a text that is due; what is sent, not due, claimed or not allowed any more is left alone (None)."""
    claimed = await _claim(centre_id, text_id)
    if claimed is None:
        return None
    line = gateway(claimed.key)
    answer = await line.find(claimed.outgoing) if claimed.was_in_doubt else None
    if answer is None:
        answer = await line.send(claimed.outgoing)
    await _mark(centre_id, claimed, answer)
    return answer


async def send_due_texts(*, gateway: MakeGateway = brevo) -> int:
    """Send what is due in every centre; return how many were taken. Who does not answer one is not asked for the next."""
    taken = 0
    for centre_id, text_id in await queries.due_texts():
        answer = await send_text(centre_id, text_id, gateway=gateway)
        if answer is not None and not isinstance(answer, Taken | Rejected | Later):
            break
        taken += isinstance(answer, Taken)
    return taken


async def _claim(centre_id: UUID, text_id: UUID) -> _Claimed | None:
    async with tenant_transaction(centre_id):
        here, instant = await centre(centre_id), now()
        # The settings' row first, in every sending: no two of a centre's texts decide on the cap at once.
        kept = await queries.settings_of(centre_id, lock=True)
        row = await fetch_row(
            """SELECT id, client_id, recipient, body, cost_ten_thousandths, attempts, in_doubt, expires_at
               FROM text_messages WHERE centre_id = $1 AND id = $2 AND state = 'queued' AND next_at <= $3 FOR UPDATE""",
            centre_id,
            text_id,
            instant,
        )
        if row is None:
            return None
        text = msgspec.convert(dict(row), _Waiting)
        month = queries.first_of_month(instant.astimezone(ZoneInfo(here.time_zone)))
        if not text.in_doubt:
            spent = await queries.spent_ten_thousandths(centre_id, month, but=text.id)
            agreed = await queries.still_agreed(centre_id, text.client_id, text.recipient)
            if reason := _hindrance(text, kept, at=instant, spent=spent, agreed=agreed):
                await _end(centre_id, text.id, reason, charged=False)
                return None
            allowed = next_allowed(instant, time_zone=here.time_zone, postal_code=here.postal_code)
            if allowed > instant:
                await _postpone(centre_id, text.id, allowed)
                return None
        await execute(
            """UPDATE text_messages SET attempts = attempts + 1, next_at = $3, in_doubt = true,
                   charged_month = coalesce(charged_month, $4) WHERE centre_id = $1 AND id = $2""",
            centre_id,
            text.id,
            instant + timedelta(seconds=LEASE_SECONDS),
            month,
        )
        key, token = await queries.secrets_of(centre_id)
    outgoing = Outgoing(
        id=text.id,
        sender=kept.sender,
        recipient=text.recipient,
        text=text.body,
        report_url=report_url(here, token) if token else "",
    )
    return _Claimed(outgoing=outgoing, key=key, attempts=text.attempts + 1, was_in_doubt=text.in_doubt)


def _hindrance(text: _Waiting, kept: TextSettings, *, at: datetime, spent: int, agreed: bool) -> str:
    """Return why a text must not go out, or nothing."""
    if at >= text.expires_at:
        return "too_late"
    if not agreed:
        return "consent_withdrawn"
    if not kept.is_set_up:
        return "not_set_up"
    return "monthly_cap" if spent + text.cost_ten_thousandths > kept.monthly_cap_minor * 100 else ""


async def _mark(centre_id: UUID, claimed: _Claimed, answer: Answer) -> None:
    text_id = claimed.outgoing.id
    delays = [float(delay) for delay in settings().mail_delays.split(",") if delay.strip()]
    over = claimed.attempts > len(delays)
    async with tenant_transaction(centre_id):
        if isinstance(answer, Taken):
            sent = await execute(
                """UPDATE text_messages SET state = 'sent', sent_at = $3, provider_id = $4, in_doubt = false, reason = ''
                   WHERE centre_id = $1 AND id = $2 AND state = 'queued'""",
                centre_id,
                text_id,
                now(),
                answer.provider_id,
            )
            if sent:
                await record(TextSent(subject_id=text_id), actor=SENDER)
        elif isinstance(answer, Rejected):
            await _end(centre_id, text_id, answer.reason, charged=False)
        elif over:
            await _end(centre_id, text_id, answer.reason, charged=not isinstance(answer, Later))
        else:
            surely_not = isinstance(answer, Later)
            pause = max(delays[claimed.attempts - 1], answer.pause_seconds if isinstance(answer, Later) else 0.0)
            await execute(
                """UPDATE text_messages SET next_at = $3, reason = $4, in_doubt = NOT $5,
                       charged_month = CASE WHEN $5 THEN NULL ELSE charged_month END
                   WHERE centre_id = $1 AND id = $2 AND state = 'queued'""",
                centre_id,
                text_id,
                now() + timedelta(seconds=pause),
                answer.reason,
                surely_not,
            )


async def _postpone(centre_id: UUID, text_id: UUID, until: datetime) -> None:
    await execute("UPDATE text_messages SET next_at = $3 WHERE centre_id = $1 AND id = $2", centre_id, text_id, until)


async def _end(centre_id: UUID, text_id: UUID, reason: str, *, charged: bool) -> None:
    """Note that a text will not be sent; it costs nothing unless it may have gone."""
    ended = await execute(
        """UPDATE text_messages SET state = 'failed', reason = $3, in_doubt = false,
               charged_month = CASE WHEN $4 THEN charged_month END
           WHERE centre_id = $1 AND id = $2 AND state = 'queued'""",
        centre_id,
        text_id,
        reason,
        charged,
    )
    if ended:
        failed: Event = TextFailed(subject_id=text_id)
        await record(failed, actor=SENDER)


def report_url(here: Centre, token: str) -> str:
    """Return where the gateway reports, its user and password in it as its documentation has it."""
    place = urlsplit(settings().public_url.rstrip("/"))
    return f"{place.scheme}://{REPORTER}:{quote(token, safe='')}@{place.netloc}{place.path}/webhooks/texts/{here.slug}"
