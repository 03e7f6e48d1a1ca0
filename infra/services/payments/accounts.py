"""Merchants' accounts. One that nobody created exists all the same: demo centres need no paperwork."""

import hashlib
import re

import msgspec

from infra.services.payments import clock, errors, form
from infra.services.payments.catalogue_objects import Account, BusinessProfile
from infra.services.payments.objects import new_id
from infra.services.payments.world import World

_ACCOUNT_ID = re.compile(r"^acct_[A-Za-z0-9_]{1,64}$")


class BusinessProfileParams(msgspec.Struct, forbid_unknown_fields=True):
    """What may be said of a business."""

    name: str | None = None
    support_email: str | None = None
    support_phone: str | None = None
    url: str | None = None
    mcc: str | None = None
    product_description: str | None = None


class AccountParams(msgspec.Struct, forbid_unknown_fields=True):
    """What may be set on an account."""

    type: str | None = None
    country: str | None = None
    email: str | None = None
    business_type: str | None = None
    business_profile: BusinessProfileParams = msgspec.field(default_factory=BusinessProfileParams)
    metadata: dict[str, str] = {}


def is_account_id(text: str) -> bool:
    """Tell whether this can be an account's id."""
    return bool(_ACCOUNT_ID.match(text))


def account_of_key(key: str) -> str:
    """Return the id of the account that a secret key belongs to: always the same for the same key."""
    return "acct_" + hashlib.sha256(key.encode()).hexdigest()[:16]


def own_account(world: World) -> Account:
    """Return the account of this world, made on first sight."""
    return _account(world, world.account)


def retrieve(world: World, account_id: str) -> Account:
    """Return an account by id: this world's own, or one of the platform's."""
    if not is_account_id(account_id):
        raise errors.missing("account", account_id)
    return _account(world, account_id)


def create(world: World, params: form.Form) -> Account:
    """Open an account for a centre."""
    asked = form.read(params, AccountParams)
    account = _blank(new_id("acct_", length=16))
    _apply(account, asked)
    world.store.save(account.id, account)
    return account


def update(world: World, account_id: str, params: form.Form) -> Account:
    """Change what an account shows of itself."""
    asked = form.read(params, AccountParams)
    account = retrieve(world, account_id)
    _apply(account, asked)
    world.store.save(account.id, account)
    return account


def _account(world: World, account_id: str) -> Account:
    return world.store.find(account_id, Account, account_id) or _blank(account_id)


def _apply(account: Account, asked: AccountParams) -> None:
    for name in BusinessProfileParams.__struct_fields__:
        value = getattr(asked.business_profile, name)
        if value is not None:
            setattr(account.business_profile, name, value)
    account.email = asked.email or account.email
    account.country = asked.country or account.country
    account.business_type = asked.business_type or account.business_type
    account.type = asked.type or account.type
    account.metadata = {**account.metadata, **asked.metadata}


def _blank(account_id: str) -> Account:
    return Account(
        id=account_id,
        created=clock.now(),
        business_profile=BusinessProfile(),
        capabilities={"card_payments": "active", "sepa_debit_payments": "active", "transfers": "active"},
        requirements={
            "alternatives": [],
            "current_deadline": None,
            "currently_due": [],
            "disabled_reason": None,
            "errors": [],
            "eventually_due": [],
            "past_due": [],
            "pending_verification": [],
        },
        settings={
            "dashboard": {"display_name": None, "timezone": "Europe/Paris"},
            "payments": {"statement_descriptor": None},
            "payouts": {"statement_descriptor": None},
        },
    )
