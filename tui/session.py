"""One person's session: whom the screens speak for, in which centre, with which rights; passed down to each screen."""

from collections.abc import Callable
from datetime import UTC, date, datetime

from server.contract.accounts import CentreView, Me, Place
from tui.client import Client
from tui.drafts import Drafts

DEFAULT_ZONE = "Europe/Paris"


class Session:
    """What every screen needs. `today` is the centre's, told by the API."""

    def __init__(
        self,
        client: Client,
        drafts: Drafts,
        *,
        own_machine: bool = False,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`own_machine`: the app runs in front of its user, not behind SSH or a browser; files may be written there."""
        self.client = client
        self.drafts = drafts
        self.own_machine = own_machine
        self.me: Me | None = None
        self.centre: CentreView | None = None
        self.place: Place | None = None
        self._today: date | None = None
        self._clock = clock

    @property
    def rights(self) -> frozenset[str]:
        """The rights held where one works; none until it is known."""
        return frozenset(self.place.rights) if self.place else frozenset()

    def may(self, right: str) -> bool:
        """Say whether a right is held. Until the answer is there, the server alone refuses."""
        return not right or self.place is None or right in self.rights

    @property
    def zone(self) -> str:
        """The centre's time zone."""
        return self.centre.time_zone if self.centre else DEFAULT_ZONE

    @property
    def today(self) -> date:
        """The centre's date; until the server has said it, this machine's."""
        return self._today or self._clock().date()

    def learn_today(self, today: date) -> None:
        """Take the date that the server says."""
        self._today = today

    def enter(self, centre: CentreView) -> None:
        """Work in this centre."""
        self.centre = centre
        self._today = centre.today
        if self.me:
            self.place = next((place for place in self.me.places if place.centre == centre.slug), None)
