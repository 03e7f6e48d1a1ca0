"""What terms of sale are, and what their text may be. Pure."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

import msgspec

from infra.errors import FieldError, Invalid, NotFound

LONGEST: Final = 60_000
LANGUAGES: Final = ("fr", "en")


class SaleTermsInvalid(Invalid):
    """These terms of sale cannot be published."""

    code = "sale_terms_invalid"


class SaleTermsUnknown(NotFound):
    """The centre has no terms of sale of that number."""

    code = "sale_terms_unknown"


class SaleTerms(msgspec.Struct, frozen=True, kw_only=True):
    """One version."""

    id: UUID
    number: int
    texts: dict[str, str]
    published_at: datetime
    from_day: date
    """The first day it is in force, by the centre's calendar."""

    def paragraphs(self, language: str) -> list[str]:
        """Return the text in a language, the French one where there is no other, in paragraphs."""
        text = self.texts.get(language) or self.texts["fr"]
        return [paragraph.strip() for paragraph in text.split("\n\n") if paragraph.strip()]


class SaleTermsVersion(msgspec.Struct, frozen=True, kw_only=True):
    """One version, who published it, and how many quotes were accepted with it."""

    terms: SaleTerms
    published_by: str
    quotes: int


class QuoteOnTerms(msgspec.Struct, frozen=True, kw_only=True):
    """A quote that was accepted with a version."""

    quote_id: UUID
    dossier_id: UUID
    dossier_number: str
    number: int
    accepted_at: datetime
    accepted_by: str


def check_day(from_day: date, *, today: date) -> None:
    """Let a first day through.

    Raises:
        SaleTermsInvalid: it is past: what was accepted then would have been accepted with other terms.
    """
    if from_day < today:
        raise SaleTermsInvalid(errors=(FieldError("/from_day", "past", "C'est passé."),))


def checked(texts: dict[str, str]) -> dict[str, str]:
    """Return the texts as they are kept.

    Raises:
        SaleTermsInvalid: the French one is missing, a language is none of ours, or one is too long.
    """
    kept = {language: text.replace("\r\n", "\n").replace("\0", "").strip() for language, text in texts.items()}
    kept = {language: text for language, text in kept.items() if text}
    errors = [
        FieldError(f"/{language}", "too_long", "C'est trop long.") for language in kept if len(kept[language]) > LONGEST
    ]
    errors += [
        FieldError(f"/{language}", "unknown", "En français et en anglais.")
        for language in kept
        if language not in LANGUAGES
    ]
    if "fr" not in kept:
        errors.append(FieldError("/fr", "required", "Le texte français manque."))
    if errors:
        raise SaleTermsInvalid(errors=tuple(errors))
    return kept
