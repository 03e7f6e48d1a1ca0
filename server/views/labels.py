"""What the values of a segment are called, in a reader's language."""

from collections.abc import Mapping
from uuid import UUID

from babel import Locale

from tenants.addresses.table import regions
from tenants.code_lists.local import local_values
from tenants.code_lists.queries import dated_values
from tenants.code_lists.rules import CATEGORY
from tenants.statistics.rules import Segment
from tenants.statistics.segments import READINGS

COUNTRIES = frozenset({Segment.NATIONALITY, Segment.RESIDENCE})


async def labels_of(segment: Segment, language: str, *, centre_id: UUID | None = None) -> Mapping[str, str]:
    """Return the names of a segment's codes: the network's lists as printed, countries by CLDR, the centre's own values.

    Values that are no longer offered have their names too. Inside the caller's transaction.
    """
    if segment in COUNTRIES:
        return {code: str(name) for code, name in Locale(language).territories.items()}
    if segment is Segment.REGION:
        return {code: region.name for code, region in regions().items()}
    reading = READINGS[segment]
    found: dict[str, str] = {}
    for dated in await dated_values(reading.list_name):
        value = dated.value
        name = dated.renamings[-1].label if dated.renamings else value.label
        found[value.code if value.category in ("", CATEGORY) else f"{value.category}/{value.code}"] = name
    if reading.local and centre_id is not None:
        found |= {one.code: one.label for one in await local_values(centre_id) if one.list == reading.list_name}
    return found


def named(code: str, labels: Mapping[str, str]) -> str:
    """Return a code's name; a cascade's value stands after its category; an unknown code stays what it is."""
    category, _, value = code.partition("/")
    if value and code in labels:
        return f"{labels.get(category, category)} : {labels[code]}"
    return labels.get(code, code)
