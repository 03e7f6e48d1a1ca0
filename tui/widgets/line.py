"""One line to type into, which does not lay the whole screen out again at each key."""

from textual.geometry import Size
from textual.reactive import Reactive
from textual.widgets import Input

COMPACT = "-textual-compact"
"""Textual's own class of a field without a frame."""


class Line(Input):
    """Textual's field, but for what a longer text does: it scrolls inside the field, and moves nothing round it."""

    virtual_size = Reactive(Size(0, 0), layout=False)

    def __init__(
        self,
        value: str = "",
        *,
        compact: bool = False,
        placeholder: str = "",
        password: bool = False,
        id: str | None = None,
    ) -> None:
        # Set by hand what `compact` sets: Textual would look every style up, for each field before it is on a screen.
        self._reactive_compact = compact
        super().__init__(
            value,
            placeholder=placeholder,
            password=password,
            id=id,
            classes=COMPACT if compact else None,
            compact=compact,
        )

    def on_mount(self) -> None:
        """Keep the cursor still where nothing moves."""
        if self.app.animation_level == "none":
            self.cursor_blink = False
