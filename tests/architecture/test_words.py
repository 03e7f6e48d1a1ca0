"""Whatever the house may refuse, the terminal has words for it: every error's code and every field's, in both languages."""

import ast
import importlib
import re

import pytest
from babel.messages.pofile import read_po

from infra.errors import DomainError, NotFound
from server.errors import CODE_OF_STATUS
from tests.architecture.sources import sources
from tui.field_words import FIELDS
from tui.problems import SENTENCES, field_words
from tui.words import LOCALE

HOUSE = ("infra", "tenants", "billing", "server", "workers")
NAMES_A_CODE = re.compile(r"^    code(: .+)? = \"", re.MULTILINE)
NEVER_AN_ANSWER = ("infra.services", "infra.backup", "infra.settings", "server.commands", "tenants.imports")
"""Their errors end a command line, which says them itself."""
SAID_OTHERWISE = {"right_missing": "it names the right"}
OF_THE_TERMINAL = {"unreachable", "signed_out"}
"""Codes that the terminal makes itself."""


def error_classes() -> list[type[DomainError]]:
    """Return every kind of refusal of the house, the modules that name a code imported."""
    for source in sources(*HOUSE):
        if NAMES_A_CODE.search(source.text):
            importlib.import_module(source.module)
    found: list[type[DomainError]] = []
    waiting = [DomainError]
    while waiting:
        kind = waiting.pop()
        found.append(kind)
        waiting += kind.__subclasses__()
    return [kind for kind in found if kind.__module__.split(".")[0] in HOUSE]


def answered(kind: type[DomainError]) -> str:
    """Return the code that a problem carries for it: what is not found is told apart from nothing."""
    return "not_found" if issubclass(kind, NotFound) else kind.code


def codes() -> set[str]:
    """Return every code that a problem may carry."""
    of_errors = {answered(kind) for kind in error_classes() if not kind.__module__.startswith(NEVER_AN_ANSWER)}
    return of_errors | set(CODE_OF_STATUS.values()) | {"invalid", "internal"} | OF_THE_TERMINAL


def field_codes() -> set[str]:
    """Return the codes of fields in error that the house's modules spell out."""
    return {
        given.value
        for source in sources(*HOUSE)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and re.search(r"(^|\.)Field(Error|Problem)$", ast.unparse(node.func))
        for given in [*node.args[1:2], *(keyword.value for keyword in node.keywords if keyword.arg == "code")]
        if isinstance(given, ast.Constant) and isinstance(given.value, str)
    }


def test_the_walk_finds_what_is_known_to_be_there() -> None:
    assert {"bed_taken", "client_blacklisted", "stale_version", "busy", "too_many"} <= codes()
    assert {"required", "too_long", "unknown"} <= field_codes()


def test_every_refusal_has_words_at_the_desk() -> None:
    assert codes() - SENTENCES.keys() - SAID_OTHERWISE.keys() == set()


@pytest.mark.parametrize("code", sorted(field_codes()))
def test_every_field_in_error_has_words_beside_it(code: str) -> None:
    assert field_words(code, "the server's English") != "the server's English"


def test_the_words_are_in_english_too() -> None:
    with (LOCALE / "en" / "LC_MESSAGES" / "halte_tui.po").open("rb") as file:
        catalogue = read_po(file, locale="en")
    french = {*SENTENCES.values(), *FIELDS.values()}
    assert {text for text in french if text not in catalogue or not catalogue[text].string} == set()
