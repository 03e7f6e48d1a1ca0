"""Sending a quote, and what becomes of those that nobody answers. What the client does is in `acceptance`."""

import asyncio
from datetime import date
from uuid import UUID

import msgspec

from billing.dossiers.progress import lock, settle
from billing.dossiers.queries import Dossier, dossier
from billing.dossiers.rules import DossierTreated
from billing.mailing import address_of, write_to_client
from billing.money import written
from billing.quotes import events, queries
from billing.quotes.printing import print_quote
from billing.quotes.queries import Quote
from billing.quotes.rules import CentreSide, ClientSide, OfferLine, QuoteEmpty, Snapshot, validity
from infra.actor import Actor, job
from infra.audit import audit
from infra.clock import now, today
from infra.database import execute, fetch, fetch_row, tenant_transaction
from infra.files import save_file
from infra.ids import new_id
from infra.outbox import record
from tenants.centres.queries import centre as centre_of
from tenants.centres.rules import Centre, require_open
from tenants.clients.blacklisting import require_not_blacklisted
from tenants.stays.operations import set_option

READ_QUOTE = {"fr": "Lire et accepter le devis", "en": "Read and accept the quote"}


class QuoteSending(msgspec.Struct, frozen=True, kw_only=True):
    """How to send: `detail` simple, grouped or detailed; `option_until` puts the stay in option until that day."""

    detail: str = "grouped"
    valid_until: date | None = None
    option_until: date | None = None
    message: str = ""


async def send_quote(
    centre_id: UUID, dossier_id: UUID, sending: QuoteSending, *, version: int | None = None, actor: Actor
) -> Quote:
    """Freeze the dossier's lines as a new version, print it, mail it; earlier versions are superseded.

    What was printed stays as it was whatever changes later, and the mail leaves after the commit.

    Raises:
        DossierUnknown: the centre has none of that id.
        StaleVersion: somebody saved the dossier since `version`.
        DossierTreated: it is marked as treated.
        QuoteEmpty: it has no line, or they sum to less than nothing.
        QuoteSendingInvalid: a day or the degree of detail cannot be right.
        ClientBlacklisted, CentreSuspended: nothing is sold to this client, or by this centre.
        OptionDayInvalid, StayStatusRefuses: the stay cannot be held until that day.
    """
    actor.require("quote.send")
    async with tenant_transaction(centre_id):
        if (await lock(centre_id, dossier_id, version=version)).treated:
            raise DossierTreated
        centre = await centre_of(centre_id)
        require_open(centre)
        sold = await dossier(centre_id, dossier_id)
        await require_not_blacklisted(centre_id, sold.client_id)
        if not sold.lines or sold.total.minor < 0:
            raise QuoteEmpty
        day = today(centre.time_zone)
        valid_until = validity(
            sending.valid_until,
            option_until=sending.option_until,
            detail=sending.detail,
            today=day,
            arrival=sold.stay.arrival,
        )
        if sending.option_until is not None:
            await set_option(centre_id, sold.stay_id, sending.option_until, actor=actor)
        snapshot = await _snapshot(centre, sold, sending, valid_until=valid_until, day=day)
        quote_id = new_id()
        await _supersede(centre_id, dossier_id)
        await _insert(centre_id, quote_id, sold, snapshot, sent_to=await address_of(centre_id, sold))
        quote = await queries.quote(centre_id, quote_id)
        await write_to_client(
            centre,
            sold,
            "quote_sent",
            key=f"quote-sent:{quote_id}",
            actor=actor,
            action=(READ_QUOTE, quote.page_url),
            attachments=[quote.file_id],
            number=f"{sold.number}-v{quote.number}",
            total=written(quote.total, sold.client_language if sold.client_language == "en" else "fr"),
            valid_until=valid_until,
            option_until=sending.option_until,
            message=sending.message.strip(),
        )
        await audit("dossier", dossier_id, "send_quote", actor=actor, after={"quote": quote.number})
        await record(events.QuoteSent(subject_id=quote_id, dossier_id=dossier_id), actor=actor)
        await settle(centre_id, dossier_id, actor=actor, started=True)
    return quote


