"""What the referential says, in one line: how many other centres, when last; nothing else of them."""

from server.contract.clients import Signal
from tui.lists import BOOKING_CATEGORY, SEASON, label
from tui.words import ngettext


def signal_words(signal: Signal | None) -> str:
    """Return « ⚑ déjà venu dans 2 autres centres (printemps 2024, groupes) », or nothing."""
    if signal is None or not signal.centres:
        return ""
    said = ngettext("déjà venu dans {n} autre centre", "déjà venu dans {n} autres centres", signal.centres).format(
        n=signal.centres
    )
    when = " ".join(
        part for part in (label(SEASON, signal.season) if signal.season else "", str(signal.year or "")) if part
    )
    category = label(BOOKING_CATEGORY, signal.booking_category).lower() if signal.booking_category else ""
    last = ", ".join(part for part in (when, category) if part)
    return f"⚑ {said}" + (f" ({last})" if last else "")
