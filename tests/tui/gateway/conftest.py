"""A real house for the gateway's tests, and people who hold keys to it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from tests.journeys.house import House, key_pair, open_house, prepared
from tests.journeys.terminal import Terminal
from tests.programs import require
from tests.servers import Servers
from tests.tui.gateway.processes import Gateway

CENTRE_NAME = "Le Passeur"


class Person(msgspec.Struct, frozen=True):
    """Somebody of the centre, and the private key that is theirs."""

    id: UUID
    login: str
    name: str
    key_file: Path
    slug: str


People = Callable[..., Person]
Screens = Callable[..., Terminal]


@pytest.fixture(scope="session")
def house(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The house, for all of these tests."""
    require("ssh")
    require("ssh-keygen")
    if servers.failure:
        pytest.fail(servers.failure)
    with open_house(tmp_path_factory.mktemp("house")) as opened:
        yield opened


@pytest.fixture(scope="session")
def a_person(house: House) -> People:
    """Add somebody with a key of their own."""
    from tenants.centres.rules import CentreRef
    from tests.factories.accounts import a_user
    from tests.factories.centres import a_centre

    centres: list[CentreRef] = []

    async def _centre() -> CentreRef:
        return await a_centre(name=CENTRE_NAME)

    def add(role: str = "réception", *, first_start_done: bool = True) -> Person:
        if not centres:
            centres.append(prepared(_centre))
        number = len(list(house.folder.glob("key*.pub")))
        key_file, public_key = key_pair(house.folder, f"key{number}")
        centre = centres[0]

        async def _user() -> Person:
            user = await a_user(
                centre,
                role,
                login=f"clef{number}",
                name=f"Porteuse {number}",
                public_key=public_key,
                first_start_done=first_start_done,
            )
            return Person(user.id, user.login, user.name, key_file, centre.slug)

        return prepared(_user)

    return add


@pytest.fixture(scope="session")
def person(a_person: People) -> Person:
    """Somebody who keeps the key through all of these tests."""
    return a_person("commercial")


@pytest.fixture
def gateway(house: House) -> Gateway:
    """The gateway's processes, as the system sees them, once those of the test before are gone."""
    found = Gateway(house)
    assert found.wait_for_sessions(0, seconds=20)
    return found


@pytest.fixture
def screen(house: House, person: Person) -> Iterator[Screens]:
    """Log in by OpenSSH in a terminal; whatever is still open at the end is closed."""
    opened: list[Terminal] = []

    def log_in(who: Person = person, *options: str, columns: int = 120, rows: int = 40) -> Terminal:
        terminal = Terminal(house.ssh(who.key_file, who.login, *options), columns=columns, rows=rows)
        opened.append(terminal)
        return terminal

    yield log_in
    for terminal in opened:
        terminal.close()
