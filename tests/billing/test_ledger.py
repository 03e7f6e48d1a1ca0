"""The ledger: what the rules book, and what PostgreSQL refuses whatever the code does."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from uuid import UUID

import asyncpg
import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from billing.dossiers.treating import set_treated
from billing.ledger.operations import post
from billing.ledger.queries import account_balances, balance_check
from billing.ledger.rules import (
    DEPOSITS_HELD,
    RECEIVABLE,
    Account,
    AccountKind,
    Posting,
    Sold,
    Unbalanced,
    balanced,
    bank,
    money_in,
    reversed_postings,
    sale,
)
from billing.money import Money
from billing.payments.by_hand import ManualPayment, record_payment
from billing.payments.giving_back import refund
from infra.database import execute, fetch_value, tenant_transaction
from infra.ids import new_id
from infra.pools import Role, close_pools, open_pools
from tests.billing.reading import check, ledger, seen
from tests.factories.centres import a_centre
from tests.factories.dossiers import TESTER, an_accepted_dossier

SOLD = st.builds(
    Sold,
    st.sampled_from(["706000", "708000", "701000"]),
    st.sampled_from([0, 550, 1000, 2000]),
    st.integers(-5_000_000, 5_000_000).map(Money),
)


@given(st.lists(SOLD, max_size=12), st.integers(-1_000_000, 10_000_000))
def test_any_sale_balances_and_undoes_itself(lines: list[Sold], held: int) -> None:
    entries = sale(lines, held=Money(held))

    assert sum(entry.amount.minor for entry in entries) == 0
    assert sum(entry.amount.minor for entry in entries + reversed_postings(entries)) == 0
    revenue_and_vat = sum(
        entry.amount.minor
        for entry in entries
        if entry.account.kind in (AccountKind.REVENUE, AccountKind.VAT_COLLECTED)
    )
    assert -revenue_and_vat == sum(line.amount.minor for line in lines)


def test_entries_that_do_not_balance_are_refused_before_the_database() -> None:
    with pytest.raises(Unbalanced):
        balanced([Posting(bank("cash"), Money(100)), Posting(DEPOSITS_HELD, Money(-99))])
    with pytest.raises(Unbalanced):
        balanced([Posting(bank("cash"), Money(100, "EUR")), Posting(DEPOSITS_HELD, Money(-100, "CHF"))])


@pytest.mark.parametrize(
    ("booked", "other"), [(False, DEPOSITS_HELD), (True, RECEIVABLE)], ids=["before the sale", "after it"]
)
def test_money_stands_against_what_it_is_for(booked: bool, other: Account) -> None:
    assert money_in("cash", Money(100), sale_booked=booked) == [
        Posting(bank("cash"), Money(100)),
        Posting(other, Money(-100)),
    ]


async def book(centre_id: UUID, key: str, minor: int = 100) -> bool:
    entries = money_in("cash", Money(minor), sale_booked=False)
    return await post(centre_id, key, entries, dossier_id=None, description="essai", actor=TESTER)


@pytest.mark.usefixtures("pools")
async def test_thirty_tills_with_one_key_book_once() -> None:
    centre = await a_centre()

    booked = await asyncio.gather(*(book(centre.id, "one") for _ in range(30)))

    assert sum(booked) == 1
    assert (await check(centre.id)).transactions == 1


@pytest.mark.usefixtures("pools")
async def test_one_key_in_two_centres_is_two() -> None:
    ours, theirs = await a_centre(), await a_centre()

    assert await book(ours.id, "one")
    assert await book(theirs.id, "one", 70)

    async with tenant_transaction(ours.id, read_only=True):
        assert sum(one.balance.minor for one in await account_balances(ours.id) if one.account.kind == "bank") == 100
        assert await account_balances(theirs.id) == []


@pytest.mark.usefixtures("pools")
@pytest.mark.parametrize("table", ["ledger_entries", "ledger_transactions", "ledger_accounts"])
@pytest.mark.parametrize("change", ["UPDATE {} SET centre_id = centre_id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
async def test_nothing_in_it_is_changed_or_deleted(table: str, change: str) -> None:
    centre = await a_centre()
    await book(centre.id, "one")

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with tenant_transaction(centre.id):
            await execute(change.format(table))


@pytest.mark.parametrize("table", ["ledger_entries", "ledger_transactions", "ledger_accounts"])
@pytest.mark.parametrize("change", ["UPDATE {} SET centre_id = centre_id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
async def test_not_even_by_a_superuser(table: str, change: str, servers: object) -> None:
    from tests.servers import Servers

    assert isinstance(servers, Servers)
    connection = await asyncpg.connect(servers.postgres.superuser_url, database=servers.database)
    try:
        with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="append-only"):
            await connection.execute(change.format(table))
    finally:
        await connection.close()


INSERT = """INSERT INTO ledger_entries (id, centre_id, transaction_id, account_id, minor, currency)
    SELECT $1, centre_id, $2, id, $3, $4 FROM ledger_accounts WHERE centre_id = $5 AND kind = 'bank'"""


async def unbalanced_pair(centre_id: UUID, transaction_id: UUID) -> None:
    await execute(INSERT, new_id(), transaction_id, 100, "EUR", centre_id)
    await execute(INSERT, new_id(), transaction_id, -99, "EUR", centre_id)


async def two_currencies(centre_id: UUID, transaction_id: UUID) -> None:
    await execute(INSERT, new_id(), transaction_id, 100, "EUR", centre_id)
    await execute(INSERT, new_id(), transaction_id, -100, "CHF", centre_id)


async def nothing_at_all(centre_id: UUID, transaction_id: UUID) -> None:
    """A transaction without entries."""


async def one_too_many(centre_id: UUID, transaction_id: UUID) -> None:
    for minor in (100, -50, -50):
        await execute(INSERT, new_id(), transaction_id, minor, "EUR", centre_id)


@pytest.mark.usefixtures("pools")
@pytest.mark.parametrize("entries", [unbalanced_pair, two_currencies, nothing_at_all, one_too_many])
async def test_the_database_refuses_what_does_not_balance_at_commit(
    entries: Callable[[UUID, UUID], Awaitable[None]],
) -> None:
    centre, transaction_id = await a_centre(), new_id()
    await book(centre.id, "first")

    async def commit() -> None:
        async with tenant_transaction(centre.id):
            await execute(
                """INSERT INTO ledger_transactions (id, centre_id, key, description, actor, at, entry_count)
                   VALUES ($1, $2, 'bad', '', '', now(), 2)""",
                transaction_id,
                centre.id,
            )
            await entries(centre.id, transaction_id)

    with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="does not balance"):
        await commit()

    assert (await check(centre.id)).transactions == 1


@pytest.mark.usefixtures("pools")
async def test_no_balanced_pair_is_added_to_an_old_transaction() -> None:
    centre = await a_centre()
    await book(centre.id, "old")
    async with tenant_transaction(centre.id, read_only=True):
        old = await fetch_value("SELECT id FROM ledger_transactions WHERE centre_id = $1", centre.id)

    async def add() -> None:
        async with tenant_transaction(centre.id):
            await execute(INSERT, new_id(), old, 100, "EUR", centre.id)
            await execute(INSERT, new_id(), old, -100, "EUR", centre.id)

    with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="does not balance"):
        await add()

    assert (await check(centre.id)).entries == 2


class Till(RuleBasedStateMachine):
    """A dossier of 100 € at a till: pay, give back, tick, untick, in any order; the model is one number."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.loop.run_until_complete(open_pools(Role.APP, Role.NETWORK, Role.RELAY, size=4))
        self.paid = 0
        self.payments: list[tuple[UUID, int]] = []
        self.treated = False

    @initialize()
    def open(self) -> None:
        """Have a quote of 100 € accepted."""

        async def accepted() -> None:
            self.centre_id = (await a_centre()).id
            self.dossier_id = (await an_accepted_dossier(self.centre_id))[0].id

        self.loop.run_until_complete(accepted())

    @rule(minor=st.integers(1, 20_000), means=st.sampled_from(["cash", "cheque", "transfer", "voucher"]))
    def pay(self, minor: int, means: str) -> None:
        """Receive money."""
        new = ManualPayment(means=means, amount=Money(minor))
        payment_id = self.loop.run_until_complete(record_payment(self.centre_id, self.dossier_id, new, actor=TESTER))
        self.payments.append((payment_id, minor))
        self.paid += minor

    @precondition(lambda self: self.payments)
    @rule(share=st.integers(1, 100))
    def give_back(self, share: int) -> None:
        """Give back a share of what is left of the last payment, by its own way."""
        payment_id, left = self.payments.pop()
        minor = max(1, left * share // 100)
        self.loop.run_until_complete(refund(self.centre_id, payment_id, Money(minor), reason="essai", actor=TESTER))
        self.paid -= minor
        if left > minor:
            self.payments.append((payment_id, left - minor))

    @precondition(lambda self: not self.treated and self.paid >= 10_000)
    @rule()
    def tick(self) -> None:
        """Book the sale."""
        self.loop.run_until_complete(set_treated(self.centre_id, self.dossier_id, True, actor=TESTER))
        self.treated = True

    @precondition(lambda self: self.treated)
    @rule()
    def untick(self) -> None:
        """Take the sale back."""
        self.loop.run_until_complete(set_treated(self.centre_id, self.dossier_id, False, actor=TESTER))
        self.treated = False

    @invariant()
    def money_adds_up(self) -> None:
        """The ledger is whole and says what the model says."""
        if not hasattr(self, "dossier_id"):
            return
        on = self.loop.run_until_complete(ledger(self.centre_id))
        dossier = self.loop.run_until_complete(seen(self.centre_id, self.dossier_id))
        assert sum(minor for name, minor in on.items() if name.startswith("bank:")) == self.paid
        assert dossier.paid == Money(self.paid)
        assert dossier.due == Money(10_000 - self.paid)
        if self.treated:
            assert on.get("receivable", 0) == 10_000 - self.paid
            assert "deposits_held" not in on
        else:
            assert on.get("deposits_held", 0) == -self.paid
            assert "receivable" not in on

    def teardown(self) -> None:
        """Give the connections back."""
        self.loop.run_until_complete(close_pools())
        self.loop.close()


@pytest.mark.usefixtures("servers")
def test_any_order_of_gestures_at_the_till_keeps_the_ledger_whole() -> None:
    from hypothesis.stateful import run_state_machine_as_test

    examples = int(os.environ.get("HALTE_TILLS", "8"))
    run_state_machine_as_test(
        Till,
        settings=settings(
            max_examples=examples,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
            derandomize=True,
        ),
    )


@pytest.mark.usefixtures("pools")
async def test_the_check_sees_a_running_total_that_strays() -> None:
    centre = await a_centre()
    made, _, _ = await an_accepted_dossier(centre.id)
    async with tenant_transaction(centre.id):
        await execute("UPDATE dossiers SET paid_minor = 1 WHERE centre_id = $1 AND id = $2", centre.id, made.id)

    async with tenant_transaction(centre.id, read_only=True):
        found = await balance_check(centre.id)

    assert (found.is_whole, found.stray_totals) == (False, 1)
