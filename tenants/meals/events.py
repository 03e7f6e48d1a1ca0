"""What happened to meals; the subject is the stay."""

from infra.outbox import Event


class MealsChanged(Event, frozen=True, kw_only=True, tag="meals.changed"):
    """Somebody set a quantity by hand, or left it to be counted again."""
