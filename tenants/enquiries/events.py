"""What happened to an enquiry; `subject_id` is the enquiry's."""

from infra.outbox import Event


class EnquiryReceived(Event, frozen=True, kw_only=True, tag="enquiries.received"):
    """Somebody asks for something."""


class EnquiryAnswered(Event, frozen=True, kw_only=True, tag="enquiries.answered"):
    """Staff wrote to the client."""


class EnquiryNoted(Event, frozen=True, kw_only=True, tag="enquiries.noted"):
    """Staff left a note that stays inside."""


class ClientWrote(Event, frozen=True, kw_only=True, tag="enquiries.client_wrote"):
    """The client wrote, by mail or on the page of the thread."""


class EnquiryRead(Event, frozen=True, kw_only=True, tag="enquiries.read"):
    """Staff opened what was unread."""


class EnquiryClientChosen(Event, frozen=True, kw_only=True, tag="enquiries.client_chosen"):
    """The enquiry belongs to a card now, or to another."""


class EnquiryAssigned(Event, frozen=True, kw_only=True, tag="enquiries.assigned"):
    """Somebody else sees to it now, or nobody in particular."""


class EnquiryBecameDossier(Event, frozen=True, kw_only=True, tag="enquiries.became_dossier"):
    """A first service was put on it."""


class EnquiryClosed(Event, frozen=True, kw_only=True, tag="enquiries.closed"):
    """Staff put it away without a dossier."""
