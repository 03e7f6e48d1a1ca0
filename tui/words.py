"""Words on the screen: written in French, translated into English by a catalogue, switched at once.

The French is in the source, so it is complete by construction; a test keeps the English one complete.
`locale/en/LC_MESSAGES/halte_tui.po` is edited by people; the `.mo` beside it is compiled from it and committed,
so that a terminal opens without a build step.
"""

import gettext as _gettext
from pathlib import Path

LOCALE = Path(__file__).parent / "locale"
DOMAIN = "halte_tui"
LANGUAGES = ("fr", "en")

_translations: _gettext.NullTranslations = _gettext.NullTranslations()
_language = "fr"


def use_language(language: str) -> None:
    """Speak `language` (`fr` or `en`; anything else is French) from now on."""
    global _translations, _language  # one process serves one person
    _language = language if language in LANGUAGES else "fr"
    _translations = (
        _gettext.NullTranslations()
        if _language == "fr"
        else _gettext.translation(DOMAIN, LOCALE, languages=[_language], fallback=True)
    )


def language() -> str:
    """Say which language is spoken."""
    return _language


def _(text: str) -> str:
    """Translate a French text."""
    return _translations.gettext(text)


def ngettext(singular: str, plural: str, count: int) -> str:
    """Translate a text that counts; French says « 0 demande », English « 0 demandes »."""
    if _language == "fr":
        return singular if abs(count) < 2 else plural
    return _translations.ngettext(singular, plural, count)


def N_(text: str) -> str:  # noqa: N802 (gettext's own name)
    """Mark a text for translation where it stands, to be translated where it is shown."""
    return text
