"""Stripe's objects around a sale: accounts, products, prices, Checkout Sessions and their lines."""

import msgspec

from infra.services.payments.objects import CreatedObject, JsonObject, StripeObject


class BusinessProfile(msgspec.Struct, kw_only=True):
    """What an account shows of itself to payers."""

    name: str | None = None
    support_email: str | None = None
    support_phone: str | None = None
    url: str | None = None
    mcc: str | None = None
    product_description: str | None = None


class Account(StripeObject, kw_only=True):
    """One merchant: the key's own or a connected one."""

    object: str = "account"
    created: int
    business_profile: BusinessProfile
    business_type: str | None = "non_profit"
    capabilities: JsonObject
    charges_enabled: bool = True
    country: str = "FR"
    default_currency: str = "eur"
    details_submitted: bool = True
    email: str | None = None
    metadata: dict[str, str] = msgspec.field(default_factory=dict)
    payouts_enabled: bool = True
    requirements: JsonObject
    settings: JsonObject
    type: str = "standard"


class Product(CreatedObject, kw_only=True):
    """What is sold."""

    object: str = "product"
    name: str
    updated: int
    active: bool = True
    description: str | None = None
    images: list[str] = msgspec.field(default_factory=list)
    marketing_features: list[JsonObject] = msgspec.field(default_factory=list)
    type: str = "service"
    default_price: str | None = None
    package_dimensions: JsonObject | None = None
    shippable: bool | None = None
    statement_descriptor: str | None = None
    tax_code: str | None = None
    unit_label: str | None = None
    url: str | None = None


class Price(CreatedObject, kw_only=True):
    """What one of it costs, in minor units."""

    object: str = "price"
    product: str
    currency: str
    unit_amount: int
    unit_amount_decimal: str
    active: bool = True
    billing_scheme: str = "per_unit"
    type: str = "one_time"
    tax_behavior: str = "unspecified"
    custom_unit_amount: JsonObject | None = None
    lookup_key: str | None = None
    nickname: str | None = None
    recurring: JsonObject | None = None
    tiers_mode: str | None = None
    transform_quantity: JsonObject | None = None


class LineItem(StripeObject, kw_only=True):
    """One line of a session."""

    object: str = "item"
    description: str
    currency: str
    quantity: int
    price: Price
    amount_subtotal: int
    amount_total: int
    amount_discount: int = 0
    amount_tax: int = 0
    adjustable_quantity: JsonObject | None = None
    metadata: dict[str, str] = msgspec.field(default_factory=dict)


class CustomerDetails(msgspec.Struct, kw_only=True):
    """The payer, known once the session is complete."""

    email: str | None = None
    name: str | None = None
    phone: str | None = None
    address: JsonObject | None = None
    business_name: str | None = None
    individual_name: str | None = None
    tax_exempt: str | None = "none"
    tax_ids: list[JsonObject] = msgspec.field(default_factory=list)


class TotalDetails(msgspec.Struct, kw_only=True):
    """Parts of the total that this simulator keeps at zero."""

    amount_discount: int = 0
    amount_shipping: int = 0
    amount_tax: int = 0


def _no_tax() -> JsonObject:
    return {"enabled": False, "liability": None, "provider": None, "status": None}


def _no_text() -> JsonObject:
    return dict.fromkeys(("after_submit", "shipping_address", "submit", "terms_of_service_acceptance"))


class Session(CreatedObject, kw_only=True):
    """One visit to the hosted page: open, then complete or expired, at most 24 hours."""

    object: str = "checkout.session"
    amount_subtotal: int
    amount_total: int
    currency: str
    expires_at: int
    payment_method_types: list[str]
    allowed_payment_method_types: list[str] | None = None
    url: str | None
    success_url: str
    cancel_url: str | None = None
    status: str = "open"
    payment_status: str = "unpaid"
    mode: str = "payment"
    ui_mode: str = "hosted_page"
    client_reference_id: str | None = None
    customer_email: str | None = None
    customer_details: CustomerDetails | None = None
    payment_intent: str | None = None
    locale: str | None = None
    submit_type: str | None = None
    branding_settings: JsonObject | None = None
    total_details: TotalDetails = msgspec.field(default_factory=TotalDetails)
    automatic_tax: JsonObject = msgspec.field(default_factory=_no_tax)
    custom_fields: list[JsonObject] = msgspec.field(default_factory=list)
    custom_text: JsonObject = msgspec.field(default_factory=_no_text)
    shipping_options: list[JsonObject] = msgspec.field(default_factory=list)
    adaptive_pricing: JsonObject | None = None
    after_expiration: JsonObject | None = None
    allow_promotion_codes: bool | None = None
    billing_address_collection: str | None = None
    client_secret: str | None = None
    collected_information: JsonObject | None = None
    consent: JsonObject | None = None
    consent_collection: JsonObject | None = None
    currency_conversion: JsonObject | None = None
    customer: str | None = None
    customer_creation: str | None = "if_required"
    discounts: list[JsonObject] = msgspec.field(default_factory=list)
    invoice: str | None = None
    invoice_creation: JsonObject | None = None
    origin_context: str | None = None
    payment_link: str | None = None
    payment_method_collection: str | None = "if_required"
    payment_method_configuration_details: JsonObject | None = None
    payment_method_options: JsonObject | None = None
    permissions: JsonObject | None = None
    phone_number_collection: JsonObject = msgspec.field(default_factory=lambda: {"enabled": False})
    recovered_from: str | None = None
    saved_payment_method_options: JsonObject | None = None
    setup_intent: str | None = None
    shipping_address_collection: JsonObject | None = None
    shipping_cost: JsonObject | None = None
    subscription: str | None = None
    wallet_options: JsonObject | None = None
