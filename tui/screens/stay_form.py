"""Change the fiche séjour: dates as people say them, bands, booking type and purpose by cascades, who comes from where."""

import re
from datetime import date

import msgspec
from textual import on, work
from textual.message import Message

from server.contract.stays import CountryCount, HeadCounts, Stay, StayChange, StayFields
from tui.dialogs.new_enquiry import band_fields, read_counts
from tui.lists import BOOKING_CATEGORY, PURPOSE_CATEGORY, booking_types, choices, purposes
from tui.screens.form_screen import FormScreen
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.form import Answers, Field, Form
from tui.words import _, ngettext

BANDS = ("children", "teenagers", "young", "adults", "seniors")


class StayFormScreen(FormScreen):
    """A stay being changed."""

    class Saved(Message):
        """The stay is saved."""

        def __init__(self, stay: Stay) -> None:
            super().__init__()
            self.stay = stay

    class NotSaved(Message):
        """It is not; `theirs` is what stands there now where somebody saved before."""

        def __init__(self, problem: ApiProblem, theirs: Stay | None) -> None:
            super().__init__()
            self.problem = problem
            self.theirs = theirs

    def __init__(self, session: Session, stay: Stay) -> None:
        title = _("Modifier le séjour · {name}").format(name=stay.client_name)
        super().__init__(
            session, title, draft=f"stay {stay.id}", fields=fields(), values=values_of(stay.fields), first="arrival"
        )
        self.stay = stay
        self.version = stay.version

    def typed(self, name: str) -> None:
        """Say the nights and the pax, which nobody types."""
        arrival, departure = self.form.value("arrival"), self.form.value("departure")
        said: list[str] = []
        if arrival and departure:
            count = (date.fromisoformat(departure) - date.fromisoformat(arrival)).days
            said.append(
                ngettext("{n} nuit", "{n} nuits", count).format(n=count)
                if count > 0
                else _("le départ est avant l'arrivée")
            )
        bands = [self.form.value(band) for band in BANDS]
        if any(bands):
            said.append(_("{n} personnes").format(n=sum(int(band) for band in bands if band)))
        self.tell(" · ".join(said))

    @on(Form.Submitted)
    def action_save(self) -> None:
        """Save."""
        answers = self.form.answers()
        if answers is None:
            return
        try:
            typed = read_fields(answers, self.stay.fields)
        except ValueError:
            self.form.rows["nationalities"].note(_("FR 50, DE 2"), wrong=True)
            self.form.focus_first("nationalities")
            return
        self._save(typed)

    @work(exclusive=True, group="save")
    async def _save(self, typed: StayFields) -> None:
        try:
            stay = await self.session.client.change_stay(self.stay.id, StayChange(fields=typed), version=self.version)
        except ApiProblem as problem:
            theirs = None
            if problem.status == 412:
                try:
                    theirs = await self.session.client.stay(self.stay.id)
                except ApiProblem:
                    theirs = None
            self.post_message(self.NotSaved(problem, theirs))
        else:
            self.post_message(self.Saved(stay))

    @on(Saved)
    def _leave(self) -> None:
        self.saved(_("Séjour enregistré."))

    @on(NotSaved)
    def _stay(self, event: NotSaved) -> None:
        if event.theirs is None:
            self.refused(event.problem)
        else:
            self.version = event.theirs.version
            self.conflict(values_of(event.theirs.fields))


def fields() -> list[Field]:
    """What a fiche asks, in the order of the eye."""
    when, who, what = _("Dates"), _("Effectifs"), _("Séjour")
    return [
        Field("arrival", _("Arrivée"), "day", required=True, section=when),
        Field(
            "departure", _("Départ"), "day", required=True, after="arrival", section=when, hint=_("+3 : trois nuits")
        ),
        Field("contacted_day", _("Contact le"), "day", section=when),
        Field("booked_day", _("Réservé le"), "day", section=when),
        *band_fields(who),
        Field("expected_pax", _("Environ"), "count", section=who, hint=_("quand les âges manquent")),
        Field(
            "booking_category",
            _("Réservation"),
            "choice",
            choices=lambda _answers: choices(BOOKING_CATEGORY),
            section=what,
        ),
        Field("booking_type", _("Type de réservation"), "choice", choices=booking_types, section=what),
        Field(
            "purpose_category", _("Objet"), "choice", choices=lambda _answers: choices(PURPOSE_CATEGORY), section=what
        ),
        Field("purpose", _("Objet du séjour"), "choice", choices=purposes, section=what),
        Field("purpose_detail", _("préciser"), section=what),
        Field("nationalities", _("Nationalités"), section=what, hint=_("FR 50, DE 2")),
        Field("residences", _("Pays de résidence"), section=what, hint=_("FR 50, DE 2")),
        Field("region", _("Région d'origine"), section=what, hint=_("si des Français")),
        Field("notes", _("Notes"), "long", section=what),
    ]


def values_of(stay: StayFields) -> dict[str, str]:
    """Return a fiche as the form holds it."""

    def day(value: date | None) -> str:
        return value.isoformat() if value else ""

    counts = msgspec.structs.asdict(stay.counts)
    return {band: "" if counts[band] is None else str(counts[band]) for band in BANDS} | {
        "arrival": day(stay.arrival),
        "departure": day(stay.departure),
        "contacted_day": day(stay.contacted_day),
        "booked_day": day(stay.booked_day),
        "expected_pax": "" if stay.expected_pax is None else str(stay.expected_pax),
        "booking_category": stay.booking_category,
        "booking_type": stay.booking_type,
        "purpose_category": stay.purpose_category,
        "purpose": stay.purpose,
        "purpose_detail": stay.purpose_detail,
        "nationalities": _countries_text(stay.nationalities),
        "residences": _countries_text(stay.residences),
        "region": stay.region,
        "notes": stay.notes,
    }


def read_fields(answers: Answers, before: StayFields) -> StayFields:
    """Read a fiche from the form.

    Raises:
        ValueError: countries that are not « FR 50, DE 2 ».
    """

    def day(name: str) -> date | None:
        return date.fromisoformat(answers[name]) if answers[name] else None

    counts: HeadCounts = read_counts(answers)
    return StayFields(
        client_id=before.client_id,
        arrival=date.fromisoformat(answers["arrival"]),
        departure=date.fromisoformat(answers["departure"]),
        counts=counts,
        expected_pax=int(answers["expected_pax"]) if answers["expected_pax"] else None,
        contacted_day=day("contacted_day"),
        booked_day=day("booked_day"),
        booking_category=answers["booking_category"],
        booking_type=answers["booking_type"],
        purpose_category=answers["purpose_category"],
        purpose=answers["purpose"],
        purpose_detail=answers["purpose_detail"],
        nationalities=_read_countries(answers["nationalities"]),
        residences=_read_countries(answers["residences"]),
        region=answers["region"],
        notes=answers["notes"],
    )


def _countries_text(counts: list[CountryCount]) -> str:
    return ", ".join(f"{count.country} {count.people}" for count in counts)


def _read_countries(text: str) -> list[CountryCount]:
    found: list[CountryCount] = []
    for part in filter(None, (part.strip() for part in re.split(r"[,;]", text))):
        said = re.fullmatch(r"([A-Za-z]{2})\s*:?\s*(\d+)", part)
        if said is None:
            raise ValueError(part)
        found.append(CountryCount(country=said[1].upper(), people=int(said[2])))
    return found
