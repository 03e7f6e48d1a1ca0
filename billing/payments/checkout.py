"""Opening a payment link: a Checkout session in three beats, our row, Stripe, what Stripe said."""

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from billing import stripe_gateway as stripe
from billing.dossiers.progress import lock
from billing.money import Money
from billing.payments.links import PURPOSE, PaymentPage, page_of, part_word
from billing.payments.rules import RETRY_LIFE, SESSION_LIFE, SESSION_MARGIN, LinkState
from infra.clock import now
from infra.database import Row, execute, fetch, fetch_row, tenant_transaction
from infra.ids import new_id
from infra.settings import settings
from infra.signing import read
from tenants.centres.queries import centre as centre_of

_LIVE: Final = "state IN ('pending', 'open')"


class OpenedLink(msgspec.Struct, frozen=True, kw_only=True):
    """Where to send the payer; an empty address means that `page` says why not."""

    checkout_url: str
    page: PaymentPage


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """A session's row: what Stripe is asked for."""

    id: UUID
    amount: Money
    state: str
    stripe_account: str
    stripe_session: str
    url: str
    created_at: datetime
    expires_at: datetime
    is_new: bool


async def open_payment_link(token: str) -> OpenedLink:
    """Check a link as its page does, then open a Checkout session or come back to the one that is open.

    Pressed twice at once it opens one session; pressed again after an answer got lost it finds that session.

    Raises:
        LinkInvalid, LinkExpired: the address is not one of ours, or has ended.
        PaymentsNotConfigured: the centre takes no cards yet.
        PaymentsUnavailable: Stripe did not answer: pressing again is safe.
        PaymentsRefused: Stripe refused; nothing was opened.
    """
    signed = read(PURPOSE, token)
    centre_id = signed.centre_id
    async with tenant_transaction(centre_id, read_only=True):
        page = await page_of(centre_id, signed.subject_id)
    if page.state is not LinkState.PAYABLE:
        return OpenedLink(checkout_url="", page=page)
    await close_sessions(centre_id, page.dossier_id)
    async with tenant_transaction(centre_id):
        await lock(centre_id, page.dossier_id)
        page = await page_of(centre_id, signed.subject_id)
        if page.state is not LinkState.PAYABLE:
            return OpenedLink(checkout_url="", page=page)
        account = stripe.account_of((await centre_of(centre_id)).stripe_account)
        asking = await _asking(centre_id, page, account)
    if asking.state == "open":
        return OpenedLink(checkout_url=asking.url, page=page)
    return OpenedLink(checkout_url=await _ask(centre_id, asking, page, token), page=page)


async def _asking(centre_id: UUID, page: PaymentPage, account: str) -> Asking:
    """Return the row to ask with: the link's live one, or a new one; the caller holds the dossier."""
    instant = now()
    row = await fetch_row(
        f"""SELECT id, amount_minor, currency, state, stripe_account, stripe_session, url, created_at, expires_at
            FROM checkout_sessions WHERE centre_id = $1 AND link_id = $2 AND {_LIVE}""",
        centre_id,
        page.link_id,
    )
    if row is not None:
        live = _of_row(row)
        fresh = (
            live.expires_at > instant + SESSION_MARGIN
            if live.state == "open"
            else live.created_at > instant - RETRY_LIFE
        )
        if fresh and live.amount == page.amount and live.stripe_account == account:
            return live
        # An open one of another amount was closed at Stripe before; nobody was ever sent to a pending one.
        await execute(
            "UPDATE checkout_sessions SET state = 'expired' WHERE centre_id = $1 AND id = $2", centre_id, live.id
        )
    made = Asking(
        id=new_id(),
        amount=page.amount,
        state="pending",
        stripe_account=account,
        stripe_session="",
        url="",
        created_at=instant,
        expires_at=instant + SESSION_LIFE,
        is_new=True,
    )
    await execute(
        """INSERT INTO checkout_sessions (id, centre_id, link_id, dossier_id, part, amount_minor, currency, state,
               stripe_account, created_at, expires_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, 'pending', $8, $9, $10)""",
        made.id,
        centre_id,
        page.link_id,
        page.dossier_id,
        page.part,
        made.amount.minor,
        made.amount.currency,
        account,
        made.created_at,
        made.expires_at,
    )
    return made


async def _ask(centre_id: UUID, asking: Asking, page: PaymentPage, token: str) -> str:
    """Ask Stripe and write down what it said; the address of its page."""
    address = f"{settings().public_url.rstrip('/')}/p/{token}"
    order = stripe.SessionOrder(
        centre_id=centre_id,
        session_id=asking.id,
        amount=asking.amount,
        label=_label(page),
        reference=page.reference,
        email="",
        language=page.language,
        return_url=f"{address}/return",
        cancel_url=address,
        expires_at=asking.expires_at,
    )
    opened = None
    if not asking.is_new:
        opened = await stripe.find_session(asking.stripe_account, asking.id, since=asking.created_at)
    try:
        opened = opened or await stripe.open_session(asking.stripe_account, order)
    except stripe.PaymentsRefused as refusal:
        async with tenant_transaction(centre_id):
            await execute(
                """UPDATE checkout_sessions SET state = 'failed', error = $3
                   WHERE centre_id = $1 AND id = $2 AND state = 'pending'""",
                centre_id,
                asking.id,
                refusal.detail[:500],
            )
        raise
    async with tenant_transaction(centre_id):
        # Its webhook may have come before this answer: what it wrote stays.
        await execute(
            """UPDATE checkout_sessions SET stripe_session = $3, url = $4,
                   state = CASE WHEN state = 'pending' THEN 'open' ELSE state END
               WHERE centre_id = $1 AND id = $2""",
            centre_id,
            asking.id,
            opened.id,
            opened.url,
        )
    return opened.url


def _label(page: PaymentPage) -> str:
    language = "en" if page.language == "en" else "fr"
    what = part_word(page.part, nature=page.nature, language=language)
    return f"{page.centre_name} – {what}, {page.reference}"


def _of_row(row: Row) -> Asking:
    return Asking(
        id=row["id"],
        amount=Money(row["amount_minor"], row["currency"]),
        state=row["state"],
        stripe_account=row["stripe_account"],
        stripe_session=row["stripe_session"] or "",
        url=row["url"] or "",
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        is_new=False,
    )


async def close_sessions(centre_id: UUID, dossier_id: UUID) -> int:
    """Close what is open at Stripe for a dossier whose links may not be paid any more; return how many.

    Called when its quote is superseded, its option ends or its stay is cancelled, and after a payment.

    Raises:
        PaymentsUnavailable: Stripe did not answer: to be called again.
    """
    async with tenant_transaction(centre_id):
        rows = await fetch(
            f"""SELECT s.id, s.link_id, s.amount_minor, s.currency, s.state, s.stripe_account, s.stripe_session, s.url,
                    s.created_at, s.expires_at
                FROM checkout_sessions s WHERE s.centre_id = $1 AND s.dossier_id = $2 AND {_LIVE}
                AND s.stripe_session IS NOT NULL""",
            centre_id,
            dossier_id,
        )
        dead = []
        for row in rows:
            page = await page_of(centre_id, row["link_id"])
            if page.state is not LinkState.PAYABLE or page.amount.minor != row["amount_minor"]:
                dead.append(_of_row(row))
    for session in dead:
        await stripe.expire_session(session.stripe_account, session.stripe_session)
        async with tenant_transaction(centre_id):
            await execute(
                f"UPDATE checkout_sessions SET state = 'expired' WHERE centre_id = $1 AND id = $2 AND {_LIVE}",
                centre_id,
                session.id,
            )
    return len(dead)
