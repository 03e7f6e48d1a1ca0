"""The letter that tells a person of their lock: its words, its PDF, its sending."""

import threading
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec
import typst

from infra.actor import Actor
from infra.audit import audit
from infra.database import execute, fetch_row, tenant_transaction
from infra.errors import Conflict, FieldError, Invalid
from infra.files import File, file, save_file
from infra.mail.letters import Letter, letter
from infra.outbox import record
from tenants.centres.mailing import queue_centre_mail
from tenants.centres.queries import centre as centre_of
from tenants.centres.rules import Centre
from tenants.clients import queries
from tenants.clients.blacklisting import NotBlacklisted
from tenants.clients.events import BlacklistLetterSent
from tenants.clients.recipients import recipient_of

TEMPLATES: Final = Path(__file__).parent / "templates"
MEANS: Final = ("email", "post", "hand")
REASONS: Final = {
    "fr": {
        "unpaid": "impayé",
        "damage": "dégradations",
        "nuisance": "nuisances",
        "violence": "violences",
        "fraud": "fraude",
    },
    "en": {
        "unpaid": "unpaid debt",
        "damage": "damage",
        "nuisance": "nuisance",
        "violence": "violence",
        "fraud": "fraud",
    },
}
_SUBJECT: Final = {"fr": "Objet :", "en": "Subject:"}
_lock = threading.Lock()


class LetterInvalid(Invalid):
    """The sending of the letter cannot be noted so."""

    code = "letter_invalid"


class LetterSent(Conflict):
    """La lettre est déjà partie."""

    code = "letter_sent"


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """All that the template prints, in words."""

    language: str
    colour: str
    centre: list[str]
    recipient: list[str]
    place_and_day: str
    subject_label: str
    subject: str
    paragraphs: list[str]
    signature: str


@cache
def _compiler() -> typst.Compiler:
    # The fonts inside the wheel only, as for quotes: the bytes must not depend on what a machine has installed.
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)
    return typst.Compiler(TEMPLATES / "blacklisting.typ", root=TEMPLATES, font_paths=fonts)


def print_letter(sheet: Sheet, *, day: date) -> bytes:
    """Return the PDF; the same sheet and day give the same bytes."""
    stamp = int(datetime.combine(day, time(), UTC).timestamp())
    with _lock:
        printed = _compiler().compile(
            format="pdf", sys_inputs={"letter": msgspec.json.encode(sheet).decode()}, timestamp=stamp
        )
    assert isinstance(printed, bytes)  # one PDF, not a picture a page
    return printed


def letter_sheet(centre: Centre, card: queries.Client, lock: queries.Blacklisting) -> Sheet:
    """Put a lock into words, in the card's language where it is French or English."""
    said = letter(
        "tenants.clients",
        "blacklisting",
        card.fields.language,
        centre=centre.name,
        email=centre.email,
        reason=REASONS["en" if card.fields.language == "en" else "fr"][lock.reason],
        unpaid=lock.reason == "unpaid",
        evidence_day=lock.evidence_day,
        last_day=lock.last_day,
        reopens=lock.last_day + timedelta(days=1),
        set_day=lock.set_day,
    )
    fields, place = card.fields, f"{centre.postal_code} {centre.town}".strip()
    dated = letter(
        "tenants.clients", "dated", card.fields.language, town=centre.town or centre.name, today=lock.set_day
    )
    return Sheet(
        language=said.language,
        colour=centre.colour or "#444444",
        centre=[line for line in (centre.name, centre.street, place, centre.phone, centre.email) if line],
        recipient=[
            line
            for line in (card.name, fields.contact_name, fields.street, f"{fields.postal_code} {fields.town}".strip())
            if line
        ],
        place_and_day=dated.subject,
        subject_label=_SUBJECT[said.language],
        subject=said.subject,
        paragraphs=[part.strip() for part in said.text.split("\n\n") if part.strip()],
        signature=centre.legal_name or centre.name,
    )


