"""Halte's own durable payment links: making them, and what somebody who opens one finds (decision 0006)."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import UUID

import msgspec

from billing.dossiers.progress import lock
from billing.dossiers.queries import Dossier, dossier
from billing.mailing import write_to_client
from billing.money import Money, written
from billing.payments.rules import LinkFacts, LinkState, NothingDue, Part, amount_of, link_state, part_of
from billing.quotes.queries import Quote
from billing.quotes.rules import QuoteNotAccepted
from infra.actor import Actor
from infra.audit import audit
from infra.clock import now
from infra.database import Row, execute, fetch_row, fetch_value, tenant_transaction
from infra.ids import new_id
from infra.settings import settings
from infra.signing import LinkInvalid, read, sign
from tenants.centres.queries import centre as centre_of
from tenants.centres.rules import Centre, require_open
from tenants.clients.blacklisting import is_kept_out, require_not_blacklisted
from tenants.enquiries.correspondence import thread_link

PURPOSE: Final = "payment"
LINK_DAYS: Final = 400
PAY = {"fr": "Régler en ligne", "en": "Pay online"}
WHAT = {
    "fr": {"acompte": "l'acompte", "arrhes": "les arrhes", "balance": "le solde", "whole": "la totalité"},
    "en": {"acompte": "the deposit", "arrhes": "the deposit", "balance": "the balance", "whole": "the whole"},
}


class LinkMade(msgspec.Struct, frozen=True, kw_only=True):
    """A signed address to give to a client; `mailed_to` is empty where it was not sent."""

    url: str
    expires_at: datetime
    mailed_to: str = ""


class PaymentPage(msgspec.Struct, frozen=True, kw_only=True):
    """What the page of a link shows. `amount` is what is asked for now; `newer_url` leads on from a superseded one."""

    state: LinkState
    centre_id: UUID
    link_id: UUID
    dossier_id: UUID
    centre_name: str
    centre_colour: str
    centre_email: str
    centre_phone: str
    language: str
    reference: str
    quote_number: int
    part: Part
    nature: str
    amount: Money
    total: Money
    paid: Money
    due: Money
    arrival: date
    departure: date
    client_name: str
    card_possible: bool
    newer_url: str = ""
    newer_total: Money | None = None
    newer_valid_until: date | None = None
    thread_url: str = ""


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """A link's row."""

    id: UUID
    dossier_id: UUID
    quote_id: UUID
    part: Part
    expires_at: datetime


def url_of(centre_id: UUID, link: Link) -> str:
    """Return a link's address: the same whenever it is asked for."""
    return f"{settings().public_url.rstrip('/')}/p/{sign(PURPOSE, centre_id, link.id, expires_at=link.expires_at)}"


def _link(row: Row) -> Link:
    return Link(
        id=row["id"],
        dossier_id=row["dossier_id"],
        quote_id=row["quote_id"],
        part=Part(row["part"]),
        expires_at=row["expires_at"],
    )


async def link_for(centre_id: UUID, quote: Quote, part: Part) -> Link:
    """Return the one link of a quote version and part, making it where there is none, in the transaction under way."""
    expires_at = datetime.combine(now().date() + timedelta(days=LINK_DAYS), time(), UTC)
    await execute(
        """INSERT INTO payment_links (id, centre_id, dossier_id, quote_id, part, created_at, expires_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (centre_id, quote_id, part) DO NOTHING""",
        new_id(),
        centre_id,
        quote.dossier_id,
        quote.id,
        part,
        now(),
        expires_at,
    )
    row = await fetch_row(
        """SELECT id, dossier_id, quote_id, part, expires_at FROM payment_links
           WHERE centre_id = $1 AND quote_id = $2 AND part = $3""",
        centre_id,
        quote.id,
        part,
    )
    assert row is not None  # made above, by us or by somebody else
    return _link(row)


def part_word(part: Part, *, nature: str, language: str) -> str:
    """Return what a link pays, in words: « l'acompte »."""
    said = WHAT["en" if language == "en" else "fr"]
    return said[nature] if part is Part.DEPOSIT else said[part]


