"""Days, hours, sums and counts as people here read them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from server.contract.basics import Money
from tui.words import _, language, ngettext

WEEKDAYS = {
    "fr": ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
MONTHS = {
    "fr": ("janv.", "févr.", "mars", "avril", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec"),
}
GOOD_SCORE = 30
"""In tenths of five: three and more smile."""
CURRENCIES = {"EUR": "€", "GBP": "£", "CHF": "CHF", "USD": "$"}


def weekday(day: date) -> str:
    """Return « sam. »."""
    return WEEKDAYS[language()][day.weekday()]


def month(day: date) -> str:
    """Return « nov. »."""
    return MONTHS[language()][day.month - 1]


def long_day(day: date) -> str:
    """Return « sam. 21 nov. 2026 »."""
    return f"{weekday(day)} {day.day} {month(day)} {day.year}"


def short_day(day: date) -> str:
    """Return « 21/11 »."""
    return f"{day.day:02}/{day.month:02}"


def numeric_day(day: date) -> str:
    """Return « 21/11/2026 », which a day field reads back."""
    return f"{day.day:02}/{day.month:02}/{day.year}"


def period(arrival: date, departure: date) -> str:
    """Return « 16→19 mars 2027 », as short as the two days allow."""
    if (arrival.year, arrival.month) == (departure.year, departure.month):
        return f"{arrival.day}→{departure.day} {month(departure)} {departure.year}"
    if arrival.year == departure.year:
        return f"{arrival.day} {month(arrival)}→{departure.day} {month(departure)} {departure.year}"
    return f"{arrival.day} {month(arrival)} {arrival.year}→{departure.day} {month(departure)} {departure.year}"


def short_period(arrival: date, departure: date) -> str:
    """Return « 16/03→19/03 »."""
    return f"{short_day(arrival)}→{short_day(departure)}"


def hour(at: datetime, zone: str) -> str:
    """Return « 10:42 » on the centre's clock."""
    return at.astimezone(ZoneInfo(zone)).strftime("%H:%M")


def moment(at: datetime, *, zone: str, today: date) -> str:
    """Return « 10:42 » for today, « hier », else « 18/11 »; on the centre's clock."""
    local = at.astimezone(ZoneInfo(zone))
    if local.date() == today:
        return local.strftime("%H:%M")
    if (today - local.date()).days == 1:
        return _("hier")
    return short_day(local.date())


def money(amount: Money) -> str:
    """Return « 2 143,20 € », or « €2,143.20 » in English."""
    minor = abs(amount.minor)
    sign = "-" if amount.minor < 0 else ""
    symbol = CURRENCIES.get(amount.currency, amount.currency)
    whole, cents = f"{minor // 100:,}", f"{minor % 100:02}"
    if language() == "fr":
        return f"{sign}{whole.replace(',', ' ')},{cents} {symbol}"
    return f"{sign}{symbol}{whole}.{cents}"


def score(tenths: int) -> str:
    """Return « ☺ 4,5 » for 45, « ☹ 2,0 » for 20: the face says it too."""
    text = f"{'☺' if tenths >= GOOD_SCORE else '☹'} {tenths / 10:.1f}"
    return text.replace(".", ",") if language() == "fr" else text


def people(count: int | None) -> str:
    """Return « 52p », or « ?p » while nobody knows."""
    return "?p" if count is None else f"{count}p"


def bed_count(count: int) -> str:
    """Return « 3 lits »."""
    return ngettext("{n} lit", "{n} lits", count).format(n=count)


def nights(count: int) -> str:
    """Return « 3 nuits »."""
    return ngettext("{n} nuit", "{n} nuits", count).format(n=count)


def gauge(share: float, width: int) -> str:
    """Draw a share of 0 to 1 as `width` cells, readable without colour."""
    filled = max(0, min(width, round(share * width)))
    return "▆" * filled + "░" * (width - filled)


def room_names(names: list[str], *, most: int = 14) -> str:
    """Return « B1-B3, C2 »: runs of the same letters folded, cut with an ellipsis past `most` cells."""
    runs: list[list[str]] = []
    for name in names:
        if runs and _follows(runs[-1][-1], name):
            runs[-1].append(name)
        else:
            runs.append([name])
    text = ", ".join(run[0] if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
    return text if len(text) <= most else text[: most - 1] + "…"


def _follows(first: str, second: str) -> bool:
    stem = first.rstrip("0123456789")
    head, tail = first[len(stem) :], second[len(stem) :]
    return second.startswith(stem) and head.isdigit() and tail.isdigit() and int(tail) == int(head) + 1
