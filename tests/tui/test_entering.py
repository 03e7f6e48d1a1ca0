"""Ways in: a token handed down, a password, a device code; what happens when the token is over; the first start."""

import os
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from textual.widgets import Input

from server.contract.accounts import Me, Place, PreferencesChange, Token
from tests.tui import seeds
from tests.tui.conftest import opened, settled, shown, until
from tests.tui.desk_server import Desk, DeskServer
from tui import tokens
from tui.app import HalteApp
from tui.commands import main
from tui.dialogs.first_start import FirstStart
from tui.dialogs.tour import TourStep
from tui.screens.enquiries import EnquiriesScreen
from tui.screens.home import HomeScreen
from tui.screens.log_in import LogInScreen
from tui.tokens import Entry
from tui.transport import SignedOut, Transport


@pytest.fixture
def kept_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own, without a keyring."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    return tmp_path


async def test_accueil_is_drawn_with_the_token_handed_down(an_app: Callable[[], HalteApp]) -> None:
    async with opened(an_app()) as pilot:
        await settled(pilot)
        text = shown(pilot.app)  # type: ignore[arg-type]  # the app of the test
        assert "Halte · Centre de Kerfany" in text
        assert "sam. 21 nov. 2026 · M. Le Goff" in text
        assert "14:00 Collège J. Ferry" in text


def test_a_descriptor_is_read_once_and_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.write(writing, b'{"server":"http://x","access_token":"t","refresh_token":"r","centre":"kerfany"}')
    os.close(writing)
    monkeypatch.setenv("HALTE_TOKEN_FD", str(reading))
    assert tokens.inherited() == Entry(server="http://x", access_token="t", refresh_token="r", centre="kerfany")
    assert "HALTE_TOKEN_FD" not in os.environ
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(reading)
    assert tokens.inherited() is None


def test_a_kept_token_is_readable_by_its_owner_only(kept_apart: Path) -> None:
    entry = Entry(server="https://desk.example", access_token="t")
    tokens.keep(entry)
    (file,) = (kept_apart / "halte" / "tokens").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert tokens.kept("https://desk.example") == entry
    tokens.forget("https://desk.example")
    assert tokens.kept("https://desk.example") is None


async def test_a_password_opens_accueil(
    desk: Desk, desk_server: DeskServer, an_app: Callable[[], HalteApp], kept_apart: Path
) -> None:
    app = HalteApp(Entry(server=desk_server.address, access_token=""))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, LogInScreen) and isinstance(app.focused, Input), "the log-in")
        await pilot.press(*"mlegoff", "tab", *"faux", "ctrl+s")
        await until(pilot, lambda: "Identifiant ou mot de passe inconnus" in shown(app), "the refusal")
        assert [msgspec.json.decode(sent.body)["password"] for sent in desk.sent("/auth/token")] == ["faux"]
        await pilot.press(*["backspace"] * 4, *"sésame", "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, HomeScreen) and app.session.me, "Accueil")
    kept = tokens.kept(desk_server.address)
    assert kept is not None
    assert kept.access_token == desk.token


async def test_a_device_code_is_shown_and_opens_when_approved(
    desk: Desk, desk_server: DeskServer, an_app: Callable[[], HalteApp], kept_apart: Path
) -> None:
    app = HalteApp(Entry(server=desk_server.address, access_token=""))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "ABCD-EFGH" in shown(app), "the code")
        assert "https://halte.example/auth/device/verify" in shown(app)
        desk.approved = True
        await until(pilot, lambda: isinstance(app.screen, HomeScreen), "Accueil")


async def test_a_token_is_renewed_once_and_the_request_goes_through(
    desk: Desk, desk_server: DeskServer, an_app: Callable[[], HalteApp]
) -> None:
    app = HalteApp(
        Entry(server=desk_server.address, access_token="old", refresh_token="again", centre=seeds.SLUG),
        handed_down=True,
    )
    async with opened(app) as pilot:
        await settled(pilot)
        assert app.session.client.line.access_token == desk.token
        assert len(desk.sent("/auth/refresh")) == 1


