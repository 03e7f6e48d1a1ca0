"""What happened to what is agreed with a client."""

from infra.outbox import Event


class ClientTermsChanged(Event, frozen=True, kw_only=True, tag="clients.terms_changed"):
    """A card's defaults or rates are others; the subject is the card."""