async def blacklist_letter(centre_id: UUID, client_id: UUID, *, actor: Actor) -> File:
    """Return the letter about a card's lock, made once and kept.

    Raises:
        RightMissing: the actor lacks `client.blacklist`.
        ClientUnknown, NotBlacklisted: there is no such card, or it is not locked.
    """
    actor.require("client.blacklist")
    async with tenant_transaction(centre_id):
        card = await queries.client(centre_id, client_id)
        if card.blacklisting is None:
            raise NotBlacklisted()
        row = await fetch_row(
            "SELECT letter_id FROM client_blacklistings WHERE centre_id = $1 AND id = $2 FOR UPDATE",
            centre_id,
            card.blacklisting.id,
        )
        assert row is not None  # just read
        if row["letter_id"] is not None:
            return await file(row["letter_id"])
        sheet = letter_sheet(await centre_of(centre_id), card, card.blacklisting)
        content = print_letter(sheet, day=card.blacklisting.set_day)
        name = f"{'Letter' if sheet.language == 'en' else 'Lettre'} {card.fields.reference}.pdf"
        letter_id = await save_file(name, "application/pdf", content)
        await execute(
            "UPDATE client_blacklistings SET letter_id = $3 WHERE centre_id = $1 AND id = $2",
            centre_id,
            card.blacklisting.id,
            letter_id,
        )
        return File(id=letter_id, name=name, media_type="application/pdf", content=content)


async def send_letter(centre_id: UUID, client_id: UUID, means: str, *, day: date, actor: Actor) -> None:
    """Send the letter by mail, or note that it went by post or was handed over; once.

    Args:
        centre_id: whose card.
        client_id: the card.
        means: `email` sends it now; `post` and `hand` only note it.
        day: when it went; for an e-mail today.
        actor: holds `client.blacklist`.

    Raises:
        RightMissing: the actor lacks `client.blacklist`.
        ClientUnknown, NotBlacklisted: there is no such card, or it is not locked.
        LetterInvalid: no such means, a day to come, or nobody has an address.
        LetterSent: it went already.
    """
    actor.require("client.blacklist")
    async with tenant_transaction(centre_id):
        paper = await blacklist_letter(centre_id, client_id, actor=actor)
        card = await queries.client(centre_id, client_id)
        lock, today = card.blacklisting, await queries.centre_today(centre_id)
        assert lock is not None  # the letter is about it
        if lock.letter_sent_day is not None:
            raise LetterSent()
        recipient = await recipient_of(centre_id, client_id, "contract") if means == "email" else ""
        errors = []
        if means not in MEANS:
            errors.append(FieldError("/means", "unknown", ", ".join(MEANS)))
        if means == "email" and not recipient:
            errors.append(
                FieldError("/means", "required", "La fiche n'a pas d'adresse : envoyez la lettre par la poste.")
            )
        if day > today:
            errors.append(FieldError("/day", "in_the_future", "L'envoi ne peut pas être à venir."))
        if errors:
            raise LetterInvalid(errors=tuple(errors))
        if means == "email":
            await _mail(await centre_of(centre_id), card, lock, paper.id, recipient, actor=actor)
        await execute(
            """UPDATE client_blacklistings SET letter_sent_day = $3, letter_means = $4
               WHERE centre_id = $1 AND id = $2""",
            centre_id,
            lock.id,
            today if means == "email" else day,
            means,
        )
        after: dict[str, object] = {"means": means, "day": day, "letter": paper.id}
        await audit("client", client_id, "send_letter", actor=actor, after=after)
        await record(BlacklistLetterSent(subject_id=client_id), actor=actor)


async def _mail(
    centre: Centre, card: queries.Client, lock: queries.Blacklisting, paper: UUID, recipient: str, *, actor: Actor
) -> None:
    sheet = letter_sheet(centre, card, lock)
    await queue_centre_mail(
        centre,
        Letter(sheet.subject, "\n\n".join([*sheet.paragraphs, sheet.signature]), sheet.language),
        key=f"blacklist-letter:{lock.id}",
        subject_kind="client",
        subject_id=card.id,
        recipient=recipient,
        actor=actor,
        attachments=[paper],
    )
