"""What a segment asks in words: its criteria by their labels, its codes by the words of their lists."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from server.contract.addresses import Places
from server.contract.basics import Money
from server.contract.segments import AskedCriterion, SegmentCriterion
from tui.formats import MONTHS, WEEKDAYS, money, numeric_day
from tui.lists import (
    BLACKLIST_REASON,
    BOOKING_CATEGORY,
    BOOKING_TYPE,
    CANCELLATION_REASON,
    CONTACT_ROLE,
    DOSSIER_STATE,
    PURPOSE,
    PURPOSE_CATEGORY,
    SEASON,
    Choices,
    Pairs,
    booking_types,
    choices,
    client_types,
    discovery_channels,
    follow_up_actions,
    label_of,
    local_choices,
    purposes,
    services_consumed,
)
from tui.profile_words import NETWORKS
from tui.regions import REGION
from tui.segment_tree import Branch, Joint, Part, Place, lines
from tui.widgets.rows import Cell, Row
from tui.words import N_, _, language

GROUPS = {"stays": N_("Séjours"), "card": N_("Fiche"), "conduct": N_("Échanges"), "money": N_("Ventes")}
UNITS = {
    "nights": (N_("nuit"), N_("nuits")),
    "people": (N_("personne"), N_("personnes")),
    "years": (N_("an"), N_("ans")),
    "tenths": (N_("sur 5"), N_("sur 5")),
}
"""Of a number: one, and several; what the label says already is not said again."""
KIND: Pairs = (("person", N_("personne")), ("organisation", N_("organisme")))
STATUS: Pairs = (("prospect", N_("prospect")), ("client", N_("client")))
EMAIL_QUALITY: Pairs = (
    ("valid", N_("utilisable")),
    ("ota_alias", N_("relais d'une plateforme")),
    ("generic", N_("générique (contact@…)")),
    ("invalid", N_("illisible")),
    ("empty", N_("aucun")),
)
ENQUIRY_STATE: Pairs = (
    ("new", N_("nouvelle")),
    ("answered", N_("répondue")),
    ("dossier", N_("devenue dossier")),
    ("closed", N_("classée")),
)
OTHER_CANCELLATIONS: Pairs = (
    ("not_paid", N_("non payé")),
    ("price", N_("trop cher")),
    ("dates", N_("dates changées")),
    ("illness", N_("maladie")),
    ("weather", N_("météo")),
)
JOINTS: Mapping[Joint, str] = {"and": N_("et"), "or": N_("ou")}
ROOT = "whole"


class SegmentWords:
    """The criteria there are, and the values that each may be asked."""

    def __init__(self, criteria: Sequence[SegmentCriterion], places: Places) -> None:
        self.criteria = {each.code: each for each in criteria}
        self._countries: Choices = [(place.code, place.name) for place in places.countries]
        self._languages: Choices = [(place.code, place.name) for place in places.languages]

    def label(self, code: str) -> str:
        """Return a criterion's label; sums and scores are typed as people say them, so their unit is left out."""
        criterion = self.criteria.get(code)
        if criterion is None:
            return _("{code} (n'existe plus)").format(code=code)
        return criterion.label.rpartition(" (")[0] if criterion.unit in ("minor", "tenths") else criterion.label

    def to_pick(self) -> Choices:
        """Return every criterion under its heading, as it is picked."""
        return [
            (code, f"{self.label(code)} · {_(GROUPS.get(each.group, each.group))}")
            for code, each in self.criteria.items()
        ]

    def offered(self, criterion: SegmentCriterion) -> Choices:
        """Return the values of a list; none where any may be typed."""
        known: Mapping[str, Callable[[], Choices]] = {
            "season": lambda: choices(SEASON),
            "arrival_month": _months,
            "birth_month": _months,
            "arrival_weekday": lambda: [(str(at + 1), name) for at, name in enumerate(WEEKDAYS[language()])],
            "booking_category": lambda: choices(BOOKING_CATEGORY),
            "booking_type": lambda: [one for each in BOOKING_TYPE for one in booking_types({"booking_category": each})],
            "purpose_category": lambda: choices(PURPOSE_CATEGORY),
            "purpose": lambda: [one for each in PURPOSE for one in purposes({"purpose_category": each})],
            "region": lambda: list(REGION),
            "services": services_consumed,
            "nationality": lambda: self._countries,
            "residence": lambda: self._countries,
            "country": lambda: self._countries,
            "language": lambda: self._languages,
            "languages": lambda: self._languages,
            "cancellation_reason": lambda: choices((*CANCELLATION_REASON, *OTHER_CANCELLATIONS)),
            "client_type": client_types,
            "discovery_channel": discovery_channels,
            "segmentation": lambda: local_choices("segmentation"),
            "origin": lambda: local_choices("origin"),
            "marketing_codes": lambda: local_choices("marketing_code"),
            "action": follow_up_actions,
            "kind": lambda: choices(KIND),
            "status": lambda: choices(STATUS),
            "email_quality": lambda: choices(EMAIL_QUALITY),
            "contact_roles": lambda: choices(CONTACT_ROLE),
            "public_profiles": lambda: choices(NETWORKS),
            "lock_reason": lambda: choices(BLACKLIST_REASON),
            "enquiry_state": lambda: choices(ENQUIRY_STATE),
            "dossier_state": lambda: choices(DOSSIER_STATE),
        }
        if criterion.code in known:
            return known[criterion.code]()
        return [(code, code) for code in criterion.choices]

    def value(self, asked: AskedCriterion) -> str:
        """Return what is asked of a criterion: « au moins 3 nuits », « été, automne »."""
        criterion = self.criteria.get(asked.criterion)
        if asked.yes is not None:
            return _("oui") if asked.yes else _("non")
        if asked.text:
            return f"« {asked.text} »"
        if asked.codes:
            offered = self.offered(criterion) if criterion else []
            known = {code for code, _label in offered}
            gone = _("{code} (n'est plus dans la liste)")
            return ", ".join(
                label_of(offered, code) if code in known or not offered else gone.format(code=code)
                for code in asked.codes
            )
        if asked.first_day or asked.last_day:
            return _days(asked.first_day, asked.last_day)
        return _limits(asked.at_least, asked.at_most, criterion.unit if criterion else "")

    def rows(self, root: Branch) -> list[Row]:
        """Return a tree as rows of one cell, under the keys of `key_of`."""
        return [Row(key_of(place), (self._cell(place, part, joint),)) for place, part, joint in lines(root)]

    def _cell(self, place: Place, part: Part, joint: Joint | None) -> Cell:
        before = "   " * len(place) + (f"{_(JOINTS[joint])} " if joint else "")
        before += _("sauf ") if part.denied else ""
        if isinstance(part, Branch):
            said = _("tout ceci") if part.joint == "and" else _("l'un de ceux-ci au moins")
            return Cell(f"{before}{said} :" if place else f"{said[:1].upper()}{said[1:]} :", "strong")
        return Cell(_("{before}{label} : {value}").format(before=before, label=self.label(part.asked.criterion), value=self.value(part.asked)))  # fmt: skip


