"""What the contact form sends, read field by field: nothing typed is lost, and each refusal is said beside its field."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

import msgspec

from infra.errors import FieldError
from server.pages.words import N_
from tenants.enquiries.rules import Counts, EnquiryFields

CONTROLS: Final = (
    "name",
    "organisation",
    "email",
    "phone",
    "arrival",
    "departure",
    "children",
    "teenagers",
    "young",
    "adults",
    "seniors",
    "kind",
    "message",
    "consent",
)
BANDS: Final = (
    ("children", N_("Enfants (moins de 12 ans)")),
    ("teenagers", N_("Adolescents (12 - 17 ans)")),
    ("young", N_("Jeunes (18 - 30 ans)")),
    ("adults", N_("Adultes (31 - 60 ans)")),
    ("seniors", N_("Seniors (60 ans et +)")),
)
"""Labels as the network prints them."""
KINDS: Final = (
    N_("Classe ou voyage scolaire"),
    N_("Accueil collectif de mineurs (colonie, centre de loisirs)"),
    N_("Stage ou rencontre sportive"),
    N_("Chorale, musique, stage culturel"),
    N_("Séminaire, formation, réunion"),
    N_("Famille, amis, vacances"),
    N_("Voyage individuel"),
    N_("Autre"),
)
"""Written into the enquiry in French, whatever language it was chosen in: the desk reads it."""
HORIZON: Final = timedelta(days=4 * 366)


class Reading(msgspec.Struct, frozen=True):
    """A form as it was sent: its values for showing it again, what they mean, what could not be read."""

    values: dict[str, str]
    fields: EnquiryFields
    errors: list[FieldError]


def read_form(sent: Mapping[str, object], *, language: str, today: date) -> Reading:
    """Read the form; the enquiry's own rules are not applied here.

    Args:
        sent: the form's fields, of any names and any length.
        language: that the page was read in.
        today: at the centre.
    """
    values = {name: _text(sent.get(name)) for name in CONTROLS}
    errors: list[FieldError] = []
    days = {name: _day(values[name], name, errors) for name in ("arrival", "departure")}
    for name, day in days.items():
        if day is not None and day < today:
            errors.append(FieldError(f"/{name}", "past", ""))
    if days["arrival"] is not None and days["arrival"] > today + HORIZON:
        errors.append(FieldError("/arrival", "too_late", ""))
    if not values["consent"]:
        errors.append(FieldError("/consent", "missing", ""))
    if not values["name"].strip():
        # The domain takes an organisation alone; who answers this form needs somebody to write to.
        errors.append(FieldError("/name", "missing", ""))
    fields = EnquiryFields(
        name=values["name"],
        email=values["email"],
        organisation=values["organisation"],
        phone=values["phone"],
        arrival=days["arrival"],
        departure=days["departure"],
        counts=Counts(**{band: _count(values[band], band, errors) for band, _ in BANDS}),
        kind=values["kind"],
        message=values["message"],
        language=language,
        consent=bool(values["consent"]),
    )
    return Reading(values, fields, errors)


def _text(value: object) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    # A file where a text belongs, or characters that no database takes: read as nothing and without them.
    return value.replace("\0", "") if isinstance(value, str) else ""


def _day(text: str, name: str, errors: list[FieldError]) -> date | None:
    """Read what a date control sends, or what is typed where the browser has none."""
    written = text.strip()
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y"):
        try:
            return datetime.strptime(written, form).date()  # noqa: DTZ007 - a calendar date
        except ValueError:
            continue
    if written:
        errors.append(FieldError(f"/{name}", "unreadable", ""))
    return None


def _count(text: str, name: str, errors: list[FieldError]) -> int | None:
    written = text.strip()
    if not written:
        return None
    if not (written.isascii() and written.isdigit() and len(written) <= 6):
        errors.append(FieldError(f"/{name}", "out_of_range", ""))
        return None
    return int(written)
