"""Every read of texts; inside a transaction of their centre, but for what is due anywhere."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

import msgspec

from infra.clock import now
from infra.database import Row, fetch, fetch_row, fetch_value, network_transaction
from tenants.arrivals.sealing import open_sealed
from tenants.text_messages.rules import TextLine, TextSettings

SEALED_KEY: Final = "text gateway key"
SEALED_TOKEN: Final = "text report token"
LISTED: Final = 200
_MAY: Final = """client.sms_consent AND client.sms_consent_at IS NOT NULL AND NOT client.anonymised AND NOT EXISTS (
    SELECT FROM text_refusals AS refusal WHERE refusal.centre_id = client.centre_id AND refusal.phone = phone.e164
        AND refusal.refused_at >= client.sms_consent_at)"""
"""That somebody agreed, on a day that is kept, and did not answer STOP since."""


async def settings_of(centre_id: UUID, *, lock: bool = False) -> TextSettings:
    """Return how a centre sends; `lock` holds its row, so that two sendings never pass the cap together."""
    row = await fetch_row(
        f"""SELECT sender, part_price_ten_thousandths, monthly_cap_minor, api_key IS NOT NULL AS has_key,
               report_token IS NOT NULL AS has_report_token, version
           FROM text_settings WHERE centre_id = $1 {"FOR UPDATE" if lock else ""}""",
        centre_id,
    )
    return TextSettings() if row is None else TextSettings(**row)


async def secrets_of(centre_id: UUID) -> tuple[str, str]:
    """Return the gateway's key and the token of its reports; empty where there is none."""
    row = await fetch_row("SELECT api_key, report_token FROM text_settings WHERE centre_id = $1", centre_id)
    return ("", "") if row is None else (_open(SEALED_KEY, centre_id, row), _open(SEALED_TOKEN, centre_id, row))


def _open(what: str, centre_id: UUID, row: Row) -> str:
    sealed = row["api_key"] if what == SEALED_KEY else row["report_token"]
    return "" if sealed is None else open_sealed(what, centre_id, centre_id, sealed).decode()


async def agreed_mobile(centre_id: UUID, client_id: UUID) -> str:
    """Return the first mobile of a card whose client agreed to texts and did not answer STOP since; empty for none."""
    return str(
        await fetch_value(
            f"""SELECT phone.e164 FROM clients AS client
                JOIN client_phones AS phone ON phone.centre_id = $1 AND phone.client_id = client.id
                WHERE client.centre_id = $1 AND client.id = $2 AND phone.mobile AND phone.e164 <> '' AND {_MAY}
                ORDER BY phone.position LIMIT 1""",
            centre_id,
            client_id,
        )
        or ""
    )


async def still_agreed(centre_id: UUID, client_id: UUID, phone: str) -> bool:
    """Say whether a text to this phone of this card is still wanted."""
    return bool(
        await fetch_value(
            f"""SELECT EXISTS (SELECT FROM clients AS client
                JOIN client_phones AS phone ON phone.centre_id = $1 AND phone.client_id = client.id
                WHERE client.centre_id = $1 AND client.id = $2 AND phone.e164 = $3 AND {_MAY})""",
            centre_id,
            client_id,
            phone,
        )
    )


async def spent_ten_thousandths(centre_id: UUID, month: date, *, but: UUID | None = None) -> int:
    """Return what a month's texts cost, those included that may have gone; `but` one of them."""
    return int(
        await fetch_value(
            """SELECT coalesce(sum(cost_ten_thousandths), 0) FROM text_messages
               WHERE centre_id = $1 AND charged_month = $2 AND id IS DISTINCT FROM $3""",
            centre_id,
            month,
            but,
        )
    )


async def texts(centre_id: UUID) -> list[TextLine]:
    """Return the centre's last texts, newest first, two hundred at most."""
    rows = await fetch(
        f"""SELECT text.id, text.client_id, client.name AS client_name, text.recipient, text.parts,
                text.state, text.reason, text.created_at, text.next_at, text.sent_at
            FROM text_messages AS text
            JOIN clients AS client ON client.centre_id = $1 AND client.id = text.client_id
            WHERE text.centre_id = $1 ORDER BY text.created_at DESC, text.id DESC LIMIT {LISTED}""",
        centre_id,
    )
    return [msgspec.convert(dict(row), TextLine) for row in rows]


async def due_texts(*, limit: int = 100) -> list[tuple[UUID, UUID]]:
    """Return the (centre, text) of what is due in any centre, the longest waiting first; opens its own transaction."""
    async with network_transaction():
        rows = await fetch(
            """SELECT centre_id, id FROM text_messages WHERE state = 'queued' AND next_at <= $1
               ORDER BY next_at, id LIMIT $2""",
            now(),
            limit,
        )
    return [(row["centre_id"], row["id"]) for row in rows]


def first_of_month(instant: datetime) -> date:
    """Return the month of a local instant, as its first day."""
    return instant.date().replace(day=1)
