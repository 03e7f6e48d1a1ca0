"""What a benchmark finds: figures, with both sides of each ratio and how far they spread."""

import statistics
from collections.abc import Sequence

import msgspec


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One side of a comparison, as its rounds went."""

    name: str
    middle: float
    """The median of the rounds."""
    least: float
    most: float
    rounds: int
    unit: str = "ms"

    def __str__(self) -> str:
        """Say it in one line."""
        return f"{self.name} {self.middle:.4g} {self.unit} ({self.least:.4g}-{self.most:.4g}, {self.rounds} rounds)"


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the table."""

    name: str
    value: float
    unit: str = "ms"
    goal: str = ""
    """As the engineering notes say it, `≤ 8`; empty where there is none."""
    reached: bool | None = None
    """None where there is no goal, or this run cannot say."""
    must: bool = False
    """A figure of correctness: not reached is a failure."""
    sides: tuple[Side, ...] = ()
    note: str = ""


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """What one benchmark gave."""

    benchmark: str
    figures: tuple[Figure, ...] = ()
    idle: float = 0.0
    """The share of the machine that nobody used meanwhile: 1 is a machine asleep."""
    seconds: float = 0.0
    failure: str = ""
    """Why it could not run."""

    @property
    def failed(self) -> bool:
        """Whether it could not run, or something that must hold did not."""
        return bool(self.failure) or any(figure.must and not figure.reached for figure in self.figures)


def side(name: str, rounds: Sequence[float], *, unit: str = "ms") -> Side:
    """Return one side from its rounds."""
    return Side(
        name=name, middle=statistics.median(rounds), least=min(rounds), most=max(rounds), rounds=len(rounds), unit=unit
    )


def at_most(
    name: str,
    value: float,
    limit: float,
    *,
    unit: str = "ms",
    sides: Sequence[Side] = (),
    note: str = "",
    must: bool = False,
) -> Figure:
    """Return a figure that should not be above its limit."""
    return Figure(
        name=name, value=value, unit=unit, goal=f"≤ {limit:g}", reached=value <= limit, must=must, sides=tuple(sides), note=note
    )  # fmt: skip


def at_least(
    name: str, value: float, limit: float, *, unit: str = "/s", sides: Sequence[Side] = (), note: str = ""
) -> Figure:
    """Return a figure that should not be below its limit."""
    return Figure(
        name=name, value=value, unit=unit, goal=f"≥ {limit:g}", reached=value >= limit, sides=tuple(sides), note=note
    )


def ratio_of(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return the median of the rounds' ratios: each round had the machine as it was just then on both sides."""
    return statistics.median(a / b for a, b in zip(ours, theirs, strict=True))


def percentile(values: Sequence[float], hundredth: int) -> float:
    """Return a percentile, 1 to 99."""
    return statistics.quantiles(values, n=100, method="inclusive")[hundredth - 1]
