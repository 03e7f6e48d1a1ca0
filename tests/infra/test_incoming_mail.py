import contextlib
import zipfile
from email.message import EmailMessage
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.mail.attachments import sniff
from infra.mail.incoming import MailUnreadable, read_mail, without_quotes


@pytest.mark.parametrize(
    "mail",
    [
        "Oui, merci !\n\nLe sam. 21 nov. 2026 à 10:42, Centre de Kerfany <fil+x@halte.example> a écrit :\n> Bonjour\n> suite",
        "Oui, merci !\n\nLe sam. 21 nov. 2026 à 10:42, Centre de Kerfany <fil+x@halte.example>\na écrit :\n\n> Bonjour",
        "Oui, merci !\n\nOn Sat, 21 Nov 2026 at 10:42, Kerfany <a@b.fr> wrote:\n> Bonjour",
        "Oui, merci !\r\n\r\n-----Message d'origine-----\r\nDe : Kerfany\r\nBonjour",
        "Oui, merci !\n\nDe : Centre de Kerfany <a@b.fr>\nEnvoyé : samedi\nÀ : Morel\nObjet : Re\n\nBonjour",
        "Oui, merci !\n-- \nMme Morel\nCollège",
        "Oui, merci !\n\n> Bonjour\n> suite\n",
    ],
)
def test_only_what_was_written_anew_is_kept(mail: str) -> None:
    assert without_quotes(mail) == "Oui, merci !"


def test_answers_between_quoted_lines_are_kept_with_them() -> None:
    mail = "Le 21 nov. 2026 à 10:42, Kerfany a écrit :\n> Combien ?\n52\n> Quand ?\nEn mars"

    assert without_quotes(mail) == mail


def test_a_mail_that_only_quotes_is_kept_whole() -> None:
    assert without_quotes("> Bonjour") == "> Bonjour"


def a_mail(**headers: str) -> EmailMessage:
    message = EmailMessage()
    for name, value in {"From": "Mme Morel <morel@college-ferry.fr>", "Message-ID": "<1@ferry>", **headers}.items():
        message[name.replace("_", "-")] = value
    return message


def test_a_mail_in_html_alone_is_read_without_its_quotation() -> None:
    message = a_mail(Subject="Re : séjour")
    message.set_content(
        "<html><head><style>p{}</style></head><body><p>Oui,<br>merci&nbsp;!</p><blockquote><p>Bonjour</p></blockquote></body></html>",
        subtype="html",
    )

    read = read_mail(message.as_bytes())

    assert (read.text, read.author, read.sender, read.message_id) == (
        "Oui,\nmerci !",
        "Mme Morel",
        "morel@college-ferry.fr",
        "<1@ferry>",
    )


def test_attachments_are_what_their_bytes_say_and_what_runs_is_refused() -> None:
    message = a_mail()
    message.set_content("Voici.")
    message.add_attachment(b"%PDF-1.7", maintype="image", subtype="png", filename="../liste.pdf")
    message.add_attachment(b"MZ\x90\0", maintype="application", subtype="pdf", filename="facture.pdf")
    message.add_attachment(
        b"%PDF-" + b"x" * (8 * 1024 * 1024), maintype="application", subtype="pdf", filename="gros.pdf"
    )

    parts = read_mail(message.as_bytes()).parts

    assert [(part.name, part.media_type, part.refused) for part in parts] == [
        (".._liste.pdf", "application/pdf", ""),
        ("facture.pdf", "application/octet-stream", "kind_refused"),
        ("gros.pdf", "application/pdf", "too_large"),
    ]


def test_no_more_than_ten_attachments_are_kept() -> None:
    message = a_mail()
    message.set_content("Voici.")
    for number in range(12):
        message.add_attachment(f"{number}".encode(), maintype="text", subtype="plain", filename=f"{number}.txt")

    assert [part.refused for part in read_mail(message.as_bytes()).parts] == [""] * 10 + ["too_many"] * 2


@pytest.mark.parametrize(
    ("headers", "automatic"),
    [
        ({}, False),
        ({"Auto_Submitted": "no"}, False),
        ({"Auto_Submitted": "auto-replied"}, True),
        ({"Precedence": "bulk"}, True),
    ],
)
def test_what_a_program_wrote_is_known(headers: dict[str, str], automatic: bool) -> None:
    message = a_mail(**headers)
    message.set_content("Je suis absente.")

    assert read_mail(message.as_bytes()).automatic is automatic


def test_a_very_long_message_is_cut_and_kept_whole_beside() -> None:
    message = a_mail()
    message.set_content("mot " * 10_000)

    read = read_mail(message.as_bytes())

    assert len(read.text) == 20_000
    assert [(part.name, len(part.content) > 39_000) for part in read.parts] == [("message.txt", True)]


@given(st.binary(max_size=2_000))
def test_nothing_that_comes_over_the_wire_breaks_the_reader(raw: bytes) -> None:
    with contextlib.suppress(MailUnreadable):
        read_mail(raw)


@given(st.text())
def test_trimming_never_loses_all(text: str) -> None:
    assert bool(without_quotes(text)) == bool(text.strip())


def archive(**files: bytes) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        for name, data in files.items():
            made.writestr(name.replace("__", "/"), data)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", None),
        (b"bonjour", "text/plain"),
        ("été".encode("latin-1"), "text/plain"),
        (b"<html>", None),
        (b"#!/bin/sh", None),
        (b"\x7fELF", None),
        (
            archive(**{"[Content_Types].xml": b"", "xl__workbook.xml": b""}),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        (archive(**{"[Content_Types].xml": b"", "word__vbaProject.bin": b""}), None),
        (archive(mimetype=b"application/vnd.oasis.opendocument.text"), "application/vnd.oasis.opendocument.text"),
        (archive(x=b""), None),
        (b"PK\x03\x04broken", None),
    ],
)
def test_a_file_is_what_its_bytes_say(content: bytes, kind: str | None) -> None:
    assert sniff(content) == kind
