"""`halte centre` and `halte user`, run as an administrator runs them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from tests.servers import ROOT

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJ4Yp2wSY0bTq2QkHzX0RrG2bGqJtq0rIYt4nYb1c2d poste 3\n"
FINGERPRINT = "SHA256:RhVmQNRE9gsOdonxtEkOdaCorsGmJiA0orsrhjx1aR8"

pytestmark = pytest.mark.usefixtures("servers")


class Said(msgspec.Struct):
    """How a command ended."""

    code: int
    out: str
    err: str


def halte(*arguments: str, given: str = "") -> Said:
    done = subprocess.run(
        [sys.executable, "-m", "infra", *arguments],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "100"},
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    return Said(done.returncode, done.stdout, done.stderr)


def create(slug: str, *more: str) -> Said:
    return halte("centre", "create", slug, "--name", "Centre", "--town", "Vire", "--email", "a@vire.example", *more)


@pytest.mark.slow
def test_a_centre_is_created_once_listed_suspended_and_opened() -> None:
    made = create("vire", "--administrator-login", "head.vire", "--generate-password", "--json")
    answer = json.loads(made.out)
    assert (made.code, answer["created"], len(answer["generated_password"])) == (0, True, 23)
    again = create("vire", "--phone", "02 31 00 00 00")
    assert (again.code, again.out) == (0, "vire: was there already; nothing changed\n")

    listed = json.loads(halte("centre", "list", "--json").out)
    assert [(line["slug"], line["name"], line["state"]) for line in listed if line["slug"] == "vire"] == [
        ("vire", "Centre", "active")
    ]
    asked = halte("centre", "suspend", "vire", "--reason", "impayé")
    assert (asked.code, "--yes" in asked.err, asked.out) == (1, True, "")
    assert halte("centre", "suspend", "vire", "--reason", "impayé", "--yes").out == "vire: suspended\n"
    assert json.loads(halte("centre", "show", "vire", "--json").out)["state"] == "suspended"
    assert halte("centre", "activate", "vire").out == "vire: active\n"


@pytest.mark.slow
def test_a_user_is_added_with_a_key_and_disabled(tmp_path: Path) -> None:
    create("falaise", "--administrator-login", "head.falaise")
    (tmp_path / "key.pub").write_text(KEY)
    added = halte(
        "user", "add", "luc", "--centre", "falaise", "--role", "commercial", "--key", str(tmp_path / "key.pub")
    )
    assert (added.code, added.out) == (0, "luc: added, commercial in falaise\n")
    assert FINGERPRINT in halte("user", "show", "luc").out
    assert "réception" in halte("user", "set-role", "luc", "réception", "--centre", "falaise").out
    assert halte("user", "set-password", "luc", "--stdin", given="une bonne phrase\n").code == 0
    assert halte("user", "revoke-key", "luc", FINGERPRINT, "--yes").code == 0
    assert halte("user", "disable", "luc", "--yes").code == 0
    users = json.loads(halte("user", "list", "--centre", "falaise", "--json").out)
    assert [(user["login"], user["role"], user["state"], user["keys"]) for user in users] == [
        ("head.falaise", "direction", "active", []),
        ("luc", "réception", "disabled", []),
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["centre", "create", "Bad Slug", "--name", "x", "--town", "x", "--email", "a@b.example"], 1, "slug:"),
        (["centre", "create", "x"], 2, ""),
        (["centre", "show", "nowhere"], 1, "halte centre list"),
        (["user", "show", "nobody"], 1, "halte user list"),
        (["user", "add", "x", "--role", "roi"], 1, "network_admin"),
        (["user", "add", "x", "--role", "network_admin", "--key", "/nowhere"], 1, "/nowhere"),
        (["user", "unknown"], 2, ""),
    ],
)
def test_what_is_refused_says_what_to_do(arguments: list[str], code: int, says: str) -> None:
    said = halte(*arguments)
    assert said.code == code
    assert says in said.err
    assert "Traceback" not in said.err
    assert len(said.err + said.out) > 10


@pytest.mark.slow
@pytest.mark.parametrize("command", ["centre", "user"])
def test_help_names_every_subcommand(command: str) -> None:
    said = halte(command, "--help")
    assert said.code == 0
    assert f"Usage: halte {command}" in said.out
