"""What happened to the meals of services."""

from infra.outbox import Event


class ServiceMealsSet(Event, frozen=True, kw_only=True, tag="catering.meals_set"):
    """Staff said which meals a service (the subject) includes."""
