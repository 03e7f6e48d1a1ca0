"""Checkout Sessions: opened by Halte, ended by a payer, by Halte or by time (docs.stripe.com/api/checkout/sessions)."""

from urllib.parse import urlsplit

import msgspec

from infra.services.payments import catalogue, clock, errors, form
from infra.services.payments.catalogue_objects import LineItem, Price, Product, Session
from infra.services.payments.objects import JsonObject, StripeObject, new_id
from infra.services.payments.store import Store
from infra.services.payments.world import World

SHORTEST_SECONDS = 30 * 60
LONGEST_SECONDS = 24 * 60 * 60
SMALLEST_MINOR = {"eur": 50, "chf": 50, "gbp": 30, "usd": 50}
"""The least that Stripe charges, in minor units (docs.stripe.com/currencies, minimum charge amounts)."""
LARGEST_MINOR = 99_999_999
"""Eight digits, the most that Stripe takes at once (docs.stripe.com/currencies, maximum charge amounts)."""
_KNOWN_METHODS = {"card", "sepa_debit", "link", "bancontact", "ideal", "paypal"}


class LineItemParams(msgspec.Struct, forbid_unknown_fields=True):
    """One line to sell: a price that exists, or one made in passing."""

    quantity: int
    price: str | None = None
    price_data: catalogue.PriceData | None = None
    metadata: dict[str, str] = {}


class PaymentIntentData(msgspec.Struct, forbid_unknown_fields=True):
    """What the payment intent will say when the payer makes it."""

    description: str | None = None
    metadata: dict[str, str] = {}
    receipt_email: str | None = None
    statement_descriptor: str | None = None
    statement_descriptor_suffix: str | None = None
    application_fee_amount: int | None = None
    on_behalf_of: str | None = None
    transfer_group: str | None = None


class SessionParams(msgspec.Struct, forbid_unknown_fields=True):
    """What `POST /v1/checkout/sessions` takes."""

    mode: str
    line_items: list[LineItemParams]
    success_url: str
    cancel_url: str | None = None
    client_reference_id: str | None = None
    customer_email: str | None = None
    metadata: dict[str, str] = {}
    payment_intent_data: PaymentIntentData = msgspec.field(default_factory=PaymentIntentData)
    allowed_payment_method_types: list[str] | None = None
    expires_at: int | None = None
    locale: str | None = None
    submit_type: str | None = None
    ui_mode: str = "hosted_page"
    branding_settings: JsonObject | None = None
    custom_text: JsonObject | None = None
    billing_address_collection: str | None = None
    customer_creation: str | None = None
    allow_promotion_codes: bool | None = None
    payment_method_options: JsonObject | None = None


class SessionChange(msgspec.Struct, forbid_unknown_fields=True):
    """What may be changed on a session."""

    metadata: dict[str, str] = {}


class NoParams(msgspec.Struct, forbid_unknown_fields=True):
    """Nothing."""


class PendingIntent(StripeObject, kw_only=True):
    """The `payment_intent_data` of a session, kept until its payer tries to pay. Never sent to anyone."""

    object: str = "pending_payment_intent"
    data: PaymentIntentData


def create(world: World, params: form.Form) -> Session:
    """Open a session and return it with the address of its page."""
    asked = form.read(params, SessionParams)
    _check(asked)
    lines = [_line(world, line, place=f"line_items[{index}]") for index, line in enumerate(asked.line_items)]
    currencies = {line.currency for line in lines}
    if len(currencies) != 1:
        raise errors.invalid_parameter("All line items must have the same currency.", param="line_items")
    currency = currencies.pop()
    total = sum(line.amount_total for line in lines)
    if total < SMALLEST_MINOR[currency]:
        least = SMALLEST_MINOR[currency] / 100
        message = f"The Checkout Session's total amount due must add up to at least {least:.2f} {currency}"
        raise errors.invalid_request(message, code="amount_too_small")
    if total > LARGEST_MINOR:
        message = f"The Checkout Session's total amount must be no more than {LARGEST_MINOR / 100:.2f} {currency}"
        raise errors.invalid_request(message, code="amount_too_large")
    now = clock.now()
    session_id = new_id("cs_test_a1", length=56)
    session = Session(
        id=session_id,
        created=now,
        amount_subtotal=total,
        amount_total=total,
        currency=currency,
        expires_at=_expiry(asked.expires_at, now=now),
        allowed_payment_method_types=asked.allowed_payment_method_types,
        payment_method_types=asked.allowed_payment_method_types or ["card"],
        url=f"{world.public_url}/c/pay/{session_id}",
        success_url=asked.success_url,
        cancel_url=asked.cancel_url,
        client_reference_id=asked.client_reference_id,
        customer_email=asked.customer_email,
        metadata=asked.metadata,
        locale=asked.locale,
        submit_type=asked.submit_type,
        branding_settings=asked.branding_settings,
        billing_address_collection=asked.billing_address_collection,
        customer_creation=asked.customer_creation or "if_required",
        allow_promotion_codes=asked.allow_promotion_codes,
        payment_method_options=asked.payment_method_options or {},
    )
    if asked.custom_text is not None:
        session.custom_text = {**session.custom_text, **asked.custom_text}
    world.save(session)
    for line in lines:
        world.save(line, parent=session.id)
    world.save(PendingIntent(id=f"{session.id}.intent", data=asked.payment_intent_data))
    return session


