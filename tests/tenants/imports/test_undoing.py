"""An import taken back: what nobody touched goes as if it had never come, the rest stays and is listed; killed, it goes on."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import pytest

from infra.database import fetch, fetch_value, network_transaction, tenant_transaction
from infra.errors import RightMissing
from tenants.clients.operations import change_client
from tenants.imports import runs
from tenants.imports.clients import import_clients
from tenants.imports.kept_mappings import MappingInvalid, keep_mapping
from tenants.imports.running import BATCH
from tenants.imports.undoing import undo_import
from tests.factories.accounts import someone
from tests.factories.centres import a_centre
from tests.factories.clients import a_client
from tests.factories.enquiries import an_enquiry
from tests.tenants.imports.test_clients import IMPORTER, cards, counts, fields_of, file_of

pytestmark = pytest.mark.usefixtures("pools")

HEAD = ("record_id", "first_name", "last_name", "email", "phone", "city")


def rows(*numbers: int, town: str = "") -> list[tuple[str, ...]]:
    """Return rows of people who resemble nobody."""
    letters = str.maketrans("0123456789", "abcdefghij")
    names = [f"{number * 7919 % 10**6:06}".translate(letters).capitalize() for number in numbers]
    return [
        (f"U{number}", f"Zo{name[::-1].lower()}", f"Qw{name}", f"{name}.{number}@orange.fr", "", town)
        for number, name in zip(numbers, names, strict=True)
    ]


async def linked(one: UUID, other: UUID) -> bool:
    async with network_transaction():
        found = await fetch("SELECT identity_id FROM identity_cards WHERE card_id = ANY ($1)", [one, other])
    return len(found) == 2 and len({row["identity_id"] for row in found}) == 1


async def left(centre: UUID) -> dict[str, int]:
    tables = ("clients", "client_words", "client_phones", "import_items")
    async with tenant_transaction(centre, read_only=True):
        return {
            table: await fetch_value(f"SELECT count(*) FROM {table} WHERE centre_id = $1", centre) for table in tables
        }


async def test_an_untouched_import_goes_as_if_it_had_never_come(tmp_path: Path) -> None:
    centre, elsewhere = uuid4(), uuid4()
    bridge = ("B1", "Maiwenn", "Kervellec", "maiwenn.kv@gmail.com", "0661626364", "")
    one = await a_client(
        elsewhere,
        first_name="Maïwenn",
        last_name="Kervellec",
        phone="06 61 62 63 64",
        email="",
        postal_code="",
        town="",
    )
    two = await a_client(
        uuid4(), first_name="Maïwenn", last_name="Kervellec", email="maiwenn.kv@gmail.com", postal_code="", town=""
    )
    before = await left(centre)

    report = await import_clients(centre, file_of(tmp_path, [bridge, *rows(1, 2)], HEAD), actor=IMPORTER)
    assert report.run_id is not None
    assert await linked(one.id, two.id)
    undone = await undo_import(centre, report.run_id, actor=IMPORTER)

    assert (undone.removed, undone.restored, undone.kept) == (3, 0, [])
    assert await left(centre) == before
    assert not await linked(one.id, two.id), "what only the imported card joined is apart again"
    async with tenant_transaction(centre, read_only=True):
        run = await runs.run(centre, report.run_id)
    assert (run.new, run.done, run.finished_at is not None, run.undone_by) == (3, 3, True, IMPORTER.name)
    again = await import_clients(centre, file_of(tmp_path, [bridge, *rows(1, 2)], HEAD), actor=IMPORTER)
    assert counts(again) == (3, 0, 0, 0)


async def test_what_somebody_touched_stays_and_is_listed(tmp_path: Path) -> None:
    centre = (await a_centre()).id
    await import_clients(centre, file_of(tmp_path, rows(11, 12), HEAD), actor=IMPORTER)
    made = await cards(centre)
    was = await fields_of(centre, made["U11"])
    changed = file_of(tmp_path, [*rows(11, 12, town="Brest"), *rows(13, 14, 15)], HEAD)
    report = await import_clients(centre, changed, actor=IMPORTER)
    made = await cards(centre)
    for name in ("U12", "U13"):
        fields = await fields_of(centre, made[name])
        await change_client(
            centre, made[name], msgspec.structs.replace(fields, notes="vue au salon"), version=None, actor=IMPORTER
        )
    await an_enquiry(centre, client_id=made["U14"])
    assert report.run_id is not None

    undone = await undo_import(centre, report.run_id, actor=IMPORTER)

    assert (undone.removed, undone.restored) == (1, 1)
    assert {(kept.card_id, kept.why) for kept in undone.kept} == {
        (made["U12"], "changed"), (made["U13"], "changed"), (made["U14"], "used"),
    }  # fmt: skip
    assert await fields_of(centre, made["U11"]) == was
    assert (await cards(centre)).keys() == {"U11", "U12", "U13", "U14"}
    once_more = await undo_import(centre, report.run_id, actor=IMPORTER)
    assert (once_more.removed, len(once_more.kept)) == (0, 3)
    with pytest.raises(RightMissing):
        await undo_import(centre, report.run_id, actor=someone("client.edit"))
    with pytest.raises(runs.ImportUnknown):
        await undo_import(uuid4(), report.run_id, actor=IMPORTER)


async def test_a_mapping_kept_for_a_source_is_used_for_its_files(tmp_path: Path) -> None:
    centre = uuid4()
    head = ("Code", "Wer", "Nachname")
    await keep_mapping(
        centre, "altes-system", {"id": "Code", "first_name": "Wer", "last_name": "Nachname"}, actor=IMPORTER
    )
    path = file_of(tmp_path, [("7", "Greta", "Ohlendorf")], head)

    report = await import_clients(centre, path, mapping="altes-system", actor=IMPORTER)

    assert counts(report) == (1, 0, 0, 0)
    fields = await fields_of(centre, (await cards(centre))["7"])
    assert (fields.first_name, fields.last_name) == ("Greta", "Ohlendorf")
    for name, columns in (("standard", {"last_name": "x"}), ("neu", {"first": "x"}), ("neu", {"email": "x"})):
        with pytest.raises(MappingInvalid):
            await keep_mapping(centre, name, columns, actor=IMPORTER)


@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_killed_in_the_middle_and_run_again_nothing_is_there_twice(tmp_path: Path) -> None:
    centre = await a_centre()
    path = file_of(tmp_path, rows(*range(1000, 1000 + 6 * BATCH)), HEAD)
    command = [sys.executable, "-m", "infra", "import", "clients", str(path), "--centre", centre.slug, "--json"]
    child = await asyncio.create_subprocess_exec(*command, env=dict(os.environ), stdout=asyncio.subprocess.DEVNULL)

    done = 0
    async with asyncio.timeout(120):
        while not done:
            await asyncio.sleep(0.05)
            async with tenant_transaction(centre.id, read_only=True):
                done = max((run.done for run in await runs.runs(centre.id)), default=0)
    os.kill(child.pid, signal.SIGKILL)
    await child.wait()
    there = len(await cards(centre.id))
    report = await import_clients(centre.id, path, actor=IMPORTER)

    assert 0 < there < 6 * BATCH and there % BATCH == 0
    assert counts(report) == (6 * BATCH - there, 0, there, 0)
    async with tenant_transaction(centre.id, read_only=True):
        assert await fetch_value("SELECT count(*) FROM clients WHERE centre_id = $1", centre.id) == 6 * BATCH
        killed = (await runs.runs(centre.id))[-1]
    assert killed.finished_at is None
    undone = await undo_import(centre.id, killed.id, actor=IMPORTER)
    assert (undone.removed, undone.kept) == (there, [])
