"""Products and prices, made on the way by a session's `price_data` or ahead of it."""

import msgspec

from infra.services.payments import clock, errors, form
from infra.services.payments.catalogue_objects import Price, Product
from infra.services.payments.objects import new_id
from infra.services.payments.world import World

_CURRENCIES = {"eur", "chf", "gbp", "usd"}


class ProductData(msgspec.Struct, forbid_unknown_fields=True):
    """A product in passing."""

    name: str
    description: str | None = None
    images: list[str] = []
    metadata: dict[str, str] = {}
    tax_code: str | None = None
    unit_label: str | None = None


class PriceData(msgspec.Struct, forbid_unknown_fields=True):
    """A price in passing: of a new product or of one that exists."""

    currency: str
    unit_amount: int | None = None
    product: str | None = None
    product_data: ProductData | None = None
    tax_behavior: str | None = None


class PriceParams(PriceData, forbid_unknown_fields=True):
    """What `POST /v1/prices` takes."""

    nickname: str | None = None
    lookup_key: str | None = None
    metadata: dict[str, str] = {}


def create_product(world: World, params: form.Form) -> Product:
    """Add a product."""
    return _product(world, form.read(params, ProductData))


def create_price(world: World, params: form.Form) -> Price:
    """Add a price."""
    asked = form.read(params, PriceParams)
    price = price_from(world, asked, param="")
    price.nickname, price.lookup_key, price.metadata = (asked.nickname, asked.lookup_key, asked.metadata)
    world.save(price)
    return price


def price_from(world: World, asked: PriceData, *, param: str) -> Price:
    """Make a price; `param` is what the answer blames (`line_items[0][price_data]`)."""
    currency = asked.currency.lower()
    if currency not in _CURRENCIES:
        message = f"Invalid currency: {currency}. This simulator knows {', '.join(sorted(_CURRENCIES))}."
        raise errors.invalid_parameter(message, param=_below(param, "currency"))
    if asked.unit_amount is None:
        raise errors.invalid_parameter(
            f"Missing required param: {_below(param, 'unit_amount')}.",
            param=_below(param, "unit_amount"),
            code="parameter_missing",
        )
    if asked.unit_amount < 0:
        raise errors.invalid_parameter(
            "Invalid non-negative integer", param=_below(param, "unit_amount"), code="parameter_invalid_integer"
        )
    if (asked.product is None) == (asked.product_data is None):
        message = "You must specify either `product` or `product_data` when creating a price."
        raise errors.invalid_parameter(message, param=param or None)
    if asked.product_data is not None:
        product = _product(world, asked.product_data)
    else:
        product = world.get(Product, asked.product or "", param=_below(param, "product"))
    price = Price(
        id=new_id("price_"),
        created=clock.now(),
        product=product.id,
        currency=currency,
        unit_amount=asked.unit_amount,
        unit_amount_decimal=str(asked.unit_amount),
        tax_behavior=asked.tax_behavior or "unspecified",
    )
    world.save(price)
    return price


def _product(world: World, asked: ProductData) -> Product:
    now = clock.now()
    product = Product(
        id=new_id("prod_", length=14),
        created=now,
        updated=now,
        name=asked.name,
        description=asked.description,
        images=asked.images,
        metadata=asked.metadata,
        tax_code=asked.tax_code,
        unit_label=asked.unit_label,
    )
    world.save(product)
    return product


def _below(param: str, name: str) -> str:
    return f"{param}[{name}]" if param else name
