"""The centre's settings and the network's failures: read, changed under their version, tried again."""

from collections.abc import Callable
from datetime import date

import msgspec

from server.contract.accounts import CentreSettings, CentreSettingsView, Place
from server.contract.basics import FieldProblem, Page
from server.contract.deliveries import Delivery
from server.contract.texts import TextMessage
from tests.tui import seeds
from tests.tui.conftest import go, opened, settled, shown, until
from tests.tui.desk_server import Desk, Refusal
from tui.app import HalteApp
from tui.screens.deliveries import DeliveriesScreen
from tui.screens.settings import SettingsFormScreen, SettingsScreen, read_settings, values_of

MakeApp = Callable[[], HalteApp]
SETTINGS = CentreSettings(
    name="Centre de Kerfany", legal_name="Association L'Embarcadère", siret="", vat_number="", street="12 rue du Port",
    postal_code="29350", town="Moëlan-sur-Mer", country="FR", phone="02 98 39 41 27", email="accueil@kerfany.example",
    time_zone="Europe/Paris", languages=["fr", "en"], colour="#1f6f78", sender_name="", acm_number="", safety_commission_day=date(2024, 2, 29),
    capacity_minors=80, stripe_account=None, iban="", bic="", deposit_basis_points=3000, deposit_nature="acompte", option_days=15,
    embed_origins=["https://ville.example"],
)  # fmt: skip
VIEW = CentreSettingsView(
    id=seeds.CENTRE_ID, version=4, slug="kerfany", state="active", plan="standard", fields=SETTINGS
)
FAILED = Delivery(
    id=seeds.uuid(88, 1), consumer="inbox:stripe", kind="checkout.session.completed", centre="kerfany", attempts=7, error="ConnectError",
    recorded_at=seeds.at(20, 9), next_at=seeds.at(21, 12), request_id="r-77",
)  # fmt: skip


def test_a_form_gives_back_the_settings_it_was_given() -> None:
    assert read_settings(values_of(SETTINGS)) == SETTINGS
    bare = msgspec.structs.replace(SETTINGS, safety_commission_day=None, capacity_minors=None, embed_origins=[])
    assert read_settings(values_of(bare)) == bare


async def _settings(desk: Desk, pilot: object, app: HalteApp) -> None:
    desk.answers["GET /settings"] = VIEW
    await go(pilot, "i")  # type: ignore[arg-type]  # the app's own pilot
    await pilot.press("left")  # type: ignore[attr-defined]
    await until(pilot, lambda: "Association L'Embarcadère" in shown(app), "the settings")  # type: ignore[arg-type]


async def test_the_deposit_changes_under_the_version_and_nothing_else(desk: Desk, an_app: MakeApp) -> None:
    desk.answers["PATCH /settings"] = VIEW
    app = an_app()
    async with opened(app) as pilot:
        await _settings(desk, pilot, app)
        assert isinstance(app.screen, SettingsScreen)
        app.screen.list.stand_on("deposit_basis_points")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, SettingsFormScreen), "the form")
        await settled(pilot)
        await pilot.press("end", *["backspace"] * 2, *"25,5", "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, SettingsScreen), "saved")
    (sent,) = desk.sent("PATCH /api/v1/centres/kerfany/settings")
    assert sent.version == '"4"'
    assert msgspec.json.decode(sent.body, type=CentreSettings) == msgspec.structs.replace(
        SETTINGS, deposit_basis_points=2550
    )


async def test_a_refused_setting_is_said_beside_its_field_and_stays_typed(desk: Desk, an_app: MakeApp) -> None:
    desk.refusals["PATCH /settings"] = Refusal(
        422, "centre_invalid", "iban", [FieldProblem(pointer="/iban", code="iban_invalid", message="an IBAN has…")]
    )
    app = an_app()
    async with opened(app, size=(120, 40)) as pilot:
        await _settings(desk, pilot, app)
        assert isinstance(app.screen, SettingsScreen)
        app.screen.list.stand_on("iban")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, SettingsFormScreen), "the form")
        await settled(pilot)
        await pilot.press(*"FR00", "ctrl+s")
        await until(pilot, lambda: "ne convient pas" in shown(app), "the refusal")
        (line,) = [line for line in shown(app).splitlines() if "IBAN" in line]
        assert "FR00" in line
        assert "ne convient pas" in line


