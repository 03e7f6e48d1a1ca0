"""An action: one name, one key, one label, one line of help, and the right it wants."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Action:
    """Something one can do. `bar` is its place in the key bar: 0 for none, else the smaller the more to the left."""

    id: str
    key: str
    label: str
    help: str
    right: str = ""
    bar: int = 0
    shown_key: str = ""

    @property
    def scope(self) -> str:
        """The screen it belongs to."""
        return self.id.partition(".")[0]

    @property
    def name(self) -> str:
        """Its method on the screen, without `action_`."""
        return self.id.partition(".")[2]


def action(id: str, key: str, label: str, help: str, *, right: str = "", bar: int = 0, shown: str = "") -> Action:  # noqa: A002
    """Make an action; « shown » is its key as it is written, where that is another name."""
    return Action(id, key, label, help, right, bar, shown)