async def test_a_session_that_is_over_ends_the_app_and_says_so(desk: Desk, an_app: Callable[[], HalteApp]) -> None:
    app = an_app()
    async with opened(app) as pilot:
        desk.token = "another"
        await pilot.press("f5")
        await until(pilot, lambda: app.return_code is not None or app._exit, "the end")
    assert app.return_value == 1
    assert "reconnectez-vous" in app.farewell


async def test_a_session_that_is_revoked_as_its_token_is_renewed_is_over(desk: Desk, desk_server: DeskServer) -> None:
    desk.answers["POST /auth/refresh"] = Token(access_token="revoked meanwhile", expires_in=3600)
    line = Transport(desk_server.address, access_token="old", refresh_token="again")
    try:
        with pytest.raises(SignedOut):
            await line.send("GET", "/api/v1/me", Me)
    finally:
        await line.close()


async def test_the_first_start_asks_three_questions_and_is_over(desk: Desk, an_app: Callable[[], HalteApp]) -> None:
    desk.me = msgspec.structs.replace(seeds.ME, first_start_done=False)
    app = an_app()
    async with opened(app) as pilot:
        await until(pilot, lambda: isinstance(app.screen, FirstStart), "the questions")
        assert len(app.screen._form.rows) == 3  # type: ignore[attr-defined]
        await pilot.press("tab", "tab", "n", "o", "n", "enter", "ctrl+s")
        await until(pilot, lambda: desk.sent("PATCH /api/v1/me"), "the answers")
        assert isinstance(app.screen, HomeScreen)
    (sent,) = desk.sent("PATCH /api/v1/me")
    change = msgspec.json.decode(sent.body, type=PreferencesChange)
    assert change.first_start_done is True
    assert change.language == "fr"


async def test_a_user_of_the_network_alone_sees_the_centres(
    desk: Desk, desk_server: DeskServer, an_app: Callable[[], HalteApp]
) -> None:
    desk.me = Me(
        account_id=seeds.uuid(9, 9), login="siege", name="A. Siège", language="fr", first_start_done=True,
        places=[Place(centre=None, centre_name=None, role="network_admin", rights=["network.view", "centre.provision"])],
    )  # fmt: skip
    app = HalteApp(Entry(server=desk_server.address, access_token=desk.token), handed_down=True)
    async with opened(app) as pilot:
        await until(pilot, lambda: "Centre de Mimizan" in shown(app), "the centres")
        assert "suspendu" in shown(app)


def test_without_a_terminal_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--server", "http://127.0.0.1:9"]) == 1
    assert "terminal" in capsys.readouterr().err


async def test_a_new_user_is_shown_round_the_screens_until_they_leave(
    desk: Desk, an_app: Callable[[], HalteApp]
) -> None:
    desk.me = msgspec.structs.replace(desk.me, first_start_done=False)
    app = an_app()
    async with opened(app) as pilot:
        await until(pilot, lambda: isinstance(app.screen, FirstStart), "the questions")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, TourStep) and "1 sur 6" in shown(app), "the tour")
        await until(
            pilot, lambda: b'"first_start_done":true' in desk.sent("PATCH /api/v1/me")[-1].body, "that it is done"
        )
        await pilot.press("enter")
        await until(pilot, lambda: "2 sur 6" in shown(app), "the second page")
        assert isinstance(app.screen_stack[-2], EnquiriesScreen)
        await pilot.press("left")
        await until(pilot, lambda: "1 sur 6" in shown(app), "Accueil again")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, HomeScreen), "that it is left")

        await pilot.press("f1", "right", "right", "right", "right", "right", "right")
        await until(pilot, lambda: not isinstance(app.screen, TourStep), "its end")
        assert isinstance(app.screen, HomeScreen)
