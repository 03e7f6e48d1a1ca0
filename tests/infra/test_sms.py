"""How long a text is, and how it is made cheap without losing what it says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.sms.brevo import read_report
from infra.sms.gateway import Fate
from infra.sms.parts import is_gsm, parts_of, simplified


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1), ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("é" * 160, 1), ("€" * 80, 1), ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 152, 3), ("ж" * 70, 1), ("ж" * 71, 2), ("ж" * 134, 2), ("ж" * 135, 3), ("😀" * 35, 1),
        ("😀" * 36, 2), ("😀" * 67, 3), ("ê" + "a" * 69, 1), ("ê" + "a" * 70, 2),
    ],
)  # fmt: skip
def test_a_text_is_charged_by_its_parts(text: str, parts: int) -> None:
    assert parts_of(text) == parts


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("L’hôtel vous attend – à bientôt…", "L'hotel vous attend - à bientot..."),
        ("Garçon, œuf, Noël", "Garcon, oeuf, Noel"),
        ("Éric à Nîmes : 12 €", "Éric à Nimes : 12 €"),
        ("Здравствуйте, hôtel", "Здравствуйте, hôtel"),
    ],
)
def test_accents_that_cost_double_are_left_out_and_no_word_is_lost(written: str, sent: str) -> None:
    assert simplified(written) == sent


@given(st.text(max_size=400))
def test_making_a_text_cheap_never_makes_it_longer_to_pay_and_is_done_at_once(text: str) -> None:
    cheap = simplified(text)
    assert simplified(cheap) == cheap
    assert cheap == text or is_gsm(cheap)
    if not is_gsm(text):
        assert parts_of(cheap) <= parts_of(text)


@pytest.mark.parametrize(
    "payload",
    [b"", b"[]", b"{}", b'{"msg_status": "opened", "to": "33612345678"}', b"\xff", b'{"msg_status": "sent", "to": ""}'],
)
def test_what_is_no_report_of_a_text_is_passed_over(payload: bytes) -> None:
    assert read_report(payload) is None


def test_a_report_is_read_by_its_tag_wherever_it_stands() -> None:
    tag = "01890a5d-ac96-774b-bcce-b302099a8057"
    for told in (f'"{tag}"', f'["{tag}"]', f'["a", "{tag}"]'):
        report = read_report(
            f'{{"msg_status": "delivered", "to": "33612345678", "message_id": 7, "tag": {told}, "x": 1}}'.encode()
        )
        assert report is not None
        assert (str(report.message_id), report.fate, report.phone, report.provider_id) == (
            tag,
            Fate.DELIVERED,
            "+33612345678",
            "7",
        )
