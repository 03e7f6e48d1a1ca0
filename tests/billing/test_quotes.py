"""Quotes: frozen when sent, accepted once, refused where they must be."""

import asyncio
from datetime import timedelta
from typing import TypedDict
from uuid import UUID

import asyncpg
import msgspec
import pytest

from billing.dossiers.lines import NewLine
from billing.dossiers.operations import add_line
from billing.dossiers.rules import State
from billing.money import Money
from billing.quotes import queries
from billing.quotes.acceptance import accept_quote, quote_page, quote_pdf, refuse_quote
from billing.quotes.operations import QuoteSending, expire_quotes, send_quote
from billing.quotes.printing import print_quote
from billing.quotes.rules import (
    AcceptanceInvalid,
    QuoteEmpty,
    QuoteExpired,
    QuoteRefused,
    QuoteSendingInvalid,
    QuoteSuperseded,
    Snapshot,
)
from infra.clock import today
from infra.database import execute, fetch_row, fetch_value, tenant_transaction
from infra.errors import DomainError, RightMissing
from infra.signing import LinkInvalid, sign
from tenants.accounts.rights import SUPPLIED_ROLES
from tenants.centres.operations import change_state
from tenants.clients.blacklisting import ClientBlacklisted, NewBlacklisting, blacklist
from tests.billing.reading import facts, mails, seen, stay_status
from tests.factories.centres import NETWORK, a_centre
from tests.factories.dossiers import TESTER, a_dossier, a_sent_quote, an_accepted_dossier, token_of

pytestmark = pytest.mark.usefixtures("pools")


class Form(TypedDict):
    """What the page sends."""

    name: str
    terms: str
    address: str


FORM: Form = {"name": "Mme Morel", "terms": "cgv-2026", "address": "192.0.2.7"}


async def lock_card(centre_id: UUID, client_id: UUID) -> None:
    """Close the padlock."""
    day = today("Europe/Paris")
    new = NewBlacklisting(reason="unpaid", evidence_day=day, last_day=day + timedelta(days=90))
    await blacklist(centre_id, client_id, new, actor=TESTER)


async def snapshot(centre_id: UUID, quote_id: UUID) -> Snapshot:
    async with tenant_transaction(centre_id, read_only=True):
        return await queries.frozen(centre_id, quote_id)


async def test_a_sent_quote_is_printed_mailed_and_puts_the_dossier_in_progress() -> None:
    centre = await a_centre()
    made = await a_dossier(centre.id)
    arrival = (await seen(centre.id, made.id)).stay.arrival

    quote = await a_sent_quote(centre.id, made.id, option_until=today("Europe/Paris"), message="Avec plaisir.")

    dossier = await seen(centre.id, made.id)
    assert (quote.number, quote.state, quote.total, quote.deposit) == (1, "sent", Money(10_000), Money(3_000))
    assert quote.valid_until == min(today("Europe/Paris") + timedelta(days=30), arrival)
    assert (dossier.state, dossier.stay_status) == (State.IN_PROGRESS, "option")
    assert await facts(centre.id, "quotes.") == ["quotes.sent"]
    async with tenant_transaction(centre.id, read_only=True):
        mail = await fetch_row("SELECT recipient, body_text, attachments FROM mails WHERE centre_id = $1", centre.id)
        pdf = await queries.pdf(centre.id, made.id, quote.id)
    assert mail is not None
    assert mail["recipient"] == dossier.client_email
    assert quote.page_url in mail["body_text"]
    assert "Avec plaisir." in mail["body_text"]
    assert msgspec.json.decode(mail["attachments"]) == [str(quote.file_id)]
    assert pdf.startswith(b"%PDF-")
    assert await quote_pdf(token_of(quote.page_url)) == pdf


