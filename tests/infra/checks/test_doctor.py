import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from infra.checks import surroundings
from infra.checks.findings import Finding, State
from infra.services.servers import ADDRESSES
from infra.settings import read
from tests.servers import Servers

ROOT = Path(__file__).resolve().parents[3]


def looked_at(environment: dict[str, str]) -> dict[str, Finding]:
    return {finding.name: finding for finding in surroundings.database(environment)}


def test_finds_nothing_wrong_with_the_servers_of_this_run() -> None:
    found = looked_at({name: os.environ[name] for name in ADDRESSES})

    assert {name: finding.state for name, finding in found.items()} == {
        **{f"database as {role}": State.OK for role in ADDRESSES.values()},
        "migrations": State.OK,
    }
    assert surroundings.queue(read(dict(os.environ))).state is State.OK


def test_no_password_is_shown() -> None:
    urls = {name: os.environ[name] for name in ADDRESSES}
    wrong = {name: url.replace("/halte_test", "/nowhere_halte_test") for name, url in urls.items()}

    shown = repr([*looked_at(urls).values(), *looked_at(wrong).values()])

    for url in urls.values():
        assert (urlsplit(url).password or "no password") not in shown


def test_the_application_s_role_must_not_see_past_row_level_security(servers: Servers) -> None:
    found = looked_at({"DATABASE_URL": servers.postgres.superuser_url})

    assert found["database as halte_app"].state is State.FAILED
    assert "halte_superuser sees past row-level security" in found["database as halte_app"].detail


def test_the_application_s_role_must_own_nothing() -> None:
    found = looked_at({"DATABASE_URL": os.environ["DATABASE_OWNER_URL"]})

    assert found["database as halte_app"].state is State.FAILED
    assert "halte_owner owns" in found["database as halte_app"].detail


def test_a_server_that_does_not_answer_is_said_with_what_to_do() -> None:
    found = looked_at({"DATABASE_URL": "postgresql://halte_app:hidden@127.0.0.1:1/halte"})["database as halte_app"]

    assert found.state is State.FAILED
    assert "postgresql://halte_app:…@127.0.0.1:1/halte" in found.detail
    assert "DATABASE_URL" in found.advice
    for setting, check in (
        ("REDIS_URL", surroundings.queue),
        ("HALTE_SMTP_URL", surroundings.mail),
        ("HALTE_OIDC_ISSUER", surroundings.log_in),
    ):
        url = {"REDIS_URL": "redis", "HALTE_SMTP_URL": "smtp", "HALTE_OIDC_ISSUER": "http"}[setting]
        finding = check(read({setting: f"{url}://127.0.0.1:1"}))
        assert (finding.state, setting in finding.advice) == (State.FAILED, True)


@pytest.mark.parametrize(
    ("environment", "state"),
    [
        ({}, State.NOTE),
        ({"HALTE_STRIPE_KEY": "sk_test_1"}, State.FAILED),
        ({"HALTE_STRIPE_KEY": "sk_test_1", "HALTE_STRIPE_WEBHOOK_SECRET": "whsec_1"}, State.OK),
        ({"HALTE_STRIPE_KEY": "sk_live_1", "HALTE_STRIPE_WEBHOOK_SECRET": "whsec_1"}, State.OK),
        ({"HALTE_STRIPE_KEY": "sk_live_1", "HALTE_STRIPE_WEBHOOK_SECRET": "whsec_1", "HALTE_DEMO": "1"}, State.FAILED),
    ],
)
def test_a_key_without_a_webhook_secret_or_a_live_key_in_the_demo_fails(
    environment: dict[str, str], state: State
) -> None:
    assert surroundings.payments(read(environment)).state is state


def test_the_app_in_a_browser_wants_tls_and_its_proxy_named() -> None:
    near = {"HALTE_TRUSTED_PROXIES": "127.0.0.1"}
    cases = {
        "": State.NOTE,
        "http://web.desk.example.org": State.FAILED,
        "https://web.desk.example.org": State.OK,
    }
    assert {url: surroundings.web({"HALTE_WEB_URL": url}, read(near)).state for url in cases} == cases
    assert surroundings.web({"HALTE_WEB_URL": "https://web.desk.example.org"}, read({})).state is State.NOTE
    assert surroundings.settings_of({"HALTE_WEB_URL": "https://web.desk.example.org"})[1][0].state is State.OK


def test_a_mistyped_variable_is_noticed_and_an_unreadable_one_fails() -> None:
    _, strange = surroundings.settings_of({"HALTE_SMPT_URL": "smtp://x"})
    settings, unreadable = surroundings.settings_of({"HALTE_REQUESTS_PER_MINUTE": "many"})

    assert [(finding.state, finding.detail) for finding in strange] == [(State.NOTE, "nobody reads HALTE_SMPT_URL")]
    assert settings is None
    assert [finding.state for finding in unreadable] == [State.FAILED]


def doctor(*arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "infra", "doctor", *arguments],
        cwd=ROOT,
        env={**os.environ, **more},
        capture_output=True,
        text=True,
        check=False,
    )


def test_json_is_for_a_program_and_the_exit_code_says_whether_something_failed() -> None:
    well, ill = doctor("--json"), doctor("--json", REDIS_URL="redis://127.0.0.1:1")

    assert (well.returncode, json.loads(well.stdout)["ok"]) == (0, True)
    assert (ill.returncode, json.loads(ill.stdout)["ok"]) == (1, False)
    assert set(json.loads(ill.stdout)["findings"][0]) == {"name", "state", "detail", "advice"}
    assert doctor("--jsn").returncode == 2
