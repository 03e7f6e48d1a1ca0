"""The words of a pair: both cards side by side, what differs marked, and what each field says for or against, in words."""

from collections.abc import Iterator
from itertools import zip_longest

from server.contract.referential import ReviewedCard, ReviewedPair
from tui.formats import numeric_day
from tui.lists import SEASON, client_types, label, label_of
from tui.widgets.columns import wrapped
from tui.widgets.rows import Cell, Row
from tui.words import N_, _, language, ngettext

LINES = (
    ("last_name", N_("nom"), "last"),
    ("first_name", N_("prénom"), "first"),
    ("organisation", N_("organisation"), "organisation"),
    ("birth_date", N_("né(e) le"), "birth"),
    ("email", N_("courriel"), "email"),
    ("phone", N_("téléphone"), "phone"),
    ("street", N_("rue"), "place"),
    ("town", N_("ville"), "place"),
    ("title", N_("civilité"), ""),
    ("client_type", N_("type"), ""),
    ("stays", N_("séjours"), ""),
)
"""Of a card's lines: the field, its name, and the comparison that speaks for it."""
COMPARED = ("organisation", "first_name", "last_name", "birth_date", "email", "phone", "street", "town")
STRONG, WEAK = 5.0, 1.5
"""Bits from which a field speaks loudly, and at all."""


def pair_rows(pair: ReviewedPair, *, width: int) -> list[Row]:
    """Return the rows of a pair, what neither card says left out; a value longer than `width` cells goes on below."""
    one, other = pair.one, pair.other
    heading = (
        "",
        Cell(one.centre_name, "strong"),
        "",
        Cell(other.centre_name, "strong"),
        Cell(_("ce que cela dit"), "muted"),
    )
    references = (Cell(_("référence"), "muted"), Cell(one.reference, "muted"), "", Cell(other.reference, "muted"), "")
    rows = [*_broken(Row("centre", heading, heading=True), width), Row("reference", references)]
    said: set[str] = set()
    for field, name, comparison in LINES:
        row = _row(pair, field, name, "" if comparison in said else comparison)
        if row is not None:
            rows += _broken(row, width)
            said.add(comparison)
    return rows


def _broken(row: Row, width: int) -> Iterator[Row]:
    """Yield a row, and below it what of its two values did not fit."""
    name, one, mark, other, says = (cell if isinstance(cell, Cell) else Cell(cell) for cell in row.cells)
    sides = zip_longest(wrapped([one.text], width), wrapped([other.text], width), fillvalue="")
    for number, (left, right) in enumerate(sides):
        cells = (one._replace(text=left), other._replace(text=right))
        if number == 0:
            yield row._replace(cells=(name, cells[0], mark, cells[1], says))
        else:
            yield Row(f"{row.key} {number}", ("", cells[0], "", cells[1], ""), heading=row.heading)


def _row(pair: ReviewedPair, field: str, name: str, comparison: str) -> Row | None:
    one, other = card_text(pair.one, field), card_text(pair.other, field)
    if not (one or other):
        return None
    mark = _mark(pair, field, one, other)
    tone = {"=": "good", "≈": "good", "≠": "bad"}.get(mark, "muted")
    says = bits_words(pair.fields[comparison]) if comparison in pair.fields else ""
    tones = {"=": "", "≠": "bad"}
    return Row(
        field,
        (
            Cell(_(name), "muted"),
            Cell(one, tones.get(mark, "")),
            Cell(mark, tone),
            Cell(other, tones.get(mark, "")),
            Cell(says, _tone(pair.fields.get(comparison, 0.0))),
        ),
    )


def _mark(pair: ReviewedPair, field: str, one: str, other: str) -> str:
    if not one or not other:
        return "·"
    if one.casefold() == other.casefold():
        return "="
    if field not in COMPARED:
        return "·"
    return "≈" if field in pair.agreed else "≠"


def _tone(bits: float) -> str:
    return "good" if bits >= WEAK else "bad" if bits <= -WEAK else "muted"


def card_text(card: ReviewedCard, field: str) -> str:
    """Return a field of a card as it is shown."""
    if field == "birth_date":
        return numeric_day(card.birth_date) if card.birth_date else ""
    if field == "phone":
        return " / ".join(card.phones)
    if field == "town":
        return " ".join(filter(None, (card.postal_code, card.town)))
    if field == "client_type":
        return label_of(client_types(), card.client_type) if card.client_type else ""
    if field == "stays":
        return _stays(card)
    return str(getattr(card, field))


def _stays(card: ReviewedCard) -> str:
    if not card.stays:
        return ""
    count = ngettext("{n} séjour", "{n} séjours", card.stays).format(n=card.stays)
    last = f"{label(SEASON, card.last_season)} {card.last_year}" if card.last_season else ""
    return ", ".join(filter(None, (count, last)))


def bits_words(bits: float) -> str:
    """Say what a comparison speaks, and in how many bits: « fort pour +6,0 »."""
    if bits >= STRONG:
        said = _("fort pour")
    elif bits >= WEAK:
        said = _("pour")
    elif bits > -WEAK:
        said = _("ne tranche pas")
    else:
        said = _("contre") if bits > -STRONG else _("fort contre")
    return f"{said} {decimal(bits)}"


def sum_words(pair: ReviewedPair) -> str:
    """Say what the whole speaks: what the fields say, less what it takes for two cards met by chance, and how likely that is."""
    share, fields = 1 / (1 + 2.0**-pair.bits), sum(pair.fields.values())
    said = _("Pourquoi ? {fields} (champs) {chance} (hasard) = {bits} bits : le même client à {share} %")
    return said.format(
        fields=decimal(fields), chance=decimal(pair.bits - fields), bits=decimal(pair.bits), share=round(share * 100)
    )


def decimal(bits: float) -> str:
    """Write bits with their sign, and the language's mark."""
    text = f"{bits:+.1f}"
    return text.replace(".", ",") if language() == "fr" else text


def card_who(card: ReviewedCard) -> str:
    """Say whose card it is."""
    return " ".join(filter(None, (card.first_name, card.last_name))) or card.organisation


def card_place(card: ReviewedCard) -> str:
    """Say where a card stands, its reference first: what tells it from the others of one person."""
    return f"{card.reference} {card.centre_name}"


def card_name(card: ReviewedCard) -> str:
    """Name a card: who, and where."""
    return _("{who} · {centre} · {reference}").format(
        who=card_who(card), centre=card.centre_name, reference=card.reference
    )
