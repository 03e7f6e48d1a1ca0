"""The columns of a stay that its fiche is typed into, in one order for all who read and write them."""

from typing import Final

from infra.database import Row
from tenants.stays.rules import BANDS, CountryCount, HeadCounts, StayFields

COLUMNS: Final = (
    "client_id", "payer_id", "arrival", "departure", "contacted_day", "booked_day", "booking_category", "booking_type",
    "purpose_category", "purpose", "purpose_detail", *BANDS, "expected_pax", "firm_day", "free_one_in", "free_most",
    "region", "services", "contacts", "notes", "arrival_time", "acm_number", "room_type",
    "payer_note",
)  # fmt: skip

_COUNTRIES: Final = """(SELECT array_agg(entry.country || entry.people ORDER BY entry.people DESC, entry.country)
    FROM stay_countries AS entry WHERE entry.centre_id = $1 AND entry.stay_id = stay.id AND entry.kind = '{kind}')"""

SELECTED: Final = f"""{", ".join(f"stay.{name}" for name in COLUMNS)},
    {_COUNTRIES.format(kind="nationality")} AS nationalities, {_COUNTRIES.format(kind="residence")} AS residences"""
"""What a query of `stays AS stay` selects for `fields_in`; `$1` is the centre."""


def values_of(fields: StayFields) -> tuple[object, ...]:
    """Return the values of `COLUMNS`, in their order."""
    return tuple(
        getattr(fields.counts, name)
        if name in BANDS
        else list(fields.services)
        if name == "services"
        else getattr(fields, name)
        for name in COLUMNS
    )


def holes(first: int) -> str:
    """Return the parameters of `COLUMNS` for SQL, numbered from `first`."""
    return ", ".join(f"${first + place}" for place in range(len(COLUMNS)))


def fields_in(row: Row) -> StayFields:
    """Return the fiche of a row that selected `SELECTED`."""
    plain = {name: row[name] for name in COLUMNS if name not in BANDS}
    return StayFields(
        **plain
        | {
            "services": tuple(row["services"]),
            "contacts": row["contacts"] or "",
            "acm_number": row["acm_number"] or "",
            "room_type": row["room_type"] or "",
            "payer_note": row["payer_note"] or "",
            "counts": HeadCounts(**{band: row[band] for band in BANDS}),
            "nationalities": _countries(row["nationalities"]),
            "residences": _countries(row["residences"]),
        }
    )


def _countries(packed: list[str] | None) -> tuple[CountryCount, ...]:
    """Unpack `FR48` as 48 people of France: two letters, then the count."""
    return tuple(CountryCount(entry[:2], int(entry[2:])) for entry in packed or ())
