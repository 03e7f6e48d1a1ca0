"""One line to type into, which does not lay the whole screen out again at each key."""

from textual.geometry import Size
from textual.reactive import Reactive
from textual.widgets import Input


class Line(Input):
    """Textual's field, but for what a longer text does: it scrolls inside the field, and moves nothing round it."""

    virtual_size = Reactive(Size(0, 0), layout=False)

    def on_mount(self) -> None:
        """Keep the cursor still where nothing moves."""
        if self.app.animation_level == "none":
            self.cursor_blink = False
