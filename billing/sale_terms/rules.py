"""What terms of sale are, and what their text may be. Pure."""

from datetime import datetime
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

    def paragraphs(self, language: str) -> list[str]:
        """Return the text in a language, the French one where there is no other, in paragraphs."""
        text = self.texts.get(language) or self.texts["fr"]
        return [paragraph.strip() for paragraph in text.split("\n\n") if paragraph.strip()]


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
