"""A lock that the network shares, at the other centre: no way in takes a reservation, and all it says is whom to call."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from billing.dossiers.lines import NewLine
from billing.dossiers.operations import open_dossier, promote
from billing.money import Money
from billing.payments.checkout import open_payment_link
from billing.payments.links import make_payment_link
from billing.payments.rules import LinkState
from billing.quotes.acceptance import accept_quote
from infra.clock import today
from infra.database import execute, fetch_value, tenant_transaction
from tenants.clients.alerting import ask_alert, decide_alert, waiting_alerts
from tenants.clients.blacklisting import ClientAlerted, NewBlacklisting, blacklist, lift_blacklist
from tenants.imports.stays import import_stays
from tenants.rooming.link import make_rooming_link
from tenants.stays.operations import change_stay, confirm_stay, hold_beds, set_option
from tenants.stays.queries import fields_of
from tests.billing.reading import seen
from tests.factories.accounts import a_network_user, actor_of, someone
from tests.factories.clients import a_client
from tests.factories.dossiers import TESTER, a_dossier, a_sent_quote, an_accepted_dossier, token_of
from tests.factories.enquiries import an_enquiry
from tests.factories.stays import a_room, a_stay, beds_of
from tests.tenants.clients.test_blacklist_consequences import two_cards_of_one_person
from tests.tenants.imports.test_bookings import HEAD

pytestmark = pytest.mark.usefixtures("pools")

DIRECTION = someone("client.blacklist")
TODAY = today("Europe/Paris")


async def shared(centre_id: UUID, client_id: UUID) -> None:
    """Lock a card and have the network share the lock."""
    lock = NewBlacklisting(reason="violence", evidence_day=TODAY, last_day=TODAY + timedelta(days=90))
    await blacklist(centre_id, client_id, lock, actor=DIRECTION)
    await ask_alert(centre_id, client_id, actor=DIRECTION)
    steward = await actor_of(await a_network_user("network_steward"))
    waiting = (await waiting_alerts(actor=steward))[-1]
    await decide_alert(waiting.id, confirmed=True, actor=steward)


async def counted(centre_id: UUID, table: str) -> int:
    async with tenant_transaction(centre_id, read_only=True):
        return int(await fetch_value(f"SELECT count(*) FROM {table} WHERE centre_id = $1", centre_id))


async def test_no_way_in_takes_the_same_person_at_another_centre_until_the_lock_ends(tmp_path: Path) -> None:
    ours, here, theirs, there = await two_cards_of_one_person("Trévidic")
    async with tenant_transaction(theirs):
        await execute("UPDATE clients SET reference = 'ALERTED' WHERE centre_id = $1 AND id = $2", theirs, there)
    room = await a_room(theirs)
    stay, others = await a_stay(theirs, client_id=there), await a_stay(theirs)
    enquiry = await an_enquiry(theirs)
    dossier = await a_dossier(theirs, client_id=there)
    quote = await a_sent_quote(theirs, dossier.id)
    sold, _, accepted = await an_accepted_dossier(theirs, client_id=there)
    line = NewLine(label="Divers", unit_price=Money(100))
    async with tenant_transaction(theirs, read_only=True):
        fields = await fields_of(theirs, stay.id)
        bare = await fields_of(theirs, others.id)
    await shared(ours, here)
    before = {table: await counted(theirs, table) for table in ("stays", "dossiers", "bed_holds", "quotes", "mails")}
    ways: dict[str, Callable[[], Awaitable[object]]] = {
        "desk and API": lambda: a_stay(theirs, client_id=there),
        "as the payer": lambda: change_stay(
            theirs, others.id, type(bare)(client_id=None, payer_id=there, arrival=bare.arrival, departure=bare.departure), version=None, actor=TESTER
        ),
        "beds": lambda: hold_beds(theirs, stay.id, beds_of(room), actor=TESTER),
        "option": lambda: set_option(theirs, stay.id, fields.arrival, actor=TESTER),
        "confirmation": lambda: confirm_stay(theirs, stay.id, reason="", actor=TESTER),
        "contact form": lambda: promote(theirs, enquiry.id, line, client_id=there, actor=TESTER),
        "dossier": lambda: open_dossier(theirs, stay.id, line, actor=TESTER),
        "quote": lambda: a_sent_quote(theirs, dossier.id),
        "acceptance": lambda: accept_quote(token_of(quote.page_url), name="M. K.", terms="cgv-2026", address="192.0.2.7"),
        "payment link": lambda: make_payment_link(theirs, sold.id, "deposit", actor=TESTER),
        "rooming list": lambda: make_rooming_link(theirs, stay.id, actor=TESTER),
    }  # fmt: skip
    for name, way in ways.items():
        with pytest.raises(ClientAlerted) as refused:
            await way()
        assert refused.value.facts.keys() == {"centre", "phone"}, name
        assert "violence" not in repr(refused.value), name
    file = tmp_path / "bookings.csv"
    file.write_text(f"{HEAD}1;ALERTED;12/04/2027;15/04/2027;4;48\n")
    imported = await import_stays(theirs, file, mapping="standard", actor=TESTER)
    with pytest.raises(asyncpg.CheckViolationError) as guarded:
        async with tenant_transaction(theirs):
            await execute("UPDATE stays SET client_id = $3 WHERE centre_id = $1 AND id = $2", theirs, others.id, there)

    assert [refusal.code for refusal in imported.refusals] == ["client_alerted"]
    assert guarded.value.constraint_name == "stays_client_not_alerted"
    assert (await open_payment_link(token_of(accepted.payment_url))).page.state == LinkState.REFUSED
    assert {table: await counted(theirs, table) for table in before} == before
    assert (await seen(theirs, dossier.id)).quotes[0].state == "sent"
    namesake = await a_client(theirs, first_name="Ludovic", last_name="Trévidic", email="", birth_date=date(1951, 1, 2))
    assert (await a_stay(theirs, client_id=namesake.id)).version == 1
    await lift_blacklist(ours, here, actor=DIRECTION)
    assert (await a_stay(theirs, client_id=there)).version == 1
