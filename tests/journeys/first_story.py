"""The first story's people and places, and its chapters: each does what its people do, through their own doors."""

import csv
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import msgspec
from playwright.sync_api import Browser

from infra.clock import today
from tests.journeys.demo import Demo, Desk
from tests.journeys.house import key_pair
from tests.journeys.terminal import Terminal
from tests.servers import ROOT

FILES: Final = Path(__file__).parent / "centre_files"
SAMPLE: Final = ROOT.parent / "shared" / "data" / "clients_sample.csv"
TEACHER: Final = "camille.morvan@college-ferry.example"
SLUG: Final = "le-passeur"
NAME: Final = "Le Passeur"


class Staff(msgspec.Struct, frozen=True):
    """Somebody of the new centre."""

    login: str
    name: str
    key_file: Path
    password: str


class Story:
    """What is known so far."""

    def __init__(self, demo: Demo, browser: Browser, folder: Path, slug: str = SLUG) -> None:
        self.demo = demo
        self.browser = browser
        self.folder = folder
        self.slug = slug
        self.staff: dict[str, Staff] = {}
        self.today: date = today("Europe/Paris")
        self.arrival = self.today
        self.departure = self.today + timedelta(days=3)
        self.tablet = ""
        self.terminals: list[Terminal] = []
        self._met: set[str] = set()

    @property
    def form(self) -> str:
        """The contact form's address."""
        return f"{self.demo.described.api}/c/{self.slug}"

    def terminal(self, role: str) -> Terminal:
        """Somebody of this role logs in by ssh and sees Accueil."""
        person = self.staff[role]
        terminal = self.demo.terminal(person.key_file, person.login)
        self.terminals.append(terminal)
        terminal.until(f"Halte · {NAME}", person.name)
        if role not in self._met:
            # The first start: language, colours, and no tour today.
            self._met.add(role)
            terminal.until("Bienvenue", "Une visite d'une minute")
            terminal.press("tab", "tab")
            terminal.type("non")
            terminal.press("enter", "ctrl+s")
            terminal.until_gone("Bienvenue")
        return terminal

    def desk(self, role: str) -> Desk:
        """The API, for somebody of this role."""
        person = self.staff[role]
        return self.demo.desk(person.login, person.password, self.slug)

    # Chapter 1

    def provision(self) -> None:
        """A network admin makes the centre: rooms and beds, services and rates, staff, cards, a tablet."""
        halte = self.demo.halte
        halte(
            "centre",
            "create",
            self.slug,
            "--name",
            NAME,
            "--town",
            "Douarnenez",
            "--email",
            "accueil@le-passeur.example",
        )
        for what, rows in (("rooms", 16), ("services", 2)):
            file = str(FILES / f"{what}.csv")
            dry = json.loads(halte("import", what, file, "--centre", self.slug, "--dry-run", "--json"))
            first = json.loads(halte("import", what, file, "--centre", self.slug, "--json"))
            again = json.loads(halte("import", what, file, "--centre", self.slug, "--json"))
            assert (dry["new"], first["new"], again["new"], again["unchanged"]) == (rows, rows, 0, rows), (what, first)
        for role, name in (("réception", "Maud Riou"), ("commercial", "Yves Prigent"), ("direction", "Anne Kerbrat")):
            self._hire(role, name)
        self.tablet = json.loads(halte("tablet", "pair", "--centre", self.slug, "--name", "Accueil", "--json"))["url"]

    def _hire(self, role: str, name: str) -> None:
        login = f"{name.split(maxsplit=1)[0].lower()}.{self.slug}"
        key_file, _ = key_pair(self.folder, login.replace(".", "-"))
        public = str(key_file.with_suffix(".pub"))
        added = json.loads(
            self.demo.halte(
                *("user", "add", login, "--role", role, "--centre", self.slug, "--name", name, "--json"),
                *("--email", f"{login}@le-passeur.example", "--key", public, "--generate-password"),
            )
        )
        self.staff[role] = Staff(login, name, key_file, added["generated_password"])

    def import_cards(self) -> int:
        """Bring the client cards in: dry run, the import, the same file again; return how many cards came."""
        file = SAMPLE if SAMPLE.exists() else FILES / "clients.csv"
        where = ("--where", "centre_id=C001") if file is SAMPLE else ()
        order = ("import", "clients", str(file), "--centre", self.slug, *where, "--json")
        with file.open(newline="", encoding="utf-8") as rows:
            expected = sum(file is not SAMPLE or row["centre_id"] == "C001" for row in csv.DictReader(rows))
        dry = json.loads(self._import(*order, "--dry-run"))
        first = json.loads(self._import(*order))
        again = json.loads(self._import(*order))
        assert dry["rows"] == first["rows"] == again["rows"] == expected
        assert dry["new"] == first["new"] == first["rows"] - first["refused"]
        assert (again["new"], again["changed"], again["unchanged"]) == (0, 0, first["new"])
        if first["refused"]:
            report = Path(first["report"]).read_text()
            assert len(report.splitlines()) > first["refused"]
        return int(first["new"])

    def _import(self, *order: str) -> str:
        """Run an import that may refuse rows: 0 when it refused none, 2 otherwise."""
        return self.demo.halte(*order, expect=(0, 2))
