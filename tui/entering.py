"""Entering: the log-in, who one is, in which centre one works, the first start; and the end of the session."""

import asyncio

from textual import on, work
from textual.message import Message

from server.contract.accounts import CentreView, Me, PreferencesChange, Token
from tui import plain
from tui.drafts import Drafts, drafts_folder
from tui.live import ListeningApp
from tui.problems import in_words
from tui.screens.base import SessionOver
from tui.themes import THEMES
from tui.tokens import Entry, forget, keep
from tui.transport import ApiProblem, SignedOut
from tui.widgets.columns import learn_hidden
from tui.widgets.rows import Rows
from tui.words import _, language


class Entered(Message):
    """Who one is and where one works are known."""

    def __init__(self, me: Me, centre: CentreView | None) -> None:
        super().__init__()
        self.me = me
        self.centre = centre


class NotEntered(Message):
    """One could not enter, or a preference could not be kept."""

    def __init__(self, problem: ApiProblem) -> None:
        super().__init__()
        self.problem = problem


class EnteringApp(ListeningApp):
    """An app that somebody enters. `entry` is the server and the token, `handed_down` that the gateway gave them."""

    entry: Entry
    asked_centre: str | None
    asked_language: str | None
    handed_down: bool
    farewell: str

    @work(exclusive=True, group="enter")
    async def enter(self) -> None:
        """Ask who one is and where; both at once where the centre is known."""
        client = self.session.client
        try:
            if self.asked_centre:
                client.enter(self.asked_centre)
                me, centre = await asyncio.gather(client.me(), client.centre())
                self.post_message(Entered(me, centre))
                return
            me = await client.me()
            places = [place for place in me.places if place.centre]
            if not places:
                self.post_message(Entered(me, None))
                return
            slug = await self._chosen_centre(
                {str(place.centre): place.centre_name or str(place.centre) for place in places}
            )
            client.enter(slug)
            self.post_message(Entered(me, await client.centre()))
        except ApiProblem as problem:
            self.post_message(NotEntered(problem))

    async def _chosen_centre(self, names: dict[str, str]) -> str:
        if len(names) == 1:
            return next(iter(names))
        from tui.dialogs.pick import Pick

        return await self.push_screen_wait(Pick(_("Dans quel centre travaillez-vous ?"), list(names.items()))) or next(
            iter(names)
        )

    @on(Entered)
    async def _entered(self, event: Entered) -> None:
        me = event.me
        first_time = self.session.me is None
        self.session.me = me
        self.session.drafts = Drafts(
            drafts_folder(), owner=f"{self.entry.server} {me.account_id} {self.asked_centre or ''}"
        )
        if event.centre:
            self.session.enter(event.centre)
        self.set_keymap(me.keymap)
        learn_hidden(me.list_columns)
        if me.theme in {theme.name for theme in THEMES} and not plain.is_asked_for():
            self.theme = me.theme
        wanted = self.asked_language or me.language
        if wanted != language() and wanted in ("fr", "en"):
            self.speak(wanted)
        for screen in self.followed:
            screen.top.refresh()
            screen.keys.refresh()
            for rows in screen.query(Rows):
                rows.take_columns()
        if event.centre is None:
            self.show_mode("network", beside=True)  # there is no centre to go back to
        elif first_time:
            self.listen()
            self.learn_lists()
        if not me.first_start_done:
            self._first_start()

    @on(NotEntered)
    def _not_entered(self, event: NotEntered) -> None:
        if isinstance(event.problem, SignedOut):
            self._session_over()
        else:
            self.notify(in_words(event.problem), severity="error", timeout=30)

    def log_in(self) -> None:
        """Ask for the log-in, there being no token."""
        from tui.screens.log_in import LogInScreen

        self.push_screen(LogInScreen(self.session.client, self.entry.server), self._logged_in)

    def _logged_in(self, token: Token | None) -> None:
        if token is None:
            self.exit(0)
            return
        self.session.client.line.use(token)
        self.keep_token(token)
        self.show_mode("home")
        self.enter()

    def keep_token(self, token: Token) -> None:
        """Keep it for the next time, where it is this machine's to keep."""
        if not self.handed_down:
            keep(
                Entry(
                    server=self.entry.server,
                    access_token=token.access_token,
                    refresh_token=token.refresh_token or self.entry.refresh_token,
                    centre=self.asked_centre,
                )
            )

    @on(SessionOver)
    def _session_over(self) -> None:
        if not self.handed_down:
            forget(self.entry.server)
        self.farewell = _("Votre session est terminée : reconnectez-vous.")
        self.exit(1)

    @work
    async def _first_start(self) -> None:
        from tui.dialogs.first_start import FirstStart

        wanted = await self.push_screen_wait(FirstStart(self.session))
        self.save_preferences(PreferencesChange(first_start_done=True, language=language(), theme=self.theme))
        if wanted:
            self.action_tour()

    @work(exclusive=True, group="tour")
    async def action_tour(self) -> None:
        """Go from screen to screen and say what each is for, until the end or until it is left."""
        from tui.dialogs.tour import BACK, STEPS, TourStep

        at = 0
        while 0 <= at < len(STEPS):
            self.show_mode(STEPS[at][0], beside=True)
            way = await self.push_screen_wait(TourStep(at))
            if way is None:
                return
            at = max(0, at - 1) if way == BACK else at + 1

    @work
    async def save_preferences(self, change: PreferencesChange) -> None:
        """Keep what one prefers with one's account."""
        try:
            await self.session.client.change_preferences(change)
        except ApiProblem as problem:
            self.post_message(NotEntered(problem))
