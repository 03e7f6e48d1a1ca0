"""Brevo's gateway: a French house whose API says itself what French law asks of texts (hours, the short number of STOP).

As documented at developers.brevo.com: `POST /transactionalSMS/send` with the header `api-key` answers 201 and
`{"messageId"}`; an error is `{"code", "message"}` under 400, 401, 402 (no credit), 403, 429 (`x-sib-ratelimit-reset`
says the seconds) or 5xx. It takes no idempotency key: a message carries our id as its tag, by which
`GET /transactionalSMS/statistics/events` finds it again. In a message of type `marketing`, `[STOP_CODE]` becomes the
short number that takes STOP. Reports are posted to `webUrl`, proved by the user and password of that address or by
a bearer token, as « Secure webhook calls » has it.
"""

from typing import Final
from uuid import UUID

import httpx
import msgspec

from infra.sms.gateway import Answer, Fate, Later, Outgoing, Rejected, Report, Taken, Unheard
from infra.sms.parts import is_gsm

SECONDS: Final = 8.0
STOP: Final = " STOP au [STOP_CODE]"
"""What every message ends with."""
STOP_SHOWN: Final = " STOP au 36111"
"""The same as it is counted: a short number has five digits."""
_LOOKED_BACK_DAYS: Final = 7
_FATES: Final = {
    "sent": Fate.UNDERWAY,
    "accepted": Fate.UNDERWAY,
    "soft_bounce": Fate.UNDERWAY,
    "delivered": Fate.DELIVERED,
    "hard_bounce": Fate.FAILED,
    "rejected": Fate.FAILED,
    "blacklisted": Fate.FAILED,
    "skip": Fate.FAILED,
    "replied": Fate.REPLIED,
    "reply": Fate.REPLIED,
    "unsubscribe": Fate.REFUSED_MORE,
    "unsubscribed": Fate.REFUSED_MORE,
}
_FINAL: Final = {
    "invalid_parameter": "invalid",
    "missing_parameter": "invalid",
    "out_of_range": "invalid",
    "bad_request": "invalid",
    "duplicate_request": "invalid",
}
_WAITING: Final = {
    "unauthorized": "key_refused",
    "permission_denied": "key_refused",
    "account_under_validation": "key_refused",
    "not_enough_credits": "no_credit",
    "too_many_requests": "too_many",
}
_LIMIT: Final = 300


class _Error(msgspec.Struct, frozen=True):
    code: str = ""
    message: str = ""


class _Sent(msgspec.Struct, frozen=True):
    messageId: int | str  # noqa: N815 - Brevo's name


class _Event(msgspec.Struct, frozen=True):
    messageId: int | str = ""  # noqa: N815 - Brevo's name
    tag: str | list[str] | None = None


class _Events(msgspec.Struct, frozen=True):
    events: list[_Event] = []


class _Told(msgspec.Struct, frozen=True):
    """A report's body; what is not needed is passed over."""

    msg_status: str
    to: str
    messageId: int | str | None = None  # noqa: N815 - Brevo's name
    message_id: int | str | None = None
    sms_count: int | None = None
    tag: str | list[str] | None = None
    description: str | None = None
    reply: str | None = None


class Brevo:
    """Brevo, for one account's key."""

    def __init__(self, key: str, *, url: str) -> None:
        self._key = key
        self._url = url.rstrip("/")

    async def send(self, outgoing: Outgoing) -> Answer:
        """Hand a message over."""
        body: dict[str, object] = {
            "sender": outgoing.sender,
            "recipient": outgoing.recipient.removeprefix("+"),
            "content": outgoing.text,
            "type": "marketing",
            "tag": str(outgoing.id),
            "unicodeEnabled": not is_gsm(outgoing.text),
        }
        if outgoing.report_url:
            body["webUrl"] = outgoing.report_url
        try:
            async with self._line() as line:
                answer = await line.post("/transactionalSMS/send", json=body)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.InvalidURL) as error:
            return Later(type(error).__name__)
        except httpx.HTTPError as error:
            return Unheard(type(error).__name__)
        if answer.status_code != 201:
            return _refusal(answer)
        try:
            return Taken(str(msgspec.json.decode(answer.content, type=_Sent).messageId))
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return Unheard("an answer that is none")

    async def find(self, outgoing: Outgoing) -> Answer | None:
        """Look for the message by its tag among what happened lately."""
        asked = {
            "tags": str(outgoing.id),
            "phoneNumber": outgoing.recipient.removeprefix("+"),
            "days": str(_LOOKED_BACK_DAYS),
            "limit": "10",
        }
        try:
            async with self._line() as line:
                answer = await line.get("/transactionalSMS/statistics/events", params=asked)
            if answer.status_code != 200:
                return Unheard(f"HTTP {answer.status_code}")
            events = msgspec.json.decode(answer.content, type=_Events).events
        except (httpx.HTTPError, msgspec.MsgspecError, UnicodeDecodeError) as error:
            return Unheard(type(error).__name__)
        for event in events:
            if _tagged(event.tag) == outgoing.id:
                return Taken(str(event.messageId))
        return None

    def _line(self) -> httpx.AsyncClient:
        headers = {"api-key": self._key, "accept": "application/json"}
        return httpx.AsyncClient(base_url=self._url, headers=headers, timeout=SECONDS, follow_redirects=False)


def read_report(payload: bytes) -> Report | None:
    """Read what Brevo tells; None where it is no report of a text, or tells of something that is not followed."""
    try:
        told = msgspec.json.decode(payload, type=_Told)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    fate = _FATES.get(told.msg_status.lower())
    digits = "".join(filter(str.isdigit, told.to))
    if fate is None or not digits:
        return None
    return Report(
        fate=fate,
        message_id=_tagged(told.tag),
        provider_id=str(told.messageId or told.message_id or ""),
        phone=f"+{digits}",
        parts=max(told.sms_count or 0, 0),
        reason=f"{told.msg_status}: {told.description or ''}".rstrip(": ")[:_LIMIT],
        reply=(told.reply or "")[:_LIMIT],
    )


def _refusal(answer: httpx.Response) -> Answer:
    try:
        error = msgspec.json.decode(answer.content, type=_Error)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        error = _Error()
    said = f"{error.code or answer.status_code}: {error.message}".rstrip(": ")[:_LIMIT]
    if answer.status_code == 429:
        return Later(f"too_many ({said})", _seconds(answer.headers.get("x-sib-ratelimit-reset", "")))
    if answer.status_code >= 500:
        # It may have taken the message before it fell.
        return Unheard(f"HTTP {answer.status_code}")
    if error.code in _WAITING or answer.status_code in (401, 402, 403):
        kind = _WAITING.get(error.code, "no_credit" if answer.status_code == 402 else "key_refused")
        return Later(f"{kind} ({said})")
    return Rejected(f"{_FINAL.get(error.code, 'refused')} ({said})")


def _seconds(written: str) -> float:
    return min(float(written), 3600.0) if written.isascii() and written.isdigit() else 60.0


def _tagged(tag: str | list[str] | None) -> UUID | None:
    for each in [tag] if isinstance(tag, str) else tag or []:
        try:
            return UUID(each.strip('[]" '))
        except ValueError:
            continue
    return None
