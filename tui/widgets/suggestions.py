"""What may be meant, under a form: down and up move in it, Enter takes; typing goes on whatever it says."""

from collections.abc import Sequence

from textual.content import Content
from textual.widgets import Static

from server.contract.addresses import Suggestion

SHOWN = 6


class SuggestionList(Static):
    """A few lines at the foot of a form; hidden while there is nothing to say."""

    def __init__(self) -> None:
        super().__init__("", id="suggestions", markup=False)
        self._items: list[Suggestion] = []
        self._said = ""
        self._at = -1
        self.display = False

    def put(self, items: Sequence[Suggestion], *, said: str = "") -> None:
        """Show suggestions, or the reason why there are none."""
        self._items, self._said, self._at = list(items[:SHOWN]), said, -1
        self._draw()

    @property
    def offered(self) -> bool:
        """Say whether there is something to move in."""
        return self.display and bool(self._items)

    @property
    def taken(self) -> Suggestion | None:
        """The one that is stood on."""
        return self._items[self._at] if self.offered and self._at >= 0 else None

    def move(self, by: int) -> None:
        """Stand on the next; above the first is the field again."""
        self._at = max(-1, min(self._at + by, len(self._items) - 1))
        self._draw()

    def _draw(self) -> None:
        lines = [
            Content.styled(f"{'›' if place == self._at else ' '} {words(item)}", "reverse" if place == self._at else "")
            for place, item in enumerate(self._items)
        ]
        if self._said:
            lines.append(Content.styled(f"  {self._said}", "$warning"))
        self.update(Content("\n").join(lines))
        self.display = bool(lines)


def words(item: Suggestion) -> str:
    """Return « 12 rue des Écoles, 29930 Pont-Aven » or « 29930 Pont-Aven (Finistère) »."""
    town = f"{item.postal_code} {item.town}".strip()
    note = f"  ({item.note})" if item.note else ""
    return f"{item.street}, {town}{note}" if item.street else town + note
