"""Scores: how they are read, how low is low. Pure."""

from collections.abc import Iterator
from typing import Final

import msgspec

from infra.errors import FieldError, Invalid
from tenants.referential.cleaning.text import tidy

BEST: Final = 5
LOW_TENTHS: Final = 25
"""Of five: at or below it somebody looks before the next stay, where the centre has not said otherwise."""
COMMENT_LIMIT: Final = 4000
LINE_LIMIT: Final = 200
LINK_LIMIT: Final = 500
_PARTS: Final = ("welcome", "room", "meals")


class AnswersInvalid(Invalid):
    """The answers cannot be taken so; the fields say why."""

    code = "answers_invalid"


class ScoreInvalid(Invalid):
    """A provider's score is not within its scale."""

    code = "score_invalid"


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody thought of a stay, from 1 to 5; only `overall` must be said."""

    overall: int | None = None
    welcome: int | None = None
    room: int | None = None
    meals: int | None = None
    comment: str = ""


def check(answers: Answers) -> None:
    """Refuse what cannot be taken.

    Raises:
        AnswersInvalid: with a field for each.
    """
    if errors := tuple(_wrong(answers)):
        raise AnswersInvalid(errors=errors)


def _wrong(answers: Answers) -> Iterator[FieldError]:
    if answers.overall is None:
        yield FieldError("/overall", "required", "Donnez une note à votre séjour.")
    for name in ("overall", *_PARTS):
        note = getattr(answers, name)
        if note is not None and not 1 <= note <= BEST:
            yield FieldError(f"/{name}", "out_of_range", "De 1 à 5.")
    if len(answers.comment) > COMMENT_LIMIT:
        yield FieldError("/comment", "too_long", f"{COMMENT_LIMIT} caractères au plus.")


def read_link(written: str) -> str:
    """Return the address where a review can be read; empty where what was told is no address of the web."""
    text = tidy(written)
    is_one = text.startswith(("https://", "http://")) and " " not in text and len(text) <= LINK_LIMIT
    return text if is_one else ""


def tenths(score: float, scale: float) -> int:
    """Return a provider's score in tenths of five: 8.4 of 10 is 42.

    Raises:
        ScoreInvalid: it is not between nothing and its scale.
    """
    if not (scale > 0 and 0 <= score <= scale):
        raise ScoreInvalid(errors=(FieldError("/score", "out_of_range", f"0…{scale:g}"),))
    return int(score / scale * BEST * 10 + 0.5)
