"""What a segment asks, as one builds it: criteria under « all of » and « one of », any of them turned round. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from server.contract.segments import (
    AskedCriterion,
    EitherCriterion,
    EveryCriterion,
    NoCriterion,
    SegmentExpression,
)

Joint = Literal["and", "or"]
Place = tuple[int, ...]
"""Where a part stands: the number of each part on the way down; the whole stands nowhere, at ()."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One criterion; `denied`: all but those who answer it."""

    asked: AskedCriterion
    denied: bool = False


@dataclass(frozen=True, slots=True)
class Branch:
    """Parts of which all, or one at least, are asked; `denied`: all but those who answer it."""

    joint: Joint = "and"
    parts: "tuple[Part, ...]" = ()
    denied: bool = False


Part = Leaf | Branch


def read_tree(expression: SegmentExpression) -> Branch:
    """Return an expression as a tree to build on; its root is a branch, never denied."""
    whole = _part(expression)
    return whole if isinstance(whole, Branch) and not whole.denied else Branch(parts=(whole,))


def _part(expression: SegmentExpression, *, denied: bool = False) -> Part:
    if isinstance(expression, NoCriterion):
        return _part(expression.of, denied=not denied)
    if isinstance(expression, AskedCriterion):
        return Leaf(expression, denied)
    joint: Joint = "and" if isinstance(expression, EveryCriterion) else "or"
    return Branch(joint, tuple(_part(inner) for inner in expression.of), denied)


def written(part: Part) -> SegmentExpression | None:
    """Return a tree as it goes over the wire, without its empty branches; None where nothing is asked."""
    said: SegmentExpression
    if isinstance(part, Leaf):
        said = part.asked
    else:
        inner = [one for each in part.parts if (one := written(each)) is not None]
        if not inner:
            return None
        said = EveryCriterion(of=inner) if part.joint == "and" else EitherCriterion(of=inner)
    return NoCriterion(of=said) if part.denied else said


def lines(root: Branch) -> Iterator[tuple[Place, Part, Joint | None]]:
    """Yield each part from the top down, with what joins it to the part before it; the root first."""
    yield (), root, None
    yield from _lines(root, ())


def _lines(branch: Branch, place: Place) -> Iterator[tuple[Place, Part, Joint | None]]:
    for number, part in enumerate(branch.parts):
        here = (*place, number)
        yield here, part, branch.joint if number else None
        if isinstance(part, Branch):
            yield from _lines(part, here)


def part_at(root: Branch, place: Place) -> Part:
    """Return the part that stands there."""
    part: Part = root
    for number in place:
        assert isinstance(part, Branch)
        part = part.parts[number]
    return part


def changed(root: Branch, place: Place, *instead: Part) -> Branch:
    """Put parts in the place of one: none takes it away."""
    if not place:
        (whole,) = instead
        assert isinstance(whole, Branch)
        return whole
    above = part_at(root, place[:-1])
    assert isinstance(above, Branch)
    at = place[-1]
    parts = (*above.parts[:at], *instead, *above.parts[at + 1 :])
    return changed(root, place[:-1], replace(above, parts=parts))


def added(root: Branch, place: Place, leaf: Leaf) -> tuple[Branch, Place]:
    """Add a criterion: at the end of the branch that stands there, or after the criterion; return where it stands."""
    here = part_at(root, place)
    if isinstance(here, Branch):
        return changed(root, place, replace(here, parts=(*here.parts, leaf))), (*place, len(here.parts))
    return changed(root, place, here, leaf), (*place[:-1], place[-1] + 1)


def denied(root: Branch, place: Place) -> Branch:
    """Turn a part round: all but those who answer it, or again those; the whole cannot be."""
    return (
        changed(root, place, replace(part_at(root, place), denied=not part_at(root, place).denied)) if place else root
    )


def turned(root: Branch, place: Place) -> Branch:
    """Ask one of instead of all of, or again all of, of the branch that stands there or that holds what does."""
    here = part_at(root, place)
    if isinstance(here, Leaf):
        return turned(root, place[:-1])
    return changed(root, place, replace(here, joint="or" if here.joint == "and" else "and"))


def grouped(root: Branch, place: Place) -> Branch:
    """Put a criterion into a branch of its own, of the other joint; a branch gives its parts back to the one above."""
    here = part_at(root, place)
    if not place:
        return root
    if isinstance(here, Branch):
        return changed(root, place, *here.parts)
    above = part_at(root, place[:-1])
    assert isinstance(above, Branch)
    return changed(root, place, Branch("or" if above.joint == "and" else "and", (here,)))
