"""Mails go in by SMTP and come out by HTTP."""

import smtplib
import ssl
import time

import aiosmtplib
import httpx
import pytest

from tests.infra.services.mailbox.mailbox import Mailbox, confirmation


def test_a_mail_can_be_read_whole(mailbox: Mailbox) -> None:
    with mailbox.smtp() as connection:
        connection.send_message(confirmation())
    raw = httpx.get(f"{mailbox.url}/messages.json").json()[0]
    assert set(raw) - {"id", "url"} == {
        "to", "from", "subject", "date", "message_id", "text", "html", "attachments"
    }  # fmt: skip
    assert raw["to"] == ["professeure@ecole.fr"]
    assert raw["from"] == "Centre d’Annecy <annecy@halte.example>"
    assert raw["subject"] == "Votre séjour à Annecy est confirmé 🎒"
    assert raw["date"] == "2026-11-21T22:30:00Z"
    assert raw["message_id"] == "<0192-confirmation@halte.example>"
    assert raw["text"] == "Bonjour,\n\nVotre séjour est confirmé : https://halte.example/d/abc\n"
    assert raw["html"].startswith("<h1>Séjour confirmé</h1>")
    assert raw["attachments"] == [{"name": "devis n° 12.pdf", "type": "application/pdf", "size": 14}]
    file = httpx.get(f"{raw['url']}/attachments/0")
    assert (file.content, file.headers["content-type"]) == (b"%PDF-1.7 devis", "application/pdf")
    assert "devis%20n%C2%B0%2012.pdf" in file.headers["content-disposition"]
    assert b"Message-ID: <0192-confirmation@halte.example>" in httpx.get(f"{raw['url']}/raw").content


async def test_the_asynchronous_client_is_served_too(mailbox: Mailbox) -> None:
    await aiosmtplib.send(confirmation("Par aiosmtplib"), hostname="127.0.0.1", port=mailbox.smtp_port, start_tls=False)
    assert [message.subject for message in mailbox.messages()] == ["Par aiosmtplib"]


def test_the_newest_comes_first_and_hidden_recipients_are_seen(mailbox: Mailbox) -> None:
    for number in range(3):
        mailbox.send_raw(f"Subject: n {number}\r\n\r\nx".encode(), "a@ecole.fr", "b@ecole.fr")
    assert [message.subject for message in mailbox.messages()] == ["n 2", "n 1", "n 0"]
    assert mailbox.messages()[0].to == ["a@ecole.fr", "b@ecole.fr"]
    assert len(httpx.get(f"{mailbox.url}/messages.json?limit=1").json()) == 1


