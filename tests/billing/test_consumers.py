"""What facts lead to later: one confirmation a payment, one word a refund, lines and states that follow."""

from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from billing.consumers import CONSUMERS, SUBSCRIPTIONS
from billing.dossiers import lists
from billing.dossiers.lines import NewLine
from billing.dossiers.operations import promote
from billing.dossiers.rules import State
from billing.money import Money
from billing.payments.by_hand import ManualPayment, record_payment
from billing.payments.giving_back import refund
from infra.clock import today
from infra.database import execute, fetch, fetch_row, relay_transaction, tenant_transaction
from tenants.enquiries.operations import answer
from tenants.stays.operations import change_stay
from tenants.stays.queries import fields_of
from tests.billing.reading import facts, mails, seen
from tests.factories.centres import a_centre
from tests.factories.dossiers import TESTER, a_dossier, a_sent_quote, an_accepted_dossier, token_of
from tests.factories.enquiries import an_enquiry

pytestmark = pytest.mark.usefixtures("pools")

CAR = NewLine(label="Divers : car", unit_price=Money(28_000), vat_basis_points=1000)


async def work(centre_id: UUID, *, times: int = 1) -> None:
    """Give every fact of the centre to who wants it, so many times over."""
    async with relay_transaction():
        rows = await fetch("SELECT kind, payload FROM outbox WHERE centre_id = $1 ORDER BY sequence", centre_id)
    for row in rows * times:
        for name in SUBSCRIPTIONS.get(row["kind"], ()):
            await CONSUMERS[name](centre_id, row["payload"].encode())


async def last_mail(centre_id: UUID) -> tuple[str, str]:
    async with tenant_transaction(centre_id, read_only=True):
        row = await fetch_row(
            "SELECT subject, body_text FROM mails WHERE centre_id = $1 ORDER BY id DESC LIMIT 1", centre_id
        )
    assert row is not None
    return row["subject"], row["body_text"]


async def test_a_deposit_is_confirmed_by_one_mail_with_the_link_to_the_balance() -> None:
    centre = await a_centre()
    made, _, _ = await an_accepted_dossier(centre.id)
    await record_payment(centre.id, made.id, ManualPayment(means="transfer", amount=Money(3_000)), actor=TESTER)

    await work(centre.id, times=3)

    assert await mails(centre.id) == ["quote-sent", "quote-accepted", "payment-received"]
    subject, text = await last_mail(centre.id)
    assert subject.startswith("Votre réservation est confirmée")
    assert "70,00" in text
    assert "/p/" in text


async def test_the_balance_is_confirmed_without_asking_for_more() -> None:
    centre = await a_centre()
    made, _, _ = await an_accepted_dossier(centre.id)
    await record_payment(centre.id, made.id, ManualPayment(means="transfer", amount=Money(10_000)), actor=TESTER)

    await work(centre.id)

    subject, text = await last_mail(centre.id)
    assert subject.startswith("Votre séjour est réglé")
    assert "/p/" not in text


async def test_a_refund_is_told_once() -> None:
    centre = await a_centre()
    made, _, _ = await an_accepted_dossier(centre.id)
    new = ManualPayment(means="cheque", amount=Money(3_000))
    payment_id = await record_payment(centre.id, made.id, new, actor=TESTER)
    await refund(centre.id, payment_id, Money(1_250), reason="", actor=TESTER)

    await work(centre.id, times=2)

    assert (await mails(centre.id)).count("payment-refunded") == 1
    assert "12,50" in (await last_mail(centre.id))[1]


async def test_an_english_card_is_written_to_in_english() -> None:
    centre = await a_centre()
    made = await a_dossier(centre.id)
    client_id = (await seen(centre.id, made.id)).client_id
    async with tenant_transaction(centre.id):
        await execute("UPDATE clients SET language = 'en' WHERE centre_id = $1 AND id = $2", centre.id, client_id)

    await a_sent_quote(centre.id, made.id)

    subject, text = await last_mail(centre.id)
    assert subject.startswith("Your quote")
    assert "€100.00" in text


async def test_an_answer_takes_the_dossier_out_of_the_new_ones() -> None:
    centre = await a_centre()
    enquiry = await an_enquiry(centre.id)
    made = await promote(centre.id, enquiry.id, CAR, actor=TESTER)
    assert (await seen(centre.id, made.id)).state is State.NEW

    await answer(centre.id, enquiry.id, "Bonjour, nous préparons votre devis.", actor=TESTER)
    await work(centre.id, times=2)

    assert (await seen(centre.id, made.id)).state is State.IN_PROGRESS
    assert (await facts(centre.id)).count("dossiers.state_moved") == 1


async def test_an_answered_demande_enters_in_progress() -> None:
    centre = await a_centre()
    enquiry = await an_enquiry(centre.id)
    await answer(centre.id, enquiry.id, "Bonjour.", actor=TESTER)

    made = await promote(centre.id, enquiry.id, CAR, actor=TESTER)

    assert (await seen(centre.id, made.id)).state is State.IN_PROGRESS


async def test_the_letter_of_a_quote_stands_in_the_thread_once() -> None:
    centre = await a_centre()
    enquiry = await an_enquiry(centre.id)
    made = await promote(centre.id, enquiry.id, CAR, actor=TESTER)
    quote = await a_sent_quote(centre.id, made.id)

    async with tenant_transaction(centre.id, read_only=True):
        rows = await fetch(
            """SELECT m.direction, mails.reply_to FROM enquiry_messages m
               LEFT JOIN mails ON mails.id = m.mail_id WHERE m.centre_id = $1 ORDER BY m.at, m.id""",
            centre.id,
        )

    assert [row["direction"] for row in rows] == ["in", "out"]
    assert rows[1]["reply_to"].startswith("fil+")
    assert len(token_of(quote.page_url)) > 60


async def test_changed_dates_move_the_lines_and_the_dossier() -> None:
    centre = await a_centre()
    made = await a_dossier(centre.id)
    stay_id = (await seen(centre.id, made.id)).stay_id
    async with tenant_transaction(centre.id, read_only=True):
        fields = await fields_of(centre.id, stay_id)
    later = msgspec.structs.replace(fields, departure=fields.departure + timedelta(days=1))

    await change_stay(centre.id, stay_id, later, version=None, actor=TESTER)
    await work(centre.id, times=2)

    assert (await seen(centre.id, made.id)).stay.nights == 4


async def test_accueil_counts_what_is_late_and_the_card_lists_its_dossiers() -> None:
    centre = await a_centre()
    made, quote, _ = await an_accepted_dossier(centre.id)
    dossier = await seen(centre.id, made.id)
    day = today("Europe/Paris")
    async with tenant_transaction(centre.id, read_only=True):
        now = await lists.desk_money(centre.id, day)
        late = await lists.desk_money(centre.id, quote.valid_until + timedelta(days=1))
        gone = await lists.desk_money(centre.id, dossier.stay.arrival + timedelta(days=1))
        cards = await lists.client_page(centre.id, dossier.client_id)

    assert (now.overdue_payments, late.overdue_payments, gone.overdue_payments) == (0, 1, 1)
    assert (late.overdue, gone.overdue) == (Money(3_000), Money(10_000))
    assert [(card.number, card.total) for card in cards] == [(made.number, Money(10_000))]
