"""Cards handed over by other programs: fetched where they drop files, or called with; once, and only by who has the key."""

import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from uuid import UUID

import msgspec
import pytest

from infra.actor import job
from infra.clock import now
from infra.database import fetch, tenant_transaction
from infra.errors import RightMissing
from infra.ids import new_id
from infra.inbox import StoredEvent
from tenants.connections import collecting, operations, queries
from tenants.connections.rules import (
    Connection,
    ConnectionInvalid,
    ConnectionUnknown,
    DropUnavailable,
    Kind,
    SignatureWrong,
)
from tenants.connections.webhook import apply_call, verified_call
from tests.factories.accounts import someone
from tests.factories.centres import a_centre
from tests.simulators.drops import LOGIN, PASSWORD, sftp_drop

pytestmark = pytest.mark.usefixtures("pools")

RESTAURANT = job("connections")
CELLS = "id;nom;prenom;courriel\n7;Öhlendorf;Greta;greta@ohlendorf.example\n"


async def names(centre_id: UUID) -> list[str]:
    async with tenant_transaction(centre_id, read_only=True):
        return [
            row["name"] for row in await fetch("SELECT name FROM clients WHERE centre_id = $1 ORDER BY name", centre_id)
        ]


async def how_it_went(centre_id: UUID) -> tuple[str, int]:
    async with tenant_transaction(centre_id, read_only=True):
        (found,) = await queries.connections(centre_id)
    return found.last_error, found.last_new


@asynccontextmanager
async def http_drop(folder: Path) -> AsyncIterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(folder)))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


async def test_what_lies_in_a_folder_comes_in_once_from_a_server_that_proves_itself(tmp_path: Path) -> None:
    centre = (await a_centre()).id
    (tmp_path / "clients.csv").write_text(CELLS, encoding="cp1252")
    (tmp_path / "lisez-moi.txt").write_text("rien", encoding="utf-8")
    async with sftp_drop(tmp_path) as (url, host_key), sftp_drop(tmp_path) as (_other, strange_key):
        wanted = Connection(name="restaurant", kind=Kind.SFTP, url=url, login=LOGIN, host_key=host_key)
        await operations.keep_connection(centre, wanted, secret=PASSWORD, actor=RESTAURANT)

        first = await collecting.collect(centre, "restaurant", actor=RESTAURANT)
        again = await collecting.collect(centre, "restaurant", actor=RESTAURANT)
        (tmp_path / "plus.csv").write_text(CELLS + "8;Le Goff;Anne;\n", encoding="cp1252")
        more = await collecting.collect(centre, "restaurant", actor=RESTAURANT)

        assert ([report.new for report in first], again) == ([1], [])
        assert [(report.new, report.unchanged) for report in more] == [(1, 1)]
        assert await names(centre) == ["Anne Le Goff", "Greta Öhlendorf"]
        posing = msgspec.structs.replace(wanted, host_key=strange_key)
        await operations.keep_connection(centre, posing, secret=None, actor=RESTAURANT)
        with pytest.raises(DropUnavailable):
            await collecting.collect(centre, "restaurant", actor=RESTAURANT)
        assert (await how_it_went(centre))[0] == "restaurant: HostKeyNotVerifiable"


async def test_a_file_at_an_address_comes_in_and_a_failure_is_remembered(tmp_path: Path) -> None:
    centre = (await a_centre()).id
    (tmp_path / "export.csv").write_text(CELLS, encoding="utf-8")
    async with http_drop(tmp_path) as url:
        spa = Connection(name="spa", kind=Kind.HTTPS, url=f"{url}/export.csv")
        await operations.keep_connection(centre, spa, secret=None, actor=RESTAURANT)
        assert await collecting.collect_all(centre, date(2026, 11, 22), actor=RESTAURANT) == 1
        assert await how_it_went(centre) == ("", 1)
        (tmp_path / "export.csv").unlink()
        assert await collecting.collect_all(centre, date(2026, 11, 22), actor=RESTAURANT) == 0
    assert await how_it_went(centre) == ("spa: HTTP 404", 0)
    assert await names(centre) == ["Greta Öhlendorf"]


async def test_a_signed_call_brings_its_cards_once() -> None:
    centre = await a_centre()
    hook = Connection(name="pms", kind=Kind.WEBHOOK)
    await operations.keep_connection(centre.id, hook, secret="a-key", actor=RESTAURANT)
    body = b'{"id": "c-1", "cards": [{"id": "7", "nom": "Kervella", "prenom": "Enora"}]}'

    def signed(key: str, at: float, payload: bytes = body) -> str:
        stamp = str(int(at))
        return f"t={stamp},v1={hmac.new(key.encode(), stamp.encode() + b'.' + payload, hashlib.sha256).hexdigest()}"

    present = now().timestamp()
    verified = await verified_call(centre.slug, "pms", body, signed("a-key", present))
    assert verified is not None and verified[0] == f"{centre.id}:pms:c-1"
    event = StoredEvent(id=new_id(), source="cards", event_id=verified[0], payload=verified[1])
    assert [await apply_call(event, actor=RESTAURANT) for _ in range(2)] == [1, 0]
    assert await names(centre.id) == ["Enora Kervella"]
    for signature in (
        "",
        signed("another", present),
        signed("a-key", present - 301),
        signed("a-key", present, b"{}"),
        "t=é,v1=é",
    ):
        with pytest.raises(SignatureWrong):
            await verified_call(centre.slug, "pms", body, signature)
    assert await verified_call(centre.slug, "spa", body, signed("a-key", present)) is None
    assert await verified_call("nulle-part", "pms", body, signed("a-key", present)) is None
    await operations.drop_connection(centre.id, "pms", actor=RESTAURANT)
    assert await apply_call(event, actor=RESTAURANT) == 0


async def test_a_connection_that_cannot_be_right_is_refused_and_a_key_goes_nowhere_else(tmp_path: Path) -> None:
    centre = (await a_centre()).id
    ssh = Connection(name="x", kind=Kind.SFTP, url="sftp://drop.example/in", login="halte", host_key="ssh-ed25519 AAAA")
    for wrong, secret in (
        (msgspec.structs.replace(ssh, host_key=""), "s"),
        (msgspec.structs.replace(ssh, url="https://drop.example"), "s"),
        (msgspec.structs.replace(ssh, url="sftp://me:secret@drop.example/"), "s"),
        (ssh, None),
        (Connection(name="x", kind=Kind.HTTPS, url="http://drop.example/a.csv"), None),
        (Connection(name="a/b", kind=Kind.WEBHOOK), "s"),
    ):
        with pytest.raises(ConnectionInvalid):
            await operations.keep_connection(centre, wrong, secret=secret, actor=RESTAURANT)
    await operations.keep_connection(centre, ssh, secret="s", actor=RESTAURANT)
    elsewhere = msgspec.structs.replace(ssh, url="sftp://thief.example/in")
    with pytest.raises(ConnectionInvalid):
        await operations.keep_connection(centre, elsewhere, secret=None, actor=RESTAURANT)
    with pytest.raises(RightMissing):
        await operations.keep_connection(centre, ssh, secret="s", actor=someone("import.run"))
    with pytest.raises(ConnectionUnknown):
        await collecting.collect((await a_centre()).id, "x", actor=RESTAURANT)
