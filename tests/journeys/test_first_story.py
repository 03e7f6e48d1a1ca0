"""The first story, from a web form to a paid deposit and an arrival, through real doors only: ssh, pages, mails, commands, API."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys import receiving, refusing, selling
from tests.journeys.demo import running_demo
from tests.journeys.first_story import Story
from tests.journeys.pages import a_browser
from tests.programs import require

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600), pytest.mark.xdist_group("journeys")]


@pytest.fixture(scope="module")
def story(demo_var: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """The demo, as `halte demo --headless` starts it, and a browser."""
    require("ssh")
    require("ssh-keygen")
    with running_demo(demo_var) as demo, a_browser() as browser:
        told = Story(demo, browser, tmp_path_factory.mktemp("keys"))
        yield told
        for terminal in told.terminals:
            terminal.close()


def test_from_a_web_form_to_a_paid_deposit_and_an_arrival(story: Story) -> None:
    story.provision()
    assert story.import_cards() > 0

    selling.stayed_elsewhere(story)
    commercial = story.terminal("commercial")
    selling.ask(story, commercial)
    selling.know_and_answer(story, commercial)
    selling.sell(story, commercial)
    deposit = selling.accept(story)
    selling.pay_deposit(story, commercial, deposit)
    selling.pay_balance(story, commercial)

    receiving.announce(story, commercial)
    receiving.sign(story)
    reception = story.terminal("réception")
    receiving.arrive(reception)
    receiving.leave_early(reception)
    receiving.depart(reception)

    client_id = str(story.desk("direction").items("/clients?q=ferry")[0]["id"])
    affairs = refusing.OpenAffairs(story, client_id)
    refusing.reception_may_not(story)
    refusing.direction_may(story)
    refusing.every_way_in_refuses(story, affairs)
    refusing.another_centre_sees_none(story, client_id)
    assert one_message_id_each(story)


def one_message_id_each(story: Story) -> bool:
    """Say whether no mail came twice."""
    ids = [mail.message_id for mail in story.demo.mails()]
    return len(ids) == len(set(ids))


def test_the_demo_lets_itself_be_found(story: Story) -> None:
    """`demo.json` says how to get in; its file is nobody else's to read."""
    described = story.demo.var / "demo.json"
    assert described.stat().st_mode & 0o077 == 0
    assert len(story.demo.described.centres) == 5
    roles = {(user.role, user.centre is None) for user in story.demo.described.users}
    assert roles >= {("network_admin", True), ("network_steward", True), ("direction", False), ("réception", False)}
    for user in story.demo.described.users:
        assert Path(user.key_file).stat().st_mode & 0o077 == 0
