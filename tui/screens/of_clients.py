"""A list that the one client filter narrows: by code, segmentation, origin, type, colour, segment."""

from collections.abc import Mapping

from textual import work

from tui.dialogs.client_filter import asked_filter
from tui.screens.base import DeskScreen
from tui.session import Session


class OfClients(DeskScreen):
    """A screen about some of the clients; `of_clients` is what they must have, by query parameter."""

    def __init__(self, session: Session, title: str) -> None:
        super().__init__(session, title)
        self.of_clients: Mapping[str, str] = {}

    @work
    async def action_sift(self) -> None:
        """Ask which clients it is about."""
        wanted = await asked_filter(self.app, self.session, self.of_clients)
        if wanted is not None:
            self.of_clients = wanted
            self.read_of_clients()

    def read_of_clients(self) -> None:
        """Read from the start, of other clients than before."""
        self.read()
