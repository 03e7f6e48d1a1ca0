"""What the gateway tells of texts: proved by the centre's token, kept by the inbox once, followed by a worker."""

import base64
import binascii
import hmac
from hashlib import blake2b
from uuid import UUID

import msgspec

from infra.actor import Actor
from infra.clock import now
from infra.database import execute, fetch_row, fetch_value, tenant_transaction
from infra.errors import Refused
from infra.inbox import StoredEvent
from infra.outbox import record
from infra.sms.brevo import read_report
from infra.sms.gateway import Fate, Report
from tenants.centres.queries import by_slug
from tenants.text_messages import queries
from tenants.text_messages.events import TextDelivered, TextFailed
from tenants.text_messages.operations import refuse_more
from tenants.text_messages.rules import refuses_more
from tenants.text_messages.sending import REPORTER


class ReportNotProved(Refused):
    """The report does not show the token that the centre gave its gateway."""

    code = "report_not_proved"


class _Told(msgspec.Struct, frozen=True):
    """What the inbox keeps of a report."""

    centre_id: UUID
    report: Report


async def verified_report(slug: str, payload: bytes, authorization: str) -> tuple[str, bytes] | None:
    """Verify a report and return its event's id and what the inbox keeps; None where there is no such door.

    Args:
        slug: the centre's.
        payload: the body.
        authorization: the header: `Bearer` and the token, or `Basic` with our user and the token.

    Returns:
        An empty id for a report that is proved and tells nothing to follow.

    Raises:
        ReportNotProved: as it says.
    """
    centre = await by_slug(slug)
    if centre is None:
        return None
    async with tenant_transaction(centre.id, read_only=True):
        _key, token = await queries.secrets_of(centre.id)
    if not token:
        return None
    if not hmac.compare_digest(_shown(authorization), token.encode()):
        raise ReportNotProved
    report = read_report(payload)
    if report is None:
        return "", b""
    # Reports have no id of their own: the same one told again is the same bytes.
    digest = blake2b(payload, digest_size=16).hexdigest()
    return f"{centre.id}:{digest}", msgspec.json.encode(_Told(centre.id, report))


async def apply_report(event: StoredEvent, *, actor: Actor) -> bool:
    """Follow a report that the inbox kept; twice, or late, changes nothing more. Say whether something changed."""
    told = msgspec.json.decode(event.payload, type=_Told)
    async with tenant_transaction(told.centre_id):
        stopped = told.report.fate is Fate.REFUSED_MORE or refuses_more(told.report.reply)
        if stopped:
            await refuse_more(told.centre_id, told.report.phone, actor=actor)
        if told.report.fate in (Fate.REPLIED, Fate.REFUSED_MORE):
            return stopped
        return await _follow(told.centre_id, told.report, actor=actor)


async def _follow(centre_id: UUID, report: Report, *, actor: Actor) -> bool:
    text = await fetch_row(
        """SELECT id, parts, cost_ten_thousandths FROM text_messages
           WHERE centre_id = $1 AND (id = $2 OR $2 IS NULL AND provider_id = $3) FOR UPDATE""",
        centre_id,
        report.message_id,
        report.provider_id,
    )
    if text is None:
        return False
    if report.parts and report.parts != text["parts"]:
        await execute(
            """UPDATE text_messages SET parts = $3::smallint, cost_ten_thousandths = cost_ten_thousandths / parts * $3::smallint
               WHERE centre_id = $1 AND id = $2""",
            centre_id,
            text["id"],
            min(report.parts, 100),
        )
    # Reports come in any order: « delivered » is the end, « failed » gives way to it only.
    moved = await fetch_value(
        """UPDATE text_messages SET reported_at = $3, in_doubt = false, provider_id = coalesce(provider_id, $6),
               state = $4, sent_at = coalesce(sent_at, $3), reason = $5
           WHERE centre_id = $1 AND id = $2 AND state <> 'delivered' AND state <> $4
               AND NOT (state = 'failed' AND $4 = 'sent') RETURNING state""",
        centre_id,
        text["id"],
        now(),
        {Fate.DELIVERED: "delivered", Fate.FAILED: "failed"}.get(report.fate, "sent"),
        "" if report.fate is Fate.DELIVERED else report.reason if report.fate is Fate.FAILED else "",
        report.provider_id or None,
    )
    if moved == "delivered":
        await record(TextDelivered(subject_id=text["id"]), actor=actor)
    elif moved == "failed":
        await record(TextFailed(subject_id=text["id"]), actor=actor)
    return moved is not None


def _shown(authorization: str) -> bytes:
    """Return the token that a header shows; nothing where it shows none."""
    scheme, _space, rest = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip().encode()
    if scheme.lower() != "basic":
        return b""
    try:
        user, _colon, password = base64.b64decode(rest.strip(), validate=True).partition(b":")
    except (binascii.Error, ValueError):
        return b""
    return password if hmac.compare_digest(user, REPORTER.encode()) else b""
