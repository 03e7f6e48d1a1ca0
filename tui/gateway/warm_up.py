"""What the zygote does before its first fork: import the app, and draw every screen once, unseen.

Styles are then parsed, tables filled, modules loaded, once for all sessions: a session's first paint is the third of what
it would be, and what it touches stays shared.
"""

import pkgutil
from importlib import import_module

from textual.pilot import Pilot

import tui.dialogs
import tui.screens
import tui.widgets
from tui.app import HalteApp
from tui.going import MODES
from tui.themes import THEMES
from tui.tokens import Entry
from tui.words import LANGUAGES, use_language

NOBODY = "http://127.0.0.1:9"
"""Nobody answers there (the discard port): the screens are drawn without data."""


def warm_up() -> None:
    """Import it all, and draw it all.

    Raises:
        RuntimeError: a screen cannot be drawn.
    """
    for package in (tui.dialogs, tui.screens, tui.widgets):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    for language in reversed(LANGUAGES):
        use_language(language)
    app = HalteApp(Entry(server=NOBODY, access_token="nobody's"), centre="nowhere", handed_down=True)
    app.run(headless=True, size=(120, 40), auto_pilot=_see_every_screen)
    if app.return_code:
        raise RuntimeError(app.farewell)


async def _see_every_screen(pilot: Pilot[object]) -> None:
    app = pilot.app
    assert isinstance(app, HalteApp)
    await pilot.pause()
    for mode in MODES:
        app.show_mode(mode)
        await pilot.pause()
    # The first theme last: it is the one that most sessions begin with.
    for theme in reversed(THEMES):
        app.theme = theme.name
        await pilot.pause()
    app.exit(0)
