"""What a check of `halte doctor` finds."""

from enum import StrEnum

import msgspec


class State(StrEnum):
    """How it stands with one thing."""

    OK = "ok"
    NOTE = "note"
    """Works without it, or only in part; worth knowing."""
    FAILED = "failed"


class Finding(msgspec.Struct, frozen=True):
    """One thing looked at. Never holds a password: addresses are shown without."""

    name: str
    state: State
    detail: str
    advice: str = ""
    """What to do; empty when nothing is to be done."""


def fine(name: str, detail: str) -> Finding:
    """Say that it is as it should be."""
    return Finding(name, State.OK, detail)


def note(name: str, detail: str, advice: str) -> Finding:
    """Say what goes only in part."""
    return Finding(name, State.NOTE, detail, advice)


def failed(name: str, detail: str, advice: str) -> Finding:
    """Say what does not go."""
    return Finding(name, State.FAILED, detail, advice)
