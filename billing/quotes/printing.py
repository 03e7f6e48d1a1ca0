"""Printing a quote: the same snapshot gives the same bytes, on any machine and any day."""

import threading
from datetime import UTC, date, datetime, time
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Final

import msgspec
import typst

from billing.money import Money, written
from billing.quotes.rules import OfferLine, Snapshot
from infra.days import day_in_words

TEMPLATES: Final = Path(__file__).parent / "templates"
LANGUAGES: Final = ("fr", "en")
_lock = threading.Lock()


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A printed row; a heading has no figures."""

    label: str
    heading: bool = False
    quantity: str = ""
    unit_price: str = ""
    rate: str = ""
    total: str = ""


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """All that the template prints, in words: it decides nothing."""

    language: str
    colour: str
    words: dict[str, str]
    title: str
    centre: list[str]
    client: list[str]
    facts: list[tuple[str, str]]
    columns: list[str]
    rows: list[Row]
    vat: list[tuple[str, str, str]]
    total: str
    notes: list[str]
    foot: list[str]


@cache
def words(language: str) -> dict[str, str]:
    """Return the fixed words of a printed quote; French where there are no others."""
    known = language if language in LANGUAGES else "fr"
    return msgspec.json.decode((TEMPLATES / f"words.{known}.json").read_bytes(), type=dict[str, str])


@cache
def _compiler() -> typst.Compiler:
    # The fonts inside the wheel only: the bytes must not depend on what a machine has installed.
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)
    return typst.Compiler(TEMPLATES / "quote.typ", root=TEMPLATES, font_paths=fonts)


def print_quote(snapshot: Snapshot) -> bytes:
    """Return the PDF of a version, in the client's language and the degree of detail that was chosen."""
    data = msgspec.json.encode(sheet(snapshot)).decode()
    stamp = int(datetime.combine(snapshot.sent_day, time(), UTC).timestamp())
    with _lock:
        printed = _compiler().compile(format="pdf", sys_inputs={"sheet": data}, timestamp=stamp)
    assert isinstance(printed, bytes)  # one PDF, not a picture a page
    return printed


def sheet(snapshot: Snapshot) -> Sheet:
    """Put a snapshot into words."""
    language = snapshot.client.language if snapshot.client.language in LANGUAGES else "fr"
    said = words(language)

    def money(amount: Money) -> str:
        return written(amount, language)

    def day(when: date) -> str:
        return day_in_words(when, language)

    centre, client = snapshot.centre, snapshot.client
    facts = [
        (said["stay"], said["from_to"].format(arrival=day(snapshot.arrival), departure=day(snapshot.departure))),
        (said["nights"], str(snapshot.nights)),
    ]
    if snapshot.people is not None:
        facts.append((said["people"], str(snapshot.people)))
    facts.append((said["valid_until"], day(snapshot.valid_until)))
    notes = []
    if snapshot.deposit.minor:
        nature = said[snapshot.deposit_nature]
        notes.append(said["deposit"].format(nature=nature, amount=money(snapshot.deposit)))
        notes.append(said["balance"].format(amount=money(snapshot.total - snapshot.deposit)))
    if snapshot.option_until is not None:
        notes.append(said["held"].format(day=day(snapshot.option_until)))
    if snapshot.minors and centre.acm_number:
        notes.append(said["acm"].format(number=centre.acm_number))
        if centre.safety_commission_day is not None:
            notes.append(said["safety"].format(day=day(centre.safety_commission_day)))
        if centre.capacity_minors is not None:
            notes.append(said["capacity"].format(people=centre.capacity_minors))
    return Sheet(
        language=language,
        colour=centre.colour,
        words=said,
        title=f"{said['quote']} {snapshot.dossier_number} · v{snapshot.number}",
        centre=_filled(centre.name, centre.street, f"{centre.postal_code} {centre.town}", centre.phone, centre.email),
        client=_filled(client.name, client.contact, client.street, f"{client.postal_code} {client.town}"),
        facts=[(said["date"], day(snapshot.sent_day)), *facts],
        columns=_columns(snapshot.detail, said),
        rows=_rows(snapshot, said, language),
        vat=[(_rate(share.basis_points, language), money(share.net), money(share.vat)) for share in snapshot.vat],
        total=money(snapshot.total),
        notes=notes,
        foot=_filled(
            centre.legal_name or centre.name,
            f"SIRET {centre.siret}" if centre.siret else "",
            f"{said['vat_number']} {centre.vat_number}" if centre.vat_number else "",
        ),
    )


def _filled(*parts: str) -> list[str]:
    return [part.strip() for part in parts if part.strip()]


def _rate(basis_points: int, language: str) -> str:
    rate = f"{basis_points / 100:g}"
    return f"{rate.replace('.', ',')}\u00a0%" if language == "fr" else f"{rate}%"


def _columns(detail: str, said: dict[str, str]) -> list[str]:
    names = {"simple": ["total"], "grouped": ["quantity", "total"]}.get(
        detail, ["quantity", "unit_price", "rate", "total"]
    )
    return [said["service"], *(said[name] for name in names)]


def _rows(snapshot: Snapshot, said: dict[str, str], language: str) -> list[Row]:
    """Return one row a product type (simple), lines under their type (grouped), or lines with every figure (detailed)."""
    rows: list[Row] = []
    ordered = sorted(snapshot.lines, key=lambda line: _ORDER.index(line.product_type))
    for product_type, of_type in groupby(ordered, key=lambda line: line.product_type):
        lines = list(of_type)
        sum_of_type = Money(sum(line.total.minor for line in lines), snapshot.total.currency)
        if snapshot.detail == "simple":
            rows.append(Row(label=said[product_type], total=written(sum_of_type, language)))
            continue
        rows.append(Row(label=said[product_type], heading=True, total=written(sum_of_type, language)))
        rows.extend(
            Row(
                label=line.label,
                quantity=_quantity(line, said),
                unit_price=written(line.unit_price, language),
                rate=_rate(line.vat_basis_points, language),
                total=written(line.total, language),
            )
            for line in lines
        )
    return rows


def _quantity(line: OfferLine, said: dict[str, str]) -> str:
    return f"{line.quantity} × {line.nights} {said['nights_short']}" if line.nights > 1 else str(line.quantity)


_ORDER: Final = ("package", "lodging", "meal", "room_hire", "activity", "option", "miscellaneous")
