"""What happened to a dossier."""

from infra.outbox import Event


class DossierCreated(Event, frozen=True, kw_only=True, tag="dossiers.created"):
    """An enquiry got its first service, or a stay its dossier."""


class DossierChanged(Event, frozen=True, kw_only=True, tag="dossiers.changed"):
    """Its lines, money or marks changed."""


class DossierMoved(Event, frozen=True, kw_only=True, tag="dossiers.state_moved"):
    """Events moved it to another column."""

    before: str
    after: str
