"""The hosted page on which a payer pays, refuses or turns back; plain HTML, French first, English when asked."""

from pathlib import Path

import jinja2
import msgspec

from infra.services.payments import accounts, checkout, payments
from infra.services.payments.catalogue_objects import LineItem, Session
from infra.services.payments.objects import PaymentIntent
from infra.services.payments.store import Store
from infra.services.payments.world import World

_FOLDER = Path(__file__).parent / "templates"
STYLE = (_FOLDER / "style.css").read_text(encoding="utf-8")
_TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(_FOLDER),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_SIGNS = {"eur": "€", "chf": "CHF", "gbp": "£", "usd": "$"}


class PageAnswer(msgspec.Struct, frozen=True):
    """A page to show, or where the browser goes next (303)."""

    status: int
    html: str = ""
    location: str = ""


class Gesture(msgspec.Struct, frozen=True, kw_only=True):
    """What the payer did: `pay`, `fail`, `cancel` or `debit`, and what was typed."""

    action: str
    email: str = ""
    name: str = ""


def show(store: Store, session_id: str, *, public_url: str) -> PageAnswer:
    """Show the page of a session; what is over says so and offers the way back."""
    found = _found(store, session_id, public_url)
    if found is None:
        return PageAnswer(404, _render("missing.html", language="fr"))
    world, session = found
    intent = world.get(PaymentIntent, session.payment_intent) if session.payment_intent else None
    account = accounts.own_account(world)
    shown_name = (session.branding_settings or {}).get("display_name")
    html = _render(
        "pay.html",
        language="en" if (session.locale or "").startswith("en") else "fr",
        session=session,
        lines=_lines(checkout.lines(world, session)),
        total=money(session.amount_total, session.currency),
        merchant=shown_name or account.business_profile.name or account.id,
        account=account.id,
        description=intent.description if intent else checkout.pending_intent(world, session).description,
        is_declined=intent is not None and intent.last_payment_error is not None and session.status == "open",
        takes_debit="sepa_debit" in session.payment_method_types,
        success_url=success_url(session),
    )
    return PageAnswer(200 if session.status != "expired" else 410, html)


def act(store: Store, session_id: str, gesture: Gesture, *, public_url: str) -> PageAnswer:
    """Do what the payer asked. A second click on a finished session changes nothing and leads where the first did."""
    with store.transaction():
        found = _found(store, session_id, public_url)
        if found is None:
            return PageAnswer(404, _render("missing.html", language="fr"))
        world, session = found
        page = PageAnswer(303, location=f"{public_url}/c/pay/{session.id}")
        if gesture.action == "cancel" and session.cancel_url and session.status != "complete":
            return PageAnswer(303, location=session.cancel_url)
        if session.status == "expired" or gesture.action not in ("pay", "debit", "fail"):
            return page
        payer = payments.Payer(
            email=session.customer_email or gesture.email.strip() or "payeur@exemple.fr",
            name=gesture.name.strip() or None,
        )
        if session.status == "open":
            if gesture.action == "fail":
                payments.decline(world, session, payer)
                return page
            settle = payments.debit if gesture.action == "debit" else payments.pay
            session = settle(world, session, payer)
        return PageAnswer(303, location=success_url(session))


def success_url(session: Session) -> str:
    """Return where a payer goes after paying, with the session's id in its place."""
    return session.success_url.replace("{CHECKOUT_SESSION_ID}", session.id)


def index(store: Store, *, public_url: str) -> str:
    """Show the newest sessions, for whoever opens the simulator's own address."""
    sessions = [
        (session, money(session.amount_total, session.currency), store.owner(session.id))
        for session in store.newest(Session, limit=30)
    ]
    return _render("index.html", language="fr", sessions=sessions, public_url=public_url)


def money(minor: int, currency: str) -> str:
    """Write an amount as the French do: `1 234,50 €`, with unbreakable spaces."""
    whole, cents = divmod(minor, 100)
    return f"{whole:,}".replace(",", "\u202f") + f",{cents:02d}\u00a0{_SIGNS.get(currency, currency.upper())}"


def _found(store: Store, session_id: str, public_url: str) -> tuple[World, Session] | None:
    account = store.owner(session_id)
    session = store.find(account, Session, session_id) if account else None
    if account is None or session is None:
        return None
    return World(store, account, public_url=public_url), session


def _lines(lines: list[LineItem]) -> list[tuple[str, int, str]]:
    return [(line.description, line.quantity, money(line.amount_total, line.currency)) for line in lines]


def _render(template: str, **values: object) -> str:
    return _TEMPLATES.get_template(template).render(values)
