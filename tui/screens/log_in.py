"""Log in: by login and password, or by a code approved in a browser, whichever comes first."""

import asyncio
from datetime import UTC, datetime
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from server.contract.accounts import DeviceCode, Token
from tui.client import Client
from tui.problems import in_words
from tui.transport import ApiProblem
from tui.widgets.form import Answers, Field, Form
from tui.words import _

WAITING = ("authorization_pending", "slow_down")


class LogInScreen(Screen[Token | None]):
    """Gives back a token, or nothing when one leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "send", show=False),
        Binding("escape", "give_up", show=False),
    ]

    class Coded(Message):
        """A device code came."""

        def __init__(self, code: DeviceCode) -> None:
            super().__init__()
            self.code = code

    class In(Message):
        """A token came."""

        def __init__(self, token: Token) -> None:
            super().__init__()
            self.token = token

    class Refused(Message):
        """The log-in was refused."""

        def __init__(self, problem: ApiProblem) -> None:
            super().__init__()
            self.problem = problem

    def __init__(self, client: Client, server: str) -> None:
        super().__init__()
        self._client = client
        self._server = server
        self._form = Form(
            [
                Field("login", _("Identifiant"), required=True),
                Field("password", _("Mot de passe"), "secret", required=True),
                Field("code", _("Code à six chiffres"), hint=_("s'il y en a un")),
            ],
            {},
            today=datetime.now(UTC).date(),
        )
        self._device = Static("", id="device", markup=False)
        self._trouble = Static("", classes="trouble", markup=False)

    def compose(self) -> ComposeResult:
        """Lay out both ways in."""
        with Vertical(id="frame") as frame:
            frame.border_title = "Halte"
            frame.border_subtitle = _("⏎ ou Ctrl+S entrer · Tab champ suivant · Esc quitter")
            yield Static(self._server, classes="intro", markup=False)
            yield self._form
            yield self._trouble
            yield self._device

    def on_mount(self) -> None:
        """Stand in the login, and ask for a code meanwhile."""
        self._trouble.display = False
        self._form.focus_first()
        self._ask_code()

    @on(Form.Submitted)
    def action_send(self) -> None:
        """Log in with what is typed."""
        answers = self._form.answers()
        if answers is not None:
            self._log_in(answers)

    @work(exclusive=True, group="log-in")
    async def _log_in(self, answers: Answers) -> None:
        try:
            token = await self._client.log_in(
                login=answers["login"], password=answers["password"], code=answers["code"]
            )
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
        else:
            self.post_message(self.In(token))

    @work(exclusive=True, group="device")
    async def _ask_code(self) -> None:
        try:
            code = await self._client.start_device_log_in()
        except ApiProblem:
            return  # the other way in is there
        self.post_message(self.Coded(code))
        pause = code.interval
        while True:
            await asyncio.sleep(pause)
            try:
                token = await self._client.device_token(code.device_code)
            except ApiProblem as problem:
                if problem.code not in WAITING:
                    self.post_message(self.Refused(problem))
                    return
                pause += problem.code == "slow_down"
            else:
                self.post_message(self.In(token))
                return

    @on(Coded)
    def _show_code(self, event: Coded) -> None:
        self._device.update(
            _("Ou, sans mot de passe : ouvrez {address} dans un navigateur et donnez le code").format(
                address=event.code.verification_uri
            )
            + f"\n\n    {event.code.user_code}"
        )

    @on(In)
    def _enter(self, event: In) -> None:
        self.dismiss(event.token)

    @on(Refused)
    def _say(self, event: Refused) -> None:
        self._trouble.update(in_words(event.problem))
        self._trouble.display = True

    def action_give_up(self) -> None:
        """Leave."""
        self.dismiss(None)
