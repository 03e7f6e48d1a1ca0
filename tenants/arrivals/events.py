"""What happened around an arrival. Never who: facts carry no personal data."""

from uuid import UUID

from infra.outbox import Event


class PreCheckInLinkMade(Event, frozen=True, kw_only=True, tag="arrivals.link_made"):
    """A pre-check-in link of a stay was given out."""


class PreCheckInCompleted(Event, frozen=True, kw_only=True, tag="arrivals.pre_check_in_completed"):
    """A stay's people have said what was missing."""


class GuestSaved(Event, frozen=True, kw_only=True, tag="arrivals.guest_saved"):
    """A guest of a stay (the subject) is known."""

    guest_id: UUID


class PoliceFormSigned(Event, frozen=True, kw_only=True, tag="arrivals.police_form_signed"):
    """A guest of a stay (the subject) has signed."""

    guest_id: UUID


class TabletPaired(Event, frozen=True, kw_only=True, tag="arrivals.tablet_paired"):
    """A tablet may show the arrivals' page."""


class TabletUnpaired(Event, frozen=True, kw_only=True, tag="arrivals.tablet_unpaired"):
    """A tablet may no longer."""


class PoliceFormsDestroyed(Event, frozen=True, kw_only=True, tag="arrivals.police_forms_destroyed"):
    """Forms older than the law allows are gone; the subject is the certificate."""

    forms: int


class KeysGiven(Event, frozen=True, kw_only=True, tag="arrivals.keys_handed_over"):
    """A stay (the subject) has keys."""


class KeysReturned(Event, frozen=True, kw_only=True, tag="arrivals.keys_returned"):
    """A stay (the subject) gave keys back."""


class SurveySent(Event, frozen=True, kw_only=True, tag="arrivals.survey_sent"):
    """The survey before the arrival of a stay (the subject) was sent, or its link given out."""


class SurveyAnswered(Event, frozen=True, kw_only=True, tag="arrivals.survey_answered"):
    """A stay's people have answered it."""


class SurveyDaysSet(Event, frozen=True, kw_only=True, tag="arrivals.survey_days_set"):
    """The centre (the subject) says how many days before the arrival its survey goes out."""


class PreCheckInLinkMailed(Event, frozen=True, kw_only=True, tag="arrivals.pre_check_in_link_mailed"):
    """The pre-check-in link of a stay (the subject) was mailed to its client."""


class PreCheckInDaysSet(Event, frozen=True, kw_only=True, tag="arrivals.pre_check_in_days_set"):
    """The centre (the subject) says how many days before the arrival its pre-check-in link goes out."""
