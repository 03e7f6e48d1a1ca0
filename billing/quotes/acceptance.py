"""What the client does on the page of a quote: read it, accept it, refuse it."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

import msgspec

from billing.dossiers.progress import lock, settle
from billing.dossiers.queries import Dossier, dossier
from billing.mailing import write_to_client
from billing.money import Money, written
from billing.payments.links import PAY, link_for, url_of
from billing.payments.rules import Part
from billing.quotes import events
from billing.quotes.queries import Quote, frozen, pdf, quote
from billing.quotes.rules import AcceptanceInvalid, Snapshot, check_open, option_day, state_on
from billing.sale_terms.queries import current_terms
from billing.sale_terms.rules import SaleTerms
from infra.actor import Actor, ActorKind
from infra.audit import audit
from infra.clock import now, today
from infra.database import execute, fetch_row, tenant_transaction
from infra.errors import FieldError
from infra.outbox import record
from infra.settings import settings
from infra.signing import LinkInvalid, Signed, read
from tenants.centres.queries import centre as centre_of
from tenants.centres.rules import Centre, require_open
from tenants.clients.blacklisting import require_not_blacklisted
from tenants.enquiries.correspondence import thread_link
from tenants.stays.operations import set_option

PURPOSE: Final = "quote"


class QuotePage(msgspec.Struct, frozen=True, kw_only=True):
    """What the page of a quote shows. `state` is that of today; `newer_url` leads on from a superseded version."""

    centre_id: UUID
    quote_id: UUID
    state: str
    offer: Snapshot
    accepted_by: str
    accepted_at: datetime | None
    newer_url: str
    payment_url: str
    """Of the deposit, once accepted; empty where nothing is due or nothing is accepted."""
    due: Money
    thread_url: str
    enquiry_id: UUID | None
    centre_open: bool


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """What an acceptance led to; `payment_url` is empty where no deposit is asked for."""

    quote_id: UUID
    dossier_number: str
    payment_url: str


async def quote_page(token: str) -> QuotePage:
    """Return what the page of a quote shows.

    Raises:
        LinkInvalid, LinkExpired: the address is not one of ours, or has ended.
    """
    signed = read(PURPOSE, token)
    async with tenant_transaction(signed.centre_id):
        centre = await centre_of(signed.centre_id)
        version, sold = await _found(signed)
        payment_url = ""
        if version.state == "accepted" and sold.due.minor > 0:
            payment_url = await _payment_url(centre.id, version, sold)
        newest = sold.quotes[0]
        return QuotePage(
            centre_id=centre.id,
            quote_id=version.id,
            state=state_on(version.state, valid_until=version.valid_until, today=today(centre.time_zone)),
            offer=await frozen(centre.id, version.id),
            accepted_by=version.accepted_by,
            accepted_at=version.accepted_at,
            newer_url=newest.page_url if newest.id != version.id else "",
            payment_url=payment_url,
            due=sold.due,
            thread_url="" if sold.enquiry_id is None else thread_link(centre.id, sold.enquiry_id),
            enquiry_id=sold.enquiry_id,
            centre_open=centre.state == "active",
        )


async def quote_pdf(token: str) -> bytes:
    """Return the PDF of a quote's page, as it was sent.

    Raises:
        LinkInvalid, LinkExpired: the address is not one of ours, or has ended.
    """
    signed = read(PURPOSE, token)
    async with tenant_transaction(signed.centre_id, read_only=True):
        version, sold = await _found(signed)
        return await pdf(signed.centre_id, sold.id, version.id)


class TermsChanged(AcceptanceInvalid):
    """The terms of sale changed meanwhile: read them again, then accept."""

    code = "terms_changed"


async def accept_quote(token: str, *, name: str, terms: str, address: str, terms_id: UUID | None = None) -> Accepted:
    """Accept a version: who, which terms and from where are kept. Accepting it again changes nothing.

    The stay keeps its option or gets one; the deposit's payment link is made and mailed.

    Args:
        token: of the page.
        name: as typed by who accepts.
        terms: the usual terms of sale that were ticked, by their name; empty is not ticked. Own ones are named by number.
        address: the IP address.
        terms_id: the version of the centre's own terms that was read; None where the page showed the usual ones.

    Raises:
        LinkInvalid, LinkExpired: the address is not one of ours, or has ended.
        AcceptanceInvalid: the name or the tick is missing.
        TermsChanged: other terms of sale are in force than those that were read.
        QuoteSuperseded, QuoteExpired, QuoteRefused, QuoteLost: this version cannot be accepted any more.
        ClientBlacklisted, CentreSuspended, CentreClosed: nothing is sold to this client, or by this centre.
        StayStatusRefuses: the stay was cancelled.
    """
    signed = read(PURPOSE, token)
    actor = _client(name, address, {"stay.edit"})
    async with tenant_transaction(signed.centre_id):
        centre = await centre_of(signed.centre_id)
        await lock(centre.id, (await quote(centre.id, signed.subject_id)).dossier_id)
        version, sold = await _found(signed)
        if version.state == "accepted":
            return await _accepted(centre.id, version, sold)
        require_open(centre)
        await require_not_blacklisted(centre.id, sold.client_id)
        day = today(centre.time_zone)
        _check(version, sold, day=day)
        _check_form(name, terms)
        in_force = await current_terms(centre.id)
        if (None if in_force is None else in_force.id) != terms_id:
            raise TermsChanged(errors=(FieldError("/terms", "changed", "Relisez les conditions générales de vente"),))
        if in_force is not None:
            terms = f"CGV {centre.slug} {in_force.number}"
        await execute(
            """UPDATE quotes SET state = 'accepted', accepted_at = $3, accepted_by = $4, accepted_terms = $5,
                   accepted_address = $6, accepted_terms_id = $7 WHERE centre_id = $1 AND id = $2""",
            centre.id,
            version.id,
            now(),
            name.strip()[:200],
            terms.strip()[:200],
            address[:100],
            terms_id,
        )
        await _hold(centre, sold, day=day, actor=actor)
        await settle(centre.id, sold.id, actor=actor, started=True)
        await audit("dossier", sold.id, "accept_quote", actor=actor, after={"quote": version.number, "terms": terms})
        await record(events.QuoteAccepted(subject_id=version.id, dossier_id=sold.id), actor=actor)
        answer = await _accepted(centre.id, version, await dossier(centre.id, sold.id))
        await _thank(centre, sold, version, answer, terms=in_force, actor=actor)
    return answer


async def refuse_quote(token: str, *, word: str, address: str) -> None:
    """Refuse a version, with a word for the centre. Refusing it again changes nothing.

    Raises:
        LinkInvalid, LinkExpired: the address is not one of ours, or has ended.
        QuoteAccepted, QuoteSuperseded, QuoteExpired, QuoteLost: there is nothing to refuse any more.
    """
    signed = read(PURPOSE, token)
    async with tenant_transaction(signed.centre_id):
        centre = await centre_of(signed.centre_id)
        await lock(centre.id, (await quote(centre.id, signed.subject_id)).dossier_id)
        version, sold = await _found(signed)
        if version.state == "refused":
            return
        _check(version, sold, day=today(centre.time_zone))
        await execute(
            "UPDATE quotes SET state = 'refused', refusal = $3, closed_at = $4 WHERE centre_id = $1 AND id = $2",
            centre.id,
            version.id,
            word.strip()[:2000],
            now(),
        )
        actor = _client(sold.client_name, address, set())
        await settle(centre.id, sold.id, actor=actor, started=True)
        await audit("dossier", sold.id, "refuse_quote", actor=actor, after={"quote": version.number})
        await record(events.QuoteRefused(subject_id=version.id, dossier_id=sold.id), actor=actor)


async def _found(signed: Signed) -> tuple[Quote, Dossier]:
    row = await fetch_row(
        "SELECT dossier_id FROM quotes WHERE centre_id = $1 AND id = $2", signed.centre_id, signed.subject_id
    )
    if row is None:
        raise LinkInvalid
    sold = await dossier(signed.centre_id, row["dossier_id"])
    return next(version for version in sold.quotes if version.id == signed.subject_id), sold


def _client(name: str, address: str, rights: set[str]) -> Actor:
    """Make the actor of a client on a signed page: what the link allows, and nothing else."""
    return Actor(kind=ActorKind.CLIENT, name=name.strip()[:200] or "client", address=address, rights=frozenset(rights))


def _check(version: Quote, sold: Dossier, *, day: date) -> None:
    newer = sold.quotes[0].number if sold.quotes[0].id != version.id else None
    state = state_on(version.state, valid_until=version.valid_until, today=day)
    check_open(state, valid_until=version.valid_until, newer=newer)


def _check_form(name: str, terms: str) -> None:
    errors = []
    if not name.strip():
        errors.append(FieldError("/name", "required", "Indiquez votre nom"))
    if not terms.strip():
        errors.append(FieldError("/terms", "required", "Acceptez les conditions générales de vente"))
    if errors:
        raise AcceptanceInvalid(errors=tuple(errors))


async def _hold(centre: Centre, sold: Dossier, *, day: date, actor: Actor) -> None:
    """Keep or make the option; a stay that is sold already needs none."""
    if sold.stay_status in ("confirmed", "present", "departed"):
        return
    row = await fetch_row("SELECT option_until FROM stays WHERE centre_id = $1 AND id = $2", centre.id, sold.stay_id)
    kept = None if row is None else row["option_until"]
    until = option_day(kept=kept, days=centre.option_days, today=day, arrival=sold.stay.arrival)
    if sold.stay_status != "option" or until != kept:
        await set_option(centre.id, sold.stay_id, until, actor=actor)


async def _payment_url(centre_id: UUID, version: Quote, sold: Dossier) -> str:
    part = Part.DEPOSIT if sold.paid < version.deposit else Part.BALANCE
    return url_of(centre_id, await link_for(centre_id, version, part))


async def _accepted(centre_id: UUID, version: Quote, sold: Dossier) -> Accepted:
    due = version.total - sold.paid
    url = await _payment_url(centre_id, version, sold) if due.minor > 0 else ""
    return Accepted(quote_id=version.id, dossier_number=sold.number, payment_url=url)


def terms_url(slug: str, terms: SaleTerms) -> str:
    """Return the address of a version of a centre's terms of sale: it stays, for whoever accepted them."""
    return f"{settings().public_url.rstrip('/')}/c/{slug}/terms/{terms.number}"


async def _thank(
    centre: Centre, sold: Dossier, version: Quote, answer: Accepted, *, terms: SaleTerms | None, actor: Actor
) -> None:
    asked = version.deposit - sold.paid
    language = "en" if sold.client_language == "en" else "fr"
    natures = {"acompte": "l'acompte", "arrhes": "les arrhes"}
    await write_to_client(
        centre,
        sold,
        "quote_accepted",
        key=f"quote-accepted:{version.id}",
        actor=actor,
        action=(PAY, answer.payment_url) if answer.payment_url else None,
        number=f"{sold.number}-v{version.number}",
        nature=natures[version.deposit_nature],
        amount=written(asked, language) if asked.minor > 0 else "",
        terms_url="" if terms is None else terms_url(centre.slug, terms),
    )
