"""What the referential says, in one line: how many other centres, when last; nothing else of them."""

from server.contract.clients import Signal
from tui.lists import BOOKING_CATEGORY, SEASON, label
from tui.words import ngettext


def has_stayed(signal: Signal | None) -> bool:
    """Say whether a stay elsewhere was detected; a card alone is none."""
    return signal is not None and signal.season is not None


def signal_words(signal: Signal | None) -> str:
    """Return « ⚑ déjà venu dans 2 autres centres (printemps 2024, groupes) », or nothing; of who has cards only, that."""
    if signal is None or not signal.centres:
        return ""
    if not has_stayed(signal):
        known = ngettext(
            "connu de {n} autre centre, sans séjour", "connu de {n} autres centres, sans séjour", signal.centres
        )
        return f"⚑ {known.format(n=signal.centres)}"
    said = ngettext("déjà venu dans {n} autre centre", "déjà venu dans {n} autres centres", signal.centres).format(
        n=signal.centres
    )
    when = " ".join(
        part for part in (label(SEASON, signal.season) if signal.season else "", str(signal.year or "")) if part
    )
    category = label(BOOKING_CATEGORY, signal.booking_category).lower() if signal.booking_category else ""
    last = ", ".join(part for part in (when, category) if part)
    return f"⚑ {said}" + (f" ({last})" if last else "")