async def _snapshot(centre: Centre, sold: Dossier, sending: QuoteSending, *, valid_until: date, day: date) -> Snapshot:
    client = await fetch_row(
        "SELECT name, contact_name, street, postal_code, town, language FROM clients WHERE centre_id = $1 AND id = $2",
        centre.id,
        sold.client_id,
    )
    stay = await fetch_row(
        "SELECT coalesce(children, 0) + coalesce(teenagers, 0) AS minors FROM stays WHERE centre_id = $1 AND id = $2",
        centre.id,
        sold.stay_id,
    )
    assert client is not None  # the dossier's references say so
    assert stay is not None
    return Snapshot(
        dossier_number=sold.number,
        number=sold.quotes[0].number + 1 if sold.quotes else 1,
        sent_day=day,
        valid_until=valid_until,
        option_until=sending.option_until,
        detail=sending.detail,
        centre=CentreSide(**{field: getattr(centre, field) for field in CentreSide.__struct_fields__}),
        client=ClientSide(
            name=client["name"],
            contact=client["contact_name"],
            street=client["street"],
            postal_code=client["postal_code"],
            town=client["town"],
            language=client["language"],
        ),
        arrival=sold.stay.arrival,
        departure=sold.stay.departure,
        people=sold.stay.people,
        minors=stay["minors"] > 0,
        lines=[
            OfferLine(**{field: getattr(line, field) for field in OfferLine.__struct_fields__}) for line in sold.lines
        ],
        vat=sold.vat,
        total=sold.total,
        deposit=sold.total.share(centre.deposit_basis_points),
        deposit_nature=centre.deposit_nature,
    )


async def _supersede(centre_id: UUID, dossier_id: UUID) -> None:
    """End what was on offer or accepted: a paid deposit is carried over, payment links of the version die with it."""
    await execute(
        """UPDATE quotes SET state_before = state, state = 'superseded', closed_at = $3
           WHERE centre_id = $1 AND dossier_id = $2 AND state IN ('sent', 'accepted')""",
        centre_id,
        dossier_id,
        now(),
    )


async def _insert(centre_id: UUID, quote_id: UUID, sold: Dossier, snapshot: Snapshot, *, sent_to: str) -> None:
    content = await asyncio.to_thread(print_quote, snapshot)
    name = f"devis-{snapshot.dossier_number}-v{snapshot.number}.pdf"
    file_id = await save_file(name, "application/pdf", content)
    await execute(
        """INSERT INTO quotes (id, centre_id, dossier_id, number, state, detail, currency, total_minor, vat_minor,
               deposit_minor, deposit_nature, snapshot, file_id, sent_at, sent_to, valid_until, option_until)
           VALUES ($1, $2, $3, $4, 'sent', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)""",
        quote_id,
        centre_id,
        sold.id,
        snapshot.number,
        snapshot.detail,
        snapshot.total.currency,
        snapshot.total.minor,
        snapshot.vat_total.minor,
        snapshot.deposit.minor,
        snapshot.deposit_nature,
        msgspec.json.encode(snapshot).decode(),
        file_id,
        now(),
        sent_to,
        snapshot.valid_until,
        snapshot.option_until,
    )


async def expire_quotes(centre_id: UUID, today: date) -> int:
    """Expire the versions whose last day has passed without an answer; return how many. May run twice."""
    actor = job("quotes")
    async with tenant_transaction(centre_id):
        rows = await fetch(
            """UPDATE quotes SET state = 'expired', closed_at = $3
               WHERE centre_id = $1 AND state = 'sent' AND valid_until < $2 RETURNING id, dossier_id""",
            centre_id,
            today,
            now(),
        )
        for row in rows:
            await audit("dossier", row["dossier_id"], "expire_quote", actor=actor, after={"quote": str(row["id"])})
            await record(events.QuoteExpired(subject_id=row["id"], dossier_id=row["dossier_id"]), actor=actor)
    return len(rows)
