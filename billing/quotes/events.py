"""What happened to a quote; `subject_id` is the quote's."""

from uuid import UUID

from infra.outbox import Event


class QuoteSent(Event, frozen=True, kw_only=True, tag="quotes.sent"):
    """A version was sent; those before it are superseded."""

    dossier_id: UUID


class QuoteAccepted(Event, frozen=True, kw_only=True, tag="quotes.accepted"):
    """The client accepted it on its page."""

    dossier_id: UUID


class QuoteRefused(Event, frozen=True, kw_only=True, tag="quotes.refused"):
    """The client refused it, with a word."""

    dossier_id: UUID


class QuoteExpired(Event, frozen=True, kw_only=True, tag="quotes.expired"):
    """Its last day passed without an answer."""

    dossier_id: UUID


class QuoteLost(Event, frozen=True, kw_only=True, tag="quotes.lost"):
    """The stay went to other dates: it is on offer no more, and its payment links are dead."""

    dossier_id: UUID


class QuoteRevived(Event, frozen=True, kw_only=True, tag="quotes.revived"):
    """A lost version is on offer again."""

    dossier_id: UUID