async def test_the_same_snapshot_prints_the_same_bytes_in_each_degree_of_detail() -> None:
    centre = await a_centre()
    made = await a_dossier(centre.id)
    said = await snapshot(centre.id, (await a_sent_quote(centre.id, made.id)).id)

    printed = {
        detail: [print_quote(msgspec.structs.replace(said, detail=detail)) for _ in range(2)]
        for detail in ("simple", "grouped", "detailed")
    }

    assert all(first == second for first, second in printed.values())
    assert len({first for first, _ in printed.values()}) == 3


async def test_a_label_is_printed_as_it_is_and_never_run() -> None:
    centre = await a_centre()
    made = await a_dossier(centre.id)
    label = '#panic("ouch") $x$ *gras* <a> \\ "guillemets" `code` 猫'
    await add_line(centre.id, made.id, NewLine(label=label, unit_price=Money(1)), actor=TESTER)

    quote = await a_sent_quote(centre.id, made.id, detail="detailed")

    assert (await snapshot(centre.id, quote.id)).lines[1].label == label


async def test_what_was_sent_does_not_change_when_the_dossier_does() -> None:
    centre = await a_centre()
    made = await a_dossier(centre.id)
    quote = await a_sent_quote(centre.id, made.id)
    before = await snapshot(centre.id, quote.id)

    await add_line(centre.id, made.id, NewLine(label="Car", unit_price=Money(5_000)), actor=TESTER)

    assert await snapshot(centre.id, quote.id) == before
    assert (await seen(centre.id, made.id)).total == Money(15_000)


@pytest.mark.parametrize(
    "change",
    [
        "total_minor = 1",
        "snapshot = '{}'",
        "number = 9",
        "sent_at = now()",
        "valid_until = '2030-01-01'",
        "deposit_minor = 1",
        "file_id = id",
    ],
)
async def test_the_database_refuses_to_change_a_sent_quote(change: str) -> None:
    centre = await a_centre()
    made = await a_dossier(centre.id)
    quote = await a_sent_quote(centre.id, made.id)

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with tenant_transaction(centre.id):
            await execute(f"UPDATE quotes SET {change} WHERE centre_id = $1 AND id = $2", centre.id, quote.id)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with tenant_transaction(centre.id):
            await execute("DELETE FROM quotes WHERE centre_id = $1 AND id = $2", centre.id, quote.id)


async def test_who_accepted_is_not_rewritten() -> None:
    centre = await a_centre()
    _, quote, _ = await an_accepted_dossier(centre.id)

    for change in ("accepted_by = 'X'", "accepted_terms_id = id"):
        with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="never changes"):
            async with tenant_transaction(centre.id):
                await execute(f"UPDATE quotes SET {change} WHERE centre_id = $1 AND id = $2", centre.id, quote.id)


async def test_acceptance_keeps_name_terms_and_address_makes_the_option_and_asks_for_the_deposit() -> None:
    centre = await a_centre()
    made = await a_dossier(centre.id)
    quote = await a_sent_quote(centre.id, made.id)

    accepted = await accept_quote(token_of(quote.page_url), **FORM)

    dossier = await seen(centre.id, made.id)
    assert (dossier.state, dossier.stay_status) == (State.AWAITING_PAYMENT, "option")
    assert [(one.part, one.amount.minor, one.state) for one in dossier.schedule] == [
        ("deposit", 3_000, "due"),
        ("balance", 7_000, "due"),
    ]
    assert "/p/" in accepted.payment_url
    async with tenant_transaction(centre.id, read_only=True):
        row = await fetch_row(
            "SELECT accepted_by, accepted_terms, accepted_address FROM quotes WHERE centre_id = $1 AND id = $2",
            centre.id,
            quote.id,
        )
    assert row is not None
    assert tuple(row.values()) == ("Mme Morel", "cgv-2026", "192.0.2.7")
    assert await mails(centre.id) == ["quote-sent", "quote-accepted"]
    page = await quote_page(token_of(quote.page_url))
    assert (page.state, page.payment_url, page.accepted_by) == ("accepted", accepted.payment_url, "Mme Morel")