@pytest.mark.parametrize(
    ("headers", "body", "text"),
    [
        (b"Content-Type: text/plain; charset=iso-8859-15", "Réglé : 12 €".encode("iso-8859-15"), "Réglé : 12 €"),
        (b"Content-Type: text/plain; charset=no-such-charset", "Élève".encode(), "Élève"),
        (b"Content-Type: text/plain; charset=utf-8", "Élève “cp1252”".encode("cp1252"), "Élève “cp1252”"),
        (b"X-None: 1", "Sans charset, é".encode(), "Sans charset, é"),
        (b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64", b"Qm9uam91cg==", "Bonjour"),
        (b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64", b"%%% not base64 %%%", None),
        (b"Content-Type: multipart/mixed; boundary=never", b"no part at all", ""),
        (b"Content-Type: ;;;", b"bad type", None),
    ],
)
def test_any_charset_is_read(mailbox: Mailbox, headers: bytes, body: bytes, text: str | None) -> None:
    mailbox.send_raw(b"Subject: =?iso-8859-1?Q?S=E9jour?=\r\nMIME-Version: 1.0\r\n" + headers + b"\r\n\r\n" + body)
    (message,) = mailbox.messages()
    assert message.subject == "Séjour"
    assert text is None or message.text.strip() == text
    assert httpx.get(message.url).status_code == 200


@pytest.mark.parametrize(
    ("header", "subject"),
    [
        (b"=?utf-8?B?w4lsw6h2ZQ==?= =?utf-8?Q?_d=C3=A9but?=", "Élève début"),
        ("Directement en UTF-8 : é".encode(), "Directement en UTF-8 : é"),
        ("Directement en latin : é".encode("latin-1"), "Directement en latin : é"),
        (b"=?no-such?Q?abc?=", None),
        (b"=?utf-8?B?!!!?=", None),
        (b"plie\r\n sur deux lignes", "plie sur deux lignes"),
    ],
)
def test_any_header_is_read(mailbox: Mailbox, header: bytes, subject: str | None) -> None:
    mailbox.send_raw(b"From: \xc3\x89lodie <e@x.fr>\r\nDate: hier\r\nSubject: " + header + b"\r\n\r\ncorps")
    (message,) = mailbox.messages()
    assert subject is None or message.subject == subject
    assert message.date.endswith("Z")
    assert httpx.get(f"{mailbox.url}/").status_code == 200


def test_an_empty_mail_is_a_mail(mailbox: Mailbox) -> None:
    mailbox.send_raw(b"")
    (message,) = mailbox.messages()
    assert (message.subject, message.text, message.html, message.attachments) == ("", "", "", [])


def test_mails_and_controls_survive_a_kill(mailbox: Mailbox) -> None:
    mailbox.send_raw(b"Subject: avant\r\n\r\nx")
    mailbox.control(refuse_next=1, refuse_code=550)
    mailbox.kill()
    mailbox.start()
    assert [message.subject for message in mailbox.messages()] == ["avant"]
    with pytest.raises(smtplib.SMTPDataError) as refused:
        mailbox.send_raw(b"Subject: pendant\r\n\r\nx")
    assert refused.value.smtp_code == 550
    mailbox.send_raw(b"Subject: apres\r\n\r\nx")
    assert [message.subject for message in mailbox.messages()] == ["apres", "avant"]


def test_refused_mails_are_not_kept(mailbox: Mailbox) -> None:
    mailbox.control(refuse_next=2)
    for _ in range(2):
        with pytest.raises(smtplib.SMTPDataError) as refused:
            mailbox.send_raw(b"Subject: refus\r\n\r\nx")
        assert refused.value.smtp_code == 451
    assert mailbox.messages() == []
    mailbox.send_raw(b"Subject: pris\r\n\r\nx")
    assert len(mailbox.messages()) == 1


def test_a_delay_is_waited_for(mailbox: Mailbox) -> None:
    mailbox.control(delay_ms=300)
    before = time.monotonic()
    mailbox.send_raw(b"Subject: lent\r\n\r\nx")
    assert time.monotonic() - before >= 0.3


@pytest.mark.parametrize("wrong", [{"refuse_next": -1}, {"refuse_code": 200}, {"refuse": 1}, [1]])
def test_a_senseless_control_is_refused(mailbox: Mailbox, wrong: object) -> None:
    before = httpx.get(f"{mailbox.url}/_control").json()
    answer = httpx.post(f"{mailbox.url}/_control", json=wrong)
    assert answer.status_code == 400 and answer.json()["error"]
    assert httpx.get(f"{mailbox.url}/_control").json() == before


def test_too_big_a_mail_is_refused(mailbox: Mailbox) -> None:
    with pytest.raises(smtplib.SMTPResponseException) as refused:
        mailbox.send_raw(b"Subject: gros\r\n\r\n" + b"x" * 2_000_001)
    assert refused.value.smtp_code == 552
    assert mailbox.messages() == []


def test_addresses_may_be_in_any_alphabet(mailbox: Mailbox) -> None:
    with mailbox.smtp() as connection:
        connection.ehlo()
        assert connection.has_extn("smtputf8")
        connection.sendmail("annecy@halte.example", ["élodie@école.fr"], b"Subject: a\r\n\r\nb", ["SMTPUTF8"])
    assert mailbox.messages()[0].to == ["élodie@école.fr"]


def test_starttls_is_offered_and_any_password_is_right(mailbox: Mailbox) -> None:
    context = ssl.create_default_context(cafile=str(mailbox.var / "certificate.pem"))
    with smtplib.SMTP("localhost", mailbox.smtp_port, timeout=10) as connection:
        connection.starttls(context=context)
        connection.login("halte", "n'importe lequel")
        connection.send_message(confirmation())
    assert len(mailbox.messages()) == 1


def test_the_html_part_can_do_nothing_to_the_page(mailbox: Mailbox) -> None:
    with mailbox.smtp() as connection:
        connection.send_message(confirmation("<script>alert(1)</script>"))
    (message,) = mailbox.messages()
    page = httpx.get(message.url)
    assert "<script" not in page.text
    assert "&lt;script&gt;alert(1)" in page.text
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page.text
    policy = httpx.get(f"{message.url}/html").headers["content-security-policy"]
    assert policy.startswith("sandbox ") and "script-src" not in policy and "default-src 'none'" in policy


@pytest.mark.parametrize("path", ["/messages/9", "/messages/9/html", "/messages/9/raw", "/messages/9/attachments/0"])
def test_a_mail_that_is_not_there_is_not_found(mailbox: Mailbox, path: str) -> None:
    assert httpx.get(mailbox.url + path).status_code == 404
