"""Throw away what was typed, after asking: the draft goes, and the screen with it."""

from textual.app import App

from tui.dialogs.confirm import Confirm
from tui.session import Session
from tui.words import _


def discard(app: App[int], session: Session, draft: str, said: str) -> None:
    """Ask, saying what will be lost; on a yes drop the draft and leave the screen."""

    def forget(yes: bool | None) -> None:
        if yes:
            session.drafts.drop(draft)
            app.pop_screen()

    app.push_screen(Confirm(_("Tout oublier ?"), said, yes=_("oublier"), yes_first=False), forget)
