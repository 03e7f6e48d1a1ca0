"""Which role may do what, by table."""

import pytest

from tenants.accounts.rights import NETWORK_ONLY, NETWORK_ROLES, RIGHTS, SUPPLIED_ROLES

TABLE = [
    # right                  réception commercial comptabilité direction
    ("desk.view", "x", "x", "x", "x"),
    ("enquiry.view", "x", "x", "x", "x"),
    ("enquiry.answer", "x", "x", "", "x"),
    ("client.view", "x", "x", "x", "x"),
    ("client.edit", "x", "x", "", "x"),
    ("client.blacklist", "", "", "", "x"),
    ("client.merge", "", "", "", "x"),
    ("client.export", "", "", "x", "x"),
    ("client.erase", "", "", "", "x"),
    ("stay.view", "x", "x", "x", "x"),
    ("stay.edit", "x", "x", "", "x"),
    ("stay.overbook", "", "", "", "x"),
    ("room.edit", "", "", "", "x"),
    ("room.withdraw", "", "", "", "x"),
    ("arrival.check_in", "x", "x", "", "x"),
    ("police.view", "", "", "", "x"),
    ("dossier.view", "x", "x", "x", "x"),
    ("dossier.edit", "x", "x", "", "x"),
    ("quote.send", "x", "x", "", "x"),
    ("payment.view", "x", "x", "x", "x"),
    ("payment.record", "", "x", "x", "x"),
    ("payment.link", "x", "x", "x", "x"),
    ("payment.refund", "", "", "x", "x"),
    ("rate.edit", "", "", "", "x"),
    ("invoice.issue", "", "", "x", "x"),
    ("mail.view", "x", "x", "x", "x"),
    ("mail.retry", "", "x", "", "x"),
    ("user.manage", "", "", "", "x"),
    ("code_list.edit", "", "", "", "x"),
    ("centre.edit", "", "", "", "x"),
    ("centre.provision", "", "", "", ""),
    ("network.view", "", "", "", ""),
    ("referential.link", "", "", "", ""),
    ("referential.review", "", "", "", ""),
    ("referential.view_detail", "", "", "", ""),
    ("person.everywhere", "", "", "", ""),
    ("statistics.view", "", "x", "x", "x"),
    ("import.run", "", "", "", "x"),
]
ROLES = ("réception", "commercial", "comptabilité", "direction")


@pytest.mark.parametrize(("right", "cells"), [(right, cells) for right, *cells in TABLE])
def test_a_supplied_role_allows_what_the_table_says(right: str, cells: list[str]) -> None:
    allowed = [role for role in ROLES if right in SUPPLIED_ROLES[role]]
    assert allowed == [role for role, cell in zip(ROLES, cells, strict=True) if cell]


def test_the_table_names_every_right_and_every_role() -> None:
    assert {right for right, *_ in TABLE} == set(RIGHTS)
    assert set(ROLES) == set(SUPPLIED_ROLES)


def test_roles_of_the_network_hold_nothing_of_a_centres_data_but_what_a_person_asks_of_their_own() -> None:
    assert NETWORK_ROLES["network_admin"] == {
        "centre.provision", "network.view", "code_list.edit", "person.everywhere", "referential.link", "user.manage",
    }  # fmt: skip
    assert NETWORK_ROLES["network_steward"] == {
        "referential.link",
        "referential.review",
        "referential.view_detail",
        "network.view",
    }
    assert not any(NETWORK_ONLY & rights for rights in SUPPLIED_ROLES.values())