def key_of(place: Place) -> str:
    """Return what the row of a place stands for."""
    return ".".join(map(str, place)) or ROOT


def place_of(key: str) -> Place:
    """Return the place that a row stands for; the whole for no row."""
    return () if key in ("", ROOT) else tuple(map(int, key.split(".")))


def figure(number: int, unit: str) -> str:
    """Return a number as people say it: « 3 nuits », « 250,00 € », « 4,5 sur 5 »."""
    if unit == "minor":
        return money(Money(minor=number))
    said = f"{number / 10:g}" if unit == "tenths" else str(number)
    said = said.replace(".", ",") if language() == "fr" else said
    one, several = UNITS.get(unit, ("", ""))
    alone = abs(number) < 2 if language() == "fr" else number == 1
    return f"{said} {_(one if alone else several)}" if one else said


def _limits(low: int | None, high: int | None, unit: str) -> str:
    if low is not None and low == high:
        return _("exactement {n}").format(n=figure(low, unit))
    if low is not None and high is not None:
        return _("de {low} à {high}").format(low=figure(low, unit), high=figure(high, unit))
    if low is not None:
        return _("au moins {n}").format(n=figure(low, unit))
    return _("au plus {n}").format(n=figure(high or 0, unit))


def _days(first: date | None, last: date | None) -> str:
    if first and last:
        return _("du {first} au {last}").format(first=numeric_day(first), last=numeric_day(last))
    if first:
        return _("à partir du {day}").format(day=numeric_day(first))
    return _("jusqu'au {day}").format(day=numeric_day(last)) if last else ""


def _months() -> Choices:
    return [(str(at + 1), name) for at, name in enumerate(MONTHS[language()])]