async def test_twenty_acceptances_at_once_are_one() -> None:
    centre = await a_centre()
    made = await a_dossier(centre.id)
    quote = await a_sent_quote(centre.id, made.id)

    answers = await asyncio.gather(*(accept_quote(token_of(quote.page_url), **FORM) for _ in range(20)))

    assert len({answer.payment_url for answer in answers}) == 1
    assert await facts(centre.id, "quotes.") == ["quotes.sent", "quotes.accepted"]
    assert await mails(centre.id) == ["quote-sent", "quote-accepted"]


async def test_acceptance_and_a_new_version_race_to_one_offer() -> None:
    centre = await a_centre()
    made = await a_dossier(centre.id)
    quote = await a_sent_quote(centre.id, made.id)

    await asyncio.gather(
        accept_quote(token_of(quote.page_url), **FORM), a_sent_quote(centre.id, made.id), return_exceptions=True
    )

    states = sorted(version.state for version in (await seen(centre.id, made.id)).quotes)
    assert states == ["sent", "superseded"]


@pytest.mark.parametrize(
    ("form", "pointers"),
    [
        (Form(name=" ", terms="cgv-2026", address="192.0.2.7"), ["/name"]),
        (Form(name="Mme Morel", terms="", address="192.0.2.7"), ["/terms"]),
    ],
)
async def test_a_name_and_the_tick_are_wanted(form: Form, pointers: list[str]) -> None:
    centre = await a_centre()
    made = await a_dossier(centre.id)
    quote = await a_sent_quote(centre.id, made.id)

    with pytest.raises(AcceptanceInvalid) as refused:
        await accept_quote(token_of(quote.page_url), **form)

    assert [error.pointer for error in refused.value.errors] == pointers
    assert (await seen(centre.id, made.id)).state is State.IN_PROGRESS


async def test_a_superseded_version_leads_to_the_new_one() -> None:
    centre = await a_centre()
    made = await a_dossier(centre.id)
    first = await a_sent_quote(centre.id, made.id)
    second = await a_sent_quote(centre.id, made.id)

    with pytest.raises(QuoteSuperseded):
        await accept_quote(token_of(first.page_url), **FORM)

    page = await quote_page(token_of(first.page_url))
    assert (page.state, page.newer_url) == ("superseded", second.page_url)


async def test_sending_again_takes_an_unpaid_acceptance_back() -> None:
    centre = await a_centre()
    made, first, _ = await an_accepted_dossier(centre.id)

    await a_sent_quote(centre.id, made.id)

    dossier = await seen(centre.id, made.id)
    assert [(version.number, version.state) for version in dossier.quotes] == [(2, "sent"), (1, "superseded")]
    assert dossier.state is State.IN_PROGRESS
    with pytest.raises(QuoteSuperseded):
        await accept_quote(token_of(first.page_url), **FORM)


async def test_the_last_day_is_good_and_the_next_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    from infra import settings as settings_module

    centre = await a_centre()
    made = await a_dossier(centre.id)
    day = today("Europe/Paris")
    quote = await a_sent_quote(centre.id, made.id, valid_until=day)

    assert await expire_quotes(centre.id, day) == 0
    monkeypatch.setenv("HALTE_NOW", f"{day + timedelta(days=1)}T12:00:00+00:00")
    settings_module.settings.cache_clear()
    try:
        with pytest.raises(QuoteExpired):
            await accept_quote(token_of(quote.page_url), **FORM)
        assert await expire_quotes(centre.id, day + timedelta(days=1)) == 1
        assert await expire_quotes(centre.id, day + timedelta(days=1)) == 0
        assert (await seen(centre.id, made.id)).quotes[0].state == "expired"
    finally:
        monkeypatch.undo()
        settings_module.settings.cache_clear()