async def test_what_fails_is_seen_and_tried_again(desk: Desk, an_app: MakeApp) -> None:
    at_network = Place(centre=None, centre_name=None, role="network_admin", rights=["network.view", "centre.provision"])
    desk.me = msgspec.structs.replace(seeds.ME, places=[at_network])
    desk.answers["GET /network/deliveries"] = Page(items=[FAILED])
    desk.answers["POST /retry"] = Page(items=[])
    app = an_app()
    async with opened(app) as pilot:
        await go(pilot, "n")
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, DeliveriesScreen), "the screen")
        await until(pilot, lambda: "checkout.session" in shown(app) and "r-77" in shown(app), "the failure")
        await pilot.press("r", "enter")
        await until(pilot, lambda: desk.sent("/retry"), "tried again")
    (sent,) = desk.sent("/retry")
    assert sent.path == f"/api/v1/network/deliveries/{FAILED.id}/inbox:stripe/retry"


async def test_the_rules_stand_under_the_settings_and_are_changed_there(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app, size=(120, 50)) as pilot:
        await _settings(desk, pilot, app)
        assert isinstance(app.screen, SettingsScreen)
        listed = app.screen.list
        assert "60 jours avant : 30 % · 7 jours avant : 100 %" in shown(app)
        listed.stand_on("cancellation_scale")
        await pilot.press("enter")
        await until(pilot, lambda: "premier palier" in shown(app), "the scale's dialog")
        await pilot.press("end", "backspace", "backspace", *"45", "ctrl+s")
        await until(pilot, lambda: desk.sent("PUT /api/v1/centres/kerfany/settings/cancellation-scale"), "sent")
        await until(pilot, lambda: isinstance(app.screen, SettingsScreen), "back in the list")
        listed.stand_on("provider_url")
        await pilot.press("enter")
        await until(pilot, lambda: "webhooks/satisfaction/kerfany" in shown(app), "the reviews' dialog")
        await pilot.press(
            "tab", "end", *["backspace"] * 4, *"3", "tab", *"https://avis.example", "tab", *"clef", "ctrl+s"
        )
        await until(pilot, lambda: desk.sent("PUT /api/v1/centres/kerfany/satisfaction"), "sent")
    (scale,) = desk.sent("PUT /api/v1/centres/kerfany/settings/cancellation-scale")
    (reviews,) = desk.sent("PUT /api/v1/centres/kerfany/satisfaction")
    assert msgspec.json.decode(scale.body)["steps"] == [
        {"days_before": 45, "share_basis_points": 3000},
        {"days_before": 7, "share_basis_points": 10_000},
    ]
    assert msgspec.json.decode(reviews.body) == {
        "survey_on": True,
        "low_tenths": 30,
        "provider_url": "https://avis.example",
        "provider_key": "clef",
    }
    assert reviews.version == '"2"'


async def test_texts_are_set_up_under_the_settings_and_the_last_ones_are_seen(desk: Desk, an_app: MakeApp) -> None:
    text = TextMessage(
        id=seeds.uuid(91, 1), client_id=seeds.uuid(91, 2), client_name="Enora L'Hostis", recipient="33 •• •• •• 72", parts=1,
        state="failed", reason="monthly_cap", created_at=seeds.at(20, 9), next_at=seeds.at(20, 9), sent_at=None,
    )  # fmt: skip
    desk.answers["GET /texts"] = Page(items=[text])
    app = an_app()
    async with opened(app, size=(120, 60)) as pilot:
        await _settings(desk, pilot, app)
        assert isinstance(app.screen, SettingsScreen)
        listed = app.screen.list
        assert "20,00 € · 1,35 € dépensés ce mois" in shown(app).replace("\u202f", " ").replace("\u00a0", " ")
        assert "ni accusés, ni STOP" in shown(app)
        listed.stand_on("text_sender")
        await pilot.press("enter")
        await until(pilot, lambda: "webhooks/texts/kerfany" in shown(app), "the dialog")
        await pilot.press("end", *["backspace"] * 7, *"Halte", "tab", *"xkeysib", "ctrl+s")
        await until(pilot, lambda: desk.sent("PUT /api/v1/centres/kerfany/text-settings"), "sent")
        await until(pilot, lambda: isinstance(app.screen, SettingsScreen), "back in the list")
        listed.stand_on("last_texts")
        await pilot.press("enter")
        await until(pilot, lambda: "Enora L'Hostis" in shown(app), "the last texts")
        assert "échec · plafond du mois atteint" in shown(app)
    (sent,) = desk.sent("PUT /api/v1/centres/kerfany/text-settings")
    assert sent.version == '"3"'
    assert msgspec.json.decode(sent.body) == {
        "sender": "Halte", "part_price_ten_thousandths": 450, "monthly_cap": {"minor": 2000, "currency": "EUR"}, "key": "xkeysib",
        "report_token": None,
    }  # fmt: skip