async def make_payment_link(
    centre_id: UUID, dossier_id: UUID, part: str, *, mail: bool = True, actor: Actor
) -> LinkMade:
    """Make the link for a part of the accepted quote and mail it to the client unless `mail` is false.

    The same part of the same version always has the same address.

    Raises:
        DossierUnknown: the centre has none of that id.
        PartUnknown: neither deposit, balance nor whole.
        QuoteNotAccepted: there is nothing to pay yet.
        NothingDue: that part is paid.
        ClientBlacklisted, CentreSuspended: nothing is sold to this client, or by this centre.
    """
    actor.require("payment.link")
    wanted = part_of(part)
    async with tenant_transaction(centre_id):
        await lock(centre_id, dossier_id)
        centre = await centre_of(centre_id)
        require_open(centre)
        sold = await dossier(centre_id, dossier_id)
        await require_not_blacklisted(centre_id, sold.client_id)
        quote = sold.accepted
        if quote is None:
            raise QuoteNotAccepted
        amount = amount_of(wanted, total=quote.total, deposit=quote.deposit, paid=sold.paid)
        if not amount.minor:
            raise NothingDue
        link = await link_for(centre_id, quote, wanted)
        url, mailed_to = url_of(centre_id, link), ""
        if mail:
            mailed_to = await mail_link(centre, sold, quote, link, amount, actor=actor)
        await audit("dossier", dossier_id, "make_payment_link", actor=actor, after={"part": wanted})
    return LinkMade(url=url, expires_at=link.expires_at, mailed_to=mailed_to)


async def mail_link(centre: Centre, sold: Dossier, quote: Quote, link: Link, amount: Money, *, actor: Actor) -> str:
    """Queue the mail of a link; once for each amount it asked for and day, so that a reminder can be sent."""
    language = "en" if sold.client_language == "en" else "fr"
    return await write_to_client(
        centre,
        sold,
        "payment_link",
        key=f"payment-link:{link.id}:{amount.minor}:{now():%Y%m%d%H%M}",
        actor=actor,
        action=(PAY, url_of(centre.id, link)),
        what=part_word(link.part, nature=quote.deposit_nature, language=language),
        amount=written(amount, language),
    )


async def payment_page(token: str) -> PaymentPage:
    """Return what the page of a link shows: the quote's version, what is left, the option, the padlock, the centre's state.

    Raises:
        LinkInvalid, LinkExpired: the address is not one of ours, or has ended.
    """
    signed = read(PURPOSE, token)
    async with tenant_transaction(signed.centre_id, read_only=True):
        return await page_of(signed.centre_id, signed.subject_id)


async def page_of(centre_id: UUID, link_id: UUID) -> PaymentPage:
    """Return the page of a link of the centre, in the transaction under way.

    Raises:
        LinkInvalid: there is no such link.
    """
    row = await fetch_row(
        "SELECT id, dossier_id, quote_id, part, expires_at FROM payment_links WHERE centre_id = $1 AND id = $2",
        centre_id,
        link_id,
    )
    if row is None:
        raise LinkInvalid
    link, centre = _link(row), await centre_of(centre_id)
    sold = await dossier(centre_id, link.dossier_id)
    quote = next(version for version in sold.quotes if version.id == link.quote_id)
    amount = amount_of(link.part, total=quote.total, deposit=quote.deposit, paid=sold.paid)
    processing = await fetch_value(
        "SELECT EXISTS (SELECT FROM checkout_sessions WHERE centre_id = $1 AND dossier_id = $2 AND state = 'processing')",
        centre_id,
        link.dossier_id,
    )
    state = link_state(
        LinkFacts(
            centre_open=centre.state == "active",
            blacklisted=await is_kept_out(centre_id, sold.client_id),
            quote_state=quote.state,
            stay_status=sold.stay_status,
            amount=amount,
            processing=processing,
        )
    )
    newest = sold.quotes[0]
    superseded = state is LinkState.SUPERSEDED and newest.id != quote.id
    return PaymentPage(
        state=state,
        centre_id=centre_id,
        link_id=link.id,
        dossier_id=sold.id,
        centre_name=centre.name,
        centre_colour=centre.colour,
        centre_email=centre.email,
        centre_phone=centre.phone,
        language=sold.client_language,
        reference=sold.number,
        quote_number=quote.number,
        part=link.part,
        nature=quote.deposit_nature,
        amount=amount,
        total=quote.total,
        paid=sold.paid,
        due=quote.total - sold.paid,
        arrival=sold.stay.arrival,
        departure=sold.stay.departure,
        client_name=sold.client_name,
        card_possible=bool(settings().stripe_key and (centre.stripe_account or settings().demo)),
        newer_url=newest.page_url if superseded else "",
        newer_total=newest.total if superseded else None,
        newer_valid_until=newest.valid_until if superseded else None,
        thread_url="" if sold.enquiry_id is None else thread_link(centre_id, sold.enquiry_id),
    )