async def test_a_refusal_keeps_the_clients_word_and_ends_the_version() -> None:
    centre = await a_centre()
    made = await a_dossier(centre.id)
    quote = await a_sent_quote(centre.id, made.id)

    await refuse_quote(token_of(quote.page_url), word="Trop cher", address="192.0.2.7")
    await refuse_quote(token_of(quote.page_url), word="Encore", address="192.0.2.7")

    refused = (await seen(centre.id, made.id)).quotes[0]
    assert (refused.state, refused.refusal) == ("refused", "Trop cher")
    assert await facts(centre.id, "quotes.") == ["quotes.sent", "quotes.refused"]
    with pytest.raises(QuoteRefused):
        await accept_quote(token_of(quote.page_url), **FORM)


async def test_a_locked_card_neither_gets_nor_accepts_a_quote() -> None:
    centre = await a_centre()
    made = await a_dossier(centre.id)
    quote = await a_sent_quote(centre.id, made.id)
    dossier = await seen(centre.id, made.id)
    await lock_card(centre.id, dossier.client_id)

    with pytest.raises(ClientBlacklisted):
        await accept_quote(token_of(quote.page_url), **FORM)
    with pytest.raises(ClientBlacklisted):
        await a_sent_quote(centre.id, made.id)

    assert (await seen(centre.id, made.id)).quotes[0].state == "sent"
    assert await stay_status(centre.id, dossier.stay_id) == "tentative"
    assert await mails(centre.id) == ["quote-sent"]


async def test_a_suspended_centre_sells_nothing() -> None:
    centre = await a_centre()
    made = await a_dossier(centre.id)
    quote = await a_sent_quote(centre.id, made.id)
    await change_state(centre.id, "suspended", reason="travaux", actor=NETWORK)

    with pytest.raises(DomainError) as refused:
        await accept_quote(token_of(quote.page_url), **FORM)

    assert refused.value.code == "centre_suspended"
    assert (await quote_page(token_of(quote.page_url))).centre_open is False


async def test_a_quote_wants_lines_and_days_that_can_be() -> None:
    centre = await a_centre()
    made = await a_dossier(centre.id, price_minor=-1)
    with pytest.raises(QuoteEmpty):
        await a_sent_quote(centre.id, made.id)
    other = await a_dossier(centre.id)
    with pytest.raises(QuoteSendingInvalid) as refused:
        await a_sent_quote(centre.id, other.id, valid_until=today("Europe/Paris") - timedelta(days=1), detail="whole")
    assert [error.pointer for error in refused.value.errors] == ["/detail", "/valid_until"]
    assert await mails(centre.id) == []


async def test_only_who_may_sends() -> None:
    from infra.actor import Actor, ActorKind

    centre = await a_centre()
    made = await a_dossier(centre.id)
    accountant = Actor(kind=ActorKind.STAFF, name="Compta", rights=SUPPLIED_ROLES["comptabilité"])

    with pytest.raises(RightMissing):
        await send_quote(centre.id, made.id, QuoteSending(), actor=accountant)


async def test_tokens_of_other_purposes_and_centres_open_nothing() -> None:
    ours, theirs = await a_centre(), await a_centre()
    made = await a_dossier(ours.id)
    quote = await a_sent_quote(ours.id, made.id)

    for token in (sign("payment", ours.id, quote.id), sign("quote", theirs.id, quote.id), "abc"):
        with pytest.raises(LinkInvalid):
            await quote_page(token)


async def test_five_versions_sent_at_once_are_numbered_and_one_is_on_offer() -> None:
    centre = await a_centre()
    made = await a_dossier(centre.id)

    await asyncio.gather(*(a_sent_quote(centre.id, made.id) for _ in range(5)))

    dossier = await seen(centre.id, made.id)
    assert [quote.number for quote in dossier.quotes] == [5, 4, 3, 2, 1]
    assert [quote.state for quote in dossier.quotes] == ["sent"] + ["superseded"] * 4
    async with tenant_transaction(centre.id, read_only=True):
        assert await fetch_value("SELECT count(*) FROM files WHERE centre_id = $1", centre.id) == 5
