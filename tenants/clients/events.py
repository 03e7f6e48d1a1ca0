"""What happened to a client card. A fact names the card and never what is written on it."""

from uuid import UUID

from infra.outbox import Event


class ClientAdded(Event, frozen=True, kw_only=True, tag="clients.added"):
    """A card was made."""


class ClientChanged(Event, frozen=True, kw_only=True, tag="clients.changed"):
    """A card was changed, or its prospect became a client."""


class ClientBlacklistingSet(Event, frozen=True, kw_only=True, tag="clients.blacklisting_set"):
    """The padlock closed: no reservation can be taken for the card."""


class ClientBlacklistingLifted(Event, frozen=True, kw_only=True, tag="clients.blacklisting_lifted"):
    """The padlock was opened before its last day."""


class BlacklistLetterSent(Event, frozen=True, kw_only=True, tag="clients.blacklist_letter_sent"):
    """The letter that tells the person was sent, or its sending noted."""


class BlacklistAlertDecided(Event, frozen=True, kw_only=True, tag="blacklist.alert_decided"):
    """The network decided whether the other centres are told whom to call."""


class ClientsMerged(Event, frozen=True, kw_only=True, tag="clients.merged"):
    """Two cards became one; the subject is the one that stays."""

    merged_id: UUID


class MergeUndone(Event, frozen=True, kw_only=True, tag="clients.merge_undone"):
    """They are two again."""

    merged_id: UUID


class ClientErased(Event, frozen=True, kw_only=True, tag="clients.erased"):
    """Nobody is on the card any more; what accounting keeps names it as erased."""


class ClientReviewLinked(Event, frozen=True, kw_only=True, tag="clients.review_linked"):
    """A public review was said to be the client's."""


class ClientReviewUnlinked(Event, frozen=True, kw_only=True, tag="clients.review_unlinked"):
    """It was not."""


class ClientActionNoted(Event, frozen=True, kw_only=True, tag="clients.action_noted"):
    """What was done with the client was noted."""


class ClientActionRemoved(Event, frozen=True, kw_only=True, tag="clients.action_removed"):
    """It was noted by mistake."""
