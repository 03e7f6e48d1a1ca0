"""Setting texts up, queueing one, and hearing STOP."""

from datetime import datetime
from uuid import UUID

import msgspec

from infra.actor import Actor
from infra.audit import audit
from infra.clock import now
from infra.database import execute, fetch, fetch_value, tenant_transaction
from infra.errors import StaleVersion
from infra.ids import new_id
from infra.outbox import record
from tenants.arrivals.sealing import seal
from tenants.centres.queries import centre
from tenants.clients.operations import change_client
from tenants.clients.queries import client
from tenants.text_messages import queries
from tenants.text_messages.events import TextQueued, TextSettingsChanged, TextsRefused
from tenants.text_messages.hours import next_allowed
from tenants.text_messages.queries import SEALED_KEY, SEALED_TOKEN
from tenants.text_messages.rules import TextNotAllowed, TextSettings, TextsNotSetUp, check, composed


async def change_settings(
    centre_id: UUID,
    wanted: TextSettings,
    *,
    key: str | None,
    report_token: str | None,
    version: int | None,
    actor: Actor,
) -> TextSettings:
    """Say how the centre sends; a secret of None keeps the one there is, an empty one forgets it.

    Raises:
        RightMissing: the actor lacks `centre.edit`.
        StaleVersion: somebody saved them since `version`.
        TextSettingsInvalid: they cannot be so.
    """
    actor.require("centre.edit")
    check(wanted, report_token=report_token)
    async with tenant_transaction(centre_id):
        before = await queries.settings_of(centre_id, lock=True)
        if version not in (None, before.version):
            raise StaleVersion()
        kept_key, kept_token = await queries.secrets_of(centre_id)
        new_key = kept_key if key is None else key.strip()
        new_token = kept_token if report_token is None else report_token
        await execute(
            """INSERT INTO text_settings (id, centre_id, sender, api_key, report_token, part_price_ten_thousandths,
                   monthly_cap_minor, version)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
               ON CONFLICT (centre_id) DO UPDATE SET sender = EXCLUDED.sender, api_key = EXCLUDED.api_key,
                   report_token = EXCLUDED.report_token, monthly_cap_minor = EXCLUDED.monthly_cap_minor,
                   part_price_ten_thousandths = EXCLUDED.part_price_ten_thousandths, version = EXCLUDED.version""",
            new_id(),
            centre_id,
            wanted.sender,
            seal(SEALED_KEY, centre_id, centre_id, new_key.encode()) if new_key else None,
            seal(SEALED_TOKEN, centre_id, centre_id, new_token.encode()) if new_token else None,
            wanted.part_price_ten_thousandths,
            wanted.monthly_cap_minor,
            before.version + 1,
        )
        after = await queries.settings_of(centre_id)
        await audit("centre", centre_id, "set_texts", actor=actor, before=before, after=after)
        await record(TextSettingsChanged(subject_id=centre_id, version=after.version), actor=actor)
    return after


async def queue_text(
    centre_id: UUID,
    client_id: UUID,
    *,
    key: str,
    subject_kind: str,
    subject_id: UUID,
    text: str,
    expires_at: datetime,
    actor: Actor,
) -> UUID:
    """Write a text into the transaction under way, for the next hour at which it may ring. Once per `key`.

    Args:
        centre_id: who writes.
        client_id: to whose mobile.
        key: what makes it one; a second one with the same key in the centre is not made.
        subject_kind: the glossary's word for what it is about.
        subject_id: that thing.
        text: what it says, the centre's name in it; the way to refuse more is added.
        expires_at: after this it is not sent any more.
        actor: who causes it.

    Returns:
        The text's id: the earlier one's where the key was known.

    Raises:
        TextsNotSetUp: the centre sends none.
        TextNotAllowed: no mobile, no consent, or they answered STOP.
        TextTooLong: it would be charged as more than four.
    """
    async with tenant_transaction(centre_id):
        here, kept = await centre(centre_id), await queries.settings_of(centre_id)
        if not kept.is_set_up:
            raise TextsNotSetUp
        recipient = await queries.agreed_mobile(centre_id, client_id)
        if not recipient:
            raise TextNotAllowed
        written, instant = composed(text), now()
        made: UUID | None = await fetch_value(
            """INSERT INTO text_messages (id, centre_id, key, subject_kind, subject_id, client_id, recipient, body, parts,
                   cost_ten_thousandths, state, in_doubt, attempts, next_at, expires_at, reason, created_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'queued', false, 0, $11, $12, '', $13)
               ON CONFLICT (centre_id, key) DO NOTHING RETURNING id""",
            new_id(),
            centre_id,
            key,
            subject_kind,
            subject_id,
            client_id,
            recipient,
            written.text,
            written.parts,
            written.parts * kept.part_price_ten_thousandths,
            next_allowed(instant, time_zone=here.time_zone, postal_code=here.postal_code),
            expires_at,
            instant,
        )
        if made is None:
            earlier: UUID = await fetch_value(
                "SELECT id FROM text_messages WHERE centre_id = $1 AND key = $2", centre_id, key
            )
            return earlier
        await record(TextQueued(subject_id=made), actor=actor)
    return made


async def refuse_more(centre_id: UUID, phone: str, *, actor: Actor) -> int:
    """Hear STOP: the phone is noted, and the consent of every card with it ends. Return how many cards agreed before."""
    async with tenant_transaction(centre_id):
        await execute(
            """INSERT INTO text_refusals (id, centre_id, phone, refused_at) VALUES ($1, $2, $3, $4)
               ON CONFLICT (centre_id, phone) DO UPDATE SET refused_at = EXCLUDED.refused_at""",
            new_id(),
            centre_id,
            phone,
            now(),
        )
        rows = await fetch(
            """SELECT client.id FROM clients AS client WHERE client.centre_id = $1 AND client.sms_consent AND EXISTS (
                   SELECT FROM client_phones AS phone WHERE phone.centre_id = $1 AND phone.client_id = client.id
                       AND phone.e164 = $2) ORDER BY client.id""",
            centre_id,
            phone,
        )
        for row in rows:
            card = await client(centre_id, row["id"], lock=True)
            fields = msgspec.structs.replace(card.fields, sms_consent=False)
            await change_client(centre_id, row["id"], fields, version=None, actor=actor)
        await record(TextsRefused(subject_id=centre_id), actor=actor)
    return len(rows)
