"""Facts about centres."""

from infra.outbox import Event


class CentreProvisioned(Event, frozen=True, kw_only=True, tag="centres.provisioned"):
    """A centre was made, with its roles and first administrator."""


class CentreChanged(Event, frozen=True, kw_only=True, tag="centres.changed"):
    """A centre's particulars were changed."""


class CentreStateMoved(Event, frozen=True, kw_only=True, tag="centres.state_moved"):
    """A centre was opened, suspended or closed."""

    state: str
