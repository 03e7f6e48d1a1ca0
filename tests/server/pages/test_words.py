"""The catalogues: what is said on a page is said in each of its languages."""

import re

import pytest
from babel.messages.pofile import read_po

from server.pages.languages import DESK, GUESTS, LOCALE, chosen
from tests.server.pages.messages import messages

FIELDS = re.compile(r"%\((\w+)\)s")


def catalogue(language: str) -> dict[str, str]:
    with (LOCALE / language / "LC_MESSAGES" / "pages.po").open("rb") as source:
        return {str(entry.id): str(entry.string) for entry in read_po(source, locale=language) if entry.id}


@pytest.mark.parametrize("language", [each for each in DESK if each != "fr"])
def test_every_sentence_of_the_pages_is_there(language: str) -> None:
    said, known = messages(), catalogue(language)
    assert sorted(said.keys() - known.keys()) == []
    assert sorted(known.keys() - said.keys()) == []


@pytest.mark.parametrize("language", [each for each in GUESTS if each != "fr"])
def test_an_arriving_guest_reads_one_language_only(language: str) -> None:
    known = catalogue(language)
    assert sorted(messages(guests_only=True).keys() - known.keys()) == []
    assert [sentence for sentence, said in known.items() if not said.strip()] == []
    assert [
        sentence for sentence in known if sorted(FIELDS.findall(sentence)) != sorted(FIELDS.findall(known[sentence]))
    ] == []


@pytest.mark.parametrize(
    ("asked", "accepted", "preferred", "language"),
    [
        ("", "", "", "fr"),
        ("en", "fr", "fr", "en"),
        ("xx", "en-GB,en;q=0.9", "", "en"),
        ("", "de-DE,de;q=0.9,en;q=0.8,fr;q=0.7", "", "en"),
        ("", "en;q=0.1,fr;q=0.2", "", "fr"),
        ("", "en", "fr", "fr"),
        ("", ";;q=x,,", "", "fr"),
    ],
)
def test_a_page_is_in_the_language_that_was_asked_then_known_then_the_browsers(
    asked: str, accepted: str, preferred: str, language: str
) -> None:
    assert chosen(asked, accepted=accepted, offered=DESK, preferred=preferred) == language
