"""The stay's codes against the network's lists: a value belongs to its category, whatever the screen let through."""

from infra.clock import today
from infra.database import fetch
from infra.errors import FieldError, Invalid
from tenants.addresses.table import regions
from tenants.code_lists.queries import NETWORK_ZONE
from tenants.code_lists.rules import CATEGORY
from tenants.stays.rules import StayFields

CASCADES = (
    ("booking_type", "booking_category", "booking_type"),
    ("stay_purpose", "purpose_category", "purpose"),
)
"""List, the field of its category, the field of its value."""


class CodeUnknown(Invalid):
    """A code is not of its list, or not of its category."""

    code = "code_unknown"


async def check_codes(fields: StayFields) -> None:
    """Refuse codes that are of no list; a category without values is complete alone, « Autre » asks for its text.

    Raises:
        CodeUnknown: with one error for each field.
    """
    if fields.region and fields.region not in regions():
        raise CodeUnknown(errors=(FieldError("/region", "unknown", "the official code of a French region (53)"),))
    typed = (fields.booking_category, fields.booking_type, fields.purpose_category, fields.purpose, *fields.services)
    if not any(typed):
        return
    rows = await fetch(
        """SELECT list, category, code, detail FROM code_list_values
           WHERE active AND list IN ('booking_type', 'stay_purpose', 'service_consumed')
               AND (first_day IS NULL OR first_day <= $1) AND (last_day IS NULL OR last_day >= $1)""",
        today(NETWORK_ZONE),
    )
    known = {(row["list"], row["category"], row["code"]): row["detail"] for row in rows}
    errors = []
    for name, category_field, value_field in CASCADES:
        category, value = getattr(fields, category_field), getattr(fields, value_field)
        if category and (name, CATEGORY, category) not in known:
            errors.append(FieldError(f"/{category_field}", "unknown", f"{category} is no category of the list"))
        elif value and not category:
            errors.append(FieldError(f"/{category_field}", "required", "the category is chosen first"))
        elif value and (name, category, value) not in known:
            errors.append(FieldError(f"/{value_field}", "wrong_category", f"{value} is not of the category {category}"))
        asked = known.get((name, category, value)) if value else known.get((name, CATEGORY, category))
        if name == "stay_purpose" and asked and not fields.purpose_detail.strip():
            errors.append(FieldError("/purpose_detail", "required", asked))
    for place, service in enumerate(fields.services):
        if ("service_consumed", "", service) not in known:
            errors.append(FieldError(f"/services/{place}", "unknown", f"{service} is not of the list"))
    if errors:
        raise CodeUnknown(errors=tuple(errors))
