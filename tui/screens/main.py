"""The main screens by their mode; each is imported when it is first seen, so that the first paint waits for Accueil alone."""

from importlib import import_module

from tui.screens.base import DeskScreen
from tui.screens.home import HomeScreen
from tui.session import Session

SCREENS = {
    "enquiries": "enquiries:EnquiriesScreen",
    "dossiers": "dossiers:DossiersScreen",
    "planning": "planning:PlanningScreen",
    "clients": "clients:ClientsScreen",
    "stays": "stays:StaysScreen",
    "day_sheet": "day_sheet:DaySheetScreen",
    "statistics": "statistics:StatisticsScreen",
    "network": "network:NetworkScreen",
}
"""Module and class of each; Installations has its own table."""


def main_screen(mode: str, session: Session) -> DeskScreen:
    """Make the main screen of a mode."""
    if mode == "home":
        return HomeScreen(session)
    if mode in SCREENS:
        module, _colon, name = SCREENS[mode].partition(":")
        made = getattr(import_module(f"tui.screens.{module}"), name)(session)
        assert isinstance(made, DeskScreen)
        return made
    from tui.screens.facilities import list_of

    return list_of(mode, session)