def update(world: World, session_id: str, params: form.Form) -> Session:
    """Change a session's metadata."""
    asked = form.read(params, SessionChange)
    form.check_metadata(asked.metadata)
    session = world.get(Session, session_id)
    session.metadata = {**session.metadata, **asked.metadata}
    world.save(session)
    return session


def expire(world: World, session_id: str, params: form.Form) -> Session:
    """Close an open session before its time.

    Raises:
        StripeError: it is complete or expired already.
    """
    form.read(params, NoParams)
    session = world.get(Session, session_id)
    if session.status != "open":
        message = f'Only Checkout Sessions with a status in ["open"] can be expired. This one is {session.status}.'
        raise errors.invalid_request(message)
    return _expire(world, session)


def expire_overdue(store: Store, *, public_url: str) -> int:
    """Close every open session whose time has come, and return how many."""
    with store.transaction():
        overdue = store.overdue(Session, status="open", now=clock.now())
        for account, session in overdue:
            _expire(World(store, account, public_url=public_url), session)
    return len(overdue)


def move_pages(store: Store, *, public_url: str) -> None:
    """Give open sessions the address at which their page stands now: after a restart it may be another port."""
    store.connection.execute(
        "UPDATE objects SET body = json_set(body, '$.url', ? || '/c/pay/' || id)"
        " WHERE kind = 'checkout.session' AND json_extract(body, '$.status') = 'open'",
        (public_url,),
    )


def pending_intent(world: World, session: Session) -> PaymentIntentData:
    """Return what the session's payment intent will carry."""
    found = world.store.find(world.account, PendingIntent, f"{session.id}.intent")
    return found.data if found else PaymentIntentData()


def lines(world: World, session: Session) -> list[LineItem]:
    """Return the lines of a session, in the order given."""
    return world.store.parts(LineItem, session.id)


def _expire(world: World, session: Session) -> Session:
    session.status = "expired"
    session.url = None
    world.save(session)
    world.record("checkout.session.expired", session)
    return session


def _check(asked: SessionParams) -> None:
    if asked.mode != "payment":
        raise errors.invalid_parameter("This simulator knows the mode `payment` only.", param="mode")
    if asked.ui_mode not in ("hosted", "hosted_page"):
        raise errors.invalid_parameter("This simulator knows the hosted page only.", param="ui_mode")
    if not asked.line_items:
        raise errors.invalid_parameter("You must pass at least one line item.", param="line_items")
    for name, url in (("success_url", asked.success_url), ("cancel_url", asked.cancel_url)):
        if url is not None and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc):
            raise errors.invalid_parameter("Not a valid URL", param=name, code="url_invalid")
    if asked.customer_email is not None and "@" not in asked.customer_email:
        message = f"Invalid email address: {asked.customer_email}"
        raise errors.invalid_parameter(message, param="customer_email", code="email_invalid")
    if asked.client_reference_id is not None and len(asked.client_reference_id) > 200:
        message = "Invalid string: must be at most 200 characters"
        raise errors.invalid_parameter(message, param="client_reference_id")
    form.check_metadata(asked.metadata)
    form.check_metadata(asked.payment_intent_data.metadata, param="payment_intent_data[metadata]")
    for method in asked.allowed_payment_method_types or []:
        if method not in _KNOWN_METHODS:
            message = f"The payment method type provided: {method} is invalid."
            raise errors.invalid_parameter(message, param="allowed_payment_method_types")


def _line(world: World, asked: LineItemParams, *, place: str) -> LineItem:
    if asked.quantity < 1:
        message = "This value must be greater than or equal to 1."
        raise errors.invalid_parameter(message, param=f"{place}[quantity]", code="parameter_invalid_integer")
    if asked.price_data is not None:
        price = catalogue.price_from(world, asked.price_data, param=f"{place}[price_data]")
    elif asked.price is not None:
        price = world.get(Price, asked.price, param=f"{place}[price]")
    else:
        raise errors.invalid_parameter("You must pass either `price` or `price_data`.", param=place)
    product = world.get(Product, price.product)
    amount = price.unit_amount * asked.quantity
    return LineItem(
        id=new_id("li_"),
        description=product.name,
        currency=price.currency,
        quantity=asked.quantity,
        price=price,
        amount_subtotal=amount,
        amount_total=amount,
        metadata=asked.metadata,
    )


def _expiry(asked: int | None, *, now: int) -> int:
    if asked is None:
        return now + LONGEST_SECONDS
    if asked > now + LONGEST_SECONDS:
        message = "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation."
        raise errors.invalid_parameter(message, param="expires_at")
    if asked < now + SHORTEST_SECONDS - 60:
        message = "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation."
        raise errors.invalid_parameter(message, param="expires_at")
    return asked
