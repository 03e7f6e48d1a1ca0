"""The registry of actions, the words, and what the terminal may know of the house."""

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from textual.binding import Binding

import tui
from tests.tui.texts import texts_of
from tui.actions import ALL, GO, bindings
from tui.app import HalteApp
from tui.going import MODES
from tui.screens.facilities import LISTS
from tui.words import LOCALE

TUI = Path(tui.__file__).parent
CATALOGUE = LOCALE / "en" / "LC_MESSAGES" / "halte_tui.po"
SCREENS = {
    "home": "home:HomeScreen", "enquiries": "enquiries:EnquiriesScreen", "dossiers": "dossiers:DossiersScreen",
    "dossier": "dossier:DossierScreen", "planning": "planning:PlanningScreen", "clients": "clients:ClientsScreen",
    "client": "client:ClientScreen", "stays": "stays:StaysScreen", "stay": "stay:StayScreen", "network": "network:NetworkScreen",
    "facilities": "users:UsersScreen", "users": "users:UsersScreen", "settings": "settings:SettingsScreen",
    "deliveries": "deliveries:DeliveriesScreen", "rooms": "rooms:RoomsScreen",
    "day_sheet": "day_sheet:DaySheetScreen", "housekeeping": "housekeeping:HousekeepingScreen",
    "rooming": "rooming:RoomingScreen", "services": "services:ServicesScreen", "tablets": "tablets:TabletsScreen",
    "local_lists": "local_lists:LocalListsScreen", "network_lists": "network_lists:NetworkListsScreen",
    "statistics": "statistics:StatisticsScreen",
    "network_statistics": "network_statistics:NetworkStatisticsScreen",
    "imports": "imports:ImportsScreen", "quality": "quality:QualityScreen", "review": "review:ReviewScreen", "identity": "identity:IdentityScreen",
    "trail": "trail:TrailScreen", "keys": "keys:KeysScreen", "segments": "segments:SegmentsScreen", "sale_terms": "sale_terms:SaleTermsScreen", "segment": "segment:SegmentScreen",
    "segment_form": "segment_form:SegmentFormScreen", "duplicates": "duplicates:DuplicatesScreen", "link_runs": "link_runs:LinkRunsScreen", "connections": "connections:ConnectionsScreen", "connection": "connection:ConnectionScreen",
}  # fmt: skip
FORMS = ("client_form:ClientFormScreen", "stay_form:StayFormScreen")


def _class(where: str) -> type:
    module, _colon, name = where.partition(":")
    found = getattr(import_module(f"tui.screens.{module}"), name)
    assert isinstance(found, type)
    return found


def test_every_action_has_one_name_and_one_key_on_its_screen() -> None:
    assert len({action.id for action in ALL}) == len(ALL)
    # The planning has no list: there the key that chooses a row marks a room.
    choosing = {action.key for action in ALL if action.id == "app.choose"}
    everywhere = [action.key for action in ALL if action.scope == "app"]
    for scope in {action.scope for action in ALL} - {"app"}:
        shared = [action.key for action in ALL if action.scope == "facilities" and scope in LISTS]
        keys = [action.key for action in ALL if action.scope == scope] + shared
        keys += [key for key in everywhere if not (scope == "planning" and key in choosing)]
        assert len(set(keys)) == len(keys), scope
        assert "g" not in keys, f"{scope}: g begins « g a »"


@pytest.mark.parametrize("action", ALL, ids=lambda action: action.id)
def test_every_action_is_done_somewhere(action: tui.actions.Action) -> None:
    classes = (
        [HalteApp]
        if action.scope == "app"
        else [_class(where) for where in FORMS]
        if action.scope == "form"
        else [_class(SCREENS[action.scope])]
    )
    for known in classes:
        assert callable(getattr(known, f"action_{action.name}", None)), f"{known.__name__} does not do {action.id}"


def test_every_action_can_be_remapped() -> None:
    for scope in {action.scope for action in ALL}:
        for binding in bindings(scope):
            assert isinstance(binding, Binding)
            assert binding.id


def test_go_leads_to_every_main_screen() -> None:
    assert {mode for mode, _name in GO.values()} | set(LISTS) == set(MODES)


def test_only_the_client_knows_addresses() -> None:
    knowing = {
        path.relative_to(TUI).as_posix()
        for path in TUI.rglob("*.py")
        if not {"gateway", "web", "client"} & set(path.parts) and re.search(r"/api/v1|\"/auth/", path.read_text())
    }
    assert knowing <= {"transport.py"}


def test_the_terminal_imports_nothing_of_the_house_but_the_contract() -> None:
    ours = {"infra", "tenants", "billing", "server", "workers", "tests"}
    for path in TUI.rglob("*.py"):
        if "gateway" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            for name in names:
                assert name.split(".")[0] not in ours or name.startswith("server.contract"), f"{path.name}: {name}"


def test_the_english_is_complete_and_compiled() -> None:
    wanted = texts_of(TUI)
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="en")
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        compiled = read_mo(file)
    missing = {message for message in wanted if message not in catalogue or not catalogue[message].string}
    # A word that is said alone too stands there once, and its plural with it.
    missing |= {
        message for message in wanted if isinstance(message, tuple) and not catalogue[message].pluralizable
    } - missing
    assert not missing, f"tui/locale lacks: {missing}"
    said = _said(catalogue)
    assert _said(compiled) == said, "pybabel compile -D halte_tui -d tui/locale"
    for text, english in said.items():
        holes = {hole for part in text for hole in re.findall(r"\{\w+\}", part)}
        for part in english:
            assert set(re.findall(r"\{\w+\}", part)) == holes, text


def _said(catalogue: Catalog) -> dict[tuple[str, ...], tuple[str, ...]]:
    def both(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
        return (text or "",) if text is None or isinstance(text, str) else tuple(text)

    return {both(message.id): both(message.string) for message in catalogue if message.id}
