"""Facts, refusals and rights: each name is one thing, and what names it knows it."""

import importlib
import pkgutil
import re
from collections import Counter
from typing import TypeVar

from litestar.routes import HTTPRoute

from infra.errors import DomainError
from infra.outbox.events import Event, kind
from tenants.accounts.rights import NETWORK_ONLY, RIGHTS
from tests.architecture.sources import sources

NOT_YET = {
    "invoice.issue": "invoices have an issue of their own",
    "payment.view": "balances stand on the dossier, which has its right; a list of payments comes with invoices",
}
"""Rights that roles already carry for what the specification names and no route gives yet."""

PAST = re.compile(
    r"(\w+_)?(\w+ed|paid|sent|made|set|lost|held|read|left|withdrawn|given_back|chosen|undone|wrote|became)(_\w+)?"
)
STATES = {"stays.present", "stays.no_show"}
"""Facts named for the state that the desk calls so: « présent », « no-show »."""


Kind = TypeVar("Kind")


def load_all() -> None:
    """Import every module of the layers that have rules, so that what they declare is known."""
    for layer in ("infra", "tenants", "billing", "server", "workers"):
        package = importlib.import_module(layer)
        for each in pkgutil.walk_packages(package.__path__, f"{layer}."):
            if ".migrations" not in each.name and not each.name.endswith("__main__"):
                importlib.import_module(each.name)


def below(base: type[Kind]) -> set[type[Kind]]:
    """Return every subclass, however far below."""
    children: list[type[Kind]] = base.__subclasses__()
    return set(children).union(*(below(child) for child in children))


def ours(base: type[Kind]) -> list[type[Kind]]:
    """Return the subclasses that the project declares, tests aside."""
    load_all()
    found = [each for each in below(base) if not each.__module__.startswith("tests")]
    return sorted(found, key=lambda each: each.__name__)


def test_every_fact_has_its_own_name_in_the_past_tense() -> None:
    kinds = {kind(each): each for each in ours(Event)}

    assert len(kinds) == len(ours(Event))
    assert [name for name in kinds if not re.fullmatch(r"[a-z_]+\.[a-z_]+", name)] == []
    assert [name for name in kinds.keys() - STATES if not PAST.fullmatch(name.partition(".")[2])] == []


def test_facts_stand_together() -> None:
    misplaced = [each.__module__ for each in ours(Event) if not each.__module__.endswith((".events", ".bulk"))]
    assert misplaced == []


def test_every_consumer_is_told_of_facts_that_exist() -> None:
    from workers.subscriptions import CONSUMERS, SUBSCRIPTIONS

    kinds = {kind(each) for each in ours(Event)}
    told = {consumer for consumers in SUBSCRIPTIONS.values() for consumer in consumers}

    assert sorted(set(SUBSCRIPTIONS) - kinds) == []
    assert sorted(told ^ CONSUMERS.keys()) == []


def test_every_refusal_has_one_code_and_every_code_one_meaning() -> None:
    codes = [(each.code, each) for each in ours(DomainError) if "code" in vars(each)]
    twice = {code for code, count in Counter(code for code, _ in codes).items() if count > 1}
    silent = [each for each in ours(DomainError) if "code" not in vars(each) and each.code == "error"]

    assert {code: sorted(each.__qualname__ for name, each in codes if name == code) for code in sorted(twice)} == SHARED
    assert silent == []
    assert [code for code, _ in codes if not re.fullmatch(r"[a-z][a-z0-9_]+", code)] == []


SHARED = {
    "file_unreadable": ["FileUnreadable", "FileUnreadable"],
    "form_expired": ["FormExpired", "FormExpired"],
    "mapping_unknown": ["MappingUnknown", "MappingUnknown"],
    # On the wire another centre's thing, an unknown one and no such place are one.
    "not_found": ["CentreUnknown", "NotFound"],
    "stale_version": ["StaleTag", "StaleVersion"],
}
"""Codes that refusals of two layers mean alike: one sentence serves for both."""


def used_rights() -> set[str]:
    """Return the rights that a route names or an operation asks for."""
    from server.app import create_app

    of_routes = {
        handler.opt["right"]
        for route in create_app().routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if "right" in handler.opt
    }
    asked = re.compile(r"""(?:require|may|has)\(\s*"([a-z_]+\.[a-z_]+)"|"([a-z_]+\.[a-z_]+)" in \w*\.?rights""")
    of_operations = {
        one or other
        for source in sources("infra", "tenants", "billing", "server", "workers")
        for one, other in asked.findall(source.text)
    }
    return of_routes | of_operations


def test_every_right_opens_something_and_nothing_is_opened_by_another() -> None:
    used = used_rights()

    assert sorted(used - RIGHTS.keys()) == []
    assert sorted(RIGHTS.keys() - used - NOT_YET.keys()) == []
    assert sorted(NOT_YET.keys() & used) == [], "open now: strike them off the list"
    assert set(NETWORK_ONLY) <= RIGHTS.keys()
