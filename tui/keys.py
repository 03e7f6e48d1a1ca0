"""Which key does what for this user: the registry's own keys, those the user chose, and what may not be chosen. Pure."""

from collections.abc import Mapping
from typing import Final

from tui.actions import ALL, Action

RESERVED: Final = frozenset(
    {"escape", "enter", "tab", "shift+tab", "up", "down", "left", "right", "home", "end", "pageup", "pagedown"}
    | {"g", "ctrl+g", "ctrl+c", "ctrl+q", "ctrl+z", "ctrl+s", "backspace"}
)
"""What moves, what leaves, what begins « g a »: these stay where they are."""
TOGETHER: Final = frozenset({"facilities", "users", "rooms", "services", "tablets", "local_lists", "settings"})
"""Installations' lists answer to its own keys too."""
WRITING: Final = frozenset({"form"})
"""Where letters are typed, a letter cannot be a key."""


def keys_of(action: Action, keymap: Mapping[str, str]) -> frozenset[str]:
    """Return the keys that do an action."""
    return frozenset((keymap.get(action.id) or action.key).split(","))


def are_together(one: Action, other: Action) -> bool:
    """Say whether two actions can be meant on one screen."""
    scopes = {one.scope, other.scope}
    if one.scope == other.scope or "app" in scopes:
        return True
    return "facilities" in scopes and scopes <= TOGETHER


def taken_by(action: Action, key: str, keymap: Mapping[str, str]) -> Action | None:
    """Return the other action that a key does where this one is meant."""
    return next(
        (
            other
            for other in ALL
            if other.id != action.id and are_together(action, other) and key in keys_of(other, keymap)
        ),
        None,
    )


def may_be_chosen(action: Action, key: str) -> bool:
    """Say whether a key may stand for an action at all."""
    types = len(key) == 1 or key in ("space", "slash", "question_mark", "plus", "minus")
    return key not in RESERVED and not (types and action.scope in WRITING)


def with_key(action: Action, key: str, keymap: Mapping[str, str]) -> dict[str, str]:
    """Return the keymap with another key for an action; its own key leaves nothing behind."""
    changed = {name: keys for name, keys in keymap.items() if name != action.id}
    return changed if key == action.key else {**changed, action.id: key}
