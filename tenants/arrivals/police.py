"""The police form after it was filled: shown by right and logged, destroyed after six months with a certificate."""

from base64 import b64encode
from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

import msgspec

from infra.actor import Actor, job
from infra.audit import audit
from infra.clock import now
from infra.database import Row, execute, fetch, network_transaction, police_transaction, tenant_transaction
from infra.errors import NotFound
from infra.ids import new_id
from infra.outbox import record
from tenants.arrivals import queries
from tenants.arrivals.events import PoliceFormsDestroyed
from tenants.arrivals.rules import PoliceFormFields
from tenants.arrivals.sealing import open_sealed
from tenants.stays.queries import stay as stay_of

_ON_FORM: Final = frozenset({"filled", "signed"})
_PNG: Final = b"\x89PNG\r\n\x1a\n"


class PoliceFormUnknown(NotFound):
    """This guest has no police form, or it was destroyed."""

    code = "police_form_unknown"


class SignedForm(msgspec.Struct, frozen=True, kw_only=True):
    """A form as the police are shown it; `signature` is SVG path data or a PNG, empty while it is not signed."""

    guest_id: UUID
    form: PoliceFormFields
    signature: bytes


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """How many forms and signatures were destroyed: all whose last day was `until_day` or before."""

    id: UUID
    centre_id: UUID
    until_day: date
    forms: int
    signatures: int


async def police_form(centre_id: UUID, guest_id: UUID, *, actor: Actor) -> SignedForm:
    """Open one guest's form for the police; that it was opened, and by whom, is in the trail before it is shown.

    Raises:
        RightMissing: the actor lacks `police.view`.
        GuestUnknown, PoliceFormUnknown: there is none.
        SealBroken: it cannot be opened under this secret.
    """
    actor.require("police.view")
    async with tenant_transaction(centre_id):
        guest = await queries.guest(centre_id, guest_id)
        await audit("stay", guest.stay_id, "view_police_form", actor=actor, after={"guest_id": guest_id})
    forms = await _opened(centre_id, [guest_id])
    if not forms:
        raise PoliceFormUnknown()
    return forms[0]


async def police_forms_of(centre_id: UUID, stay_id: UUID, *, actor: Actor) -> list[SignedForm]:
    """Open the forms of a stay's guests, in the order they were said; that they were opened is in the trail first.

    Raises:
        RightMissing: the actor lacks `police.view`.
        StayUnknown: the centre has no such stay.
        SealBroken: one cannot be opened under this secret.
    """
    actor.require("police.view")
    async with tenant_transaction(centre_id):
        await stay_of(centre_id, stay_id)
        guest_ids = [guest.id for guest in await queries.guests(centre_id, stay_id) if guest.police_form in _ON_FORM]
        await audit("stay", stay_id, "view_police_forms", actor=actor, after={"guest_ids": guest_ids})
    return await _opened(centre_id, guest_ids)


def signature_drawn(signature: bytes) -> str:
    """Return a signature as it was drawn: what `sign_police_form` takes; empty for none."""
    if signature.startswith(_PNG):
        return f"data:image/png;base64,{b64encode(signature).decode()}"
    return signature.decode()


async def _opened(centre_id: UUID, guest_ids: Sequence[UUID]) -> list[SignedForm]:
    """Unseal the newest form of each guest, in the guests' order; who has none is left out."""
    async with police_transaction(centre_id):
        rows = await fetch(
            """SELECT DISTINCT ON (form.guest_id) form.guest_id, form.sealed AS form, signature.sealed AS signature
               FROM police_forms AS form
               LEFT JOIN police_signatures AS signature
                   ON signature.centre_id = $1 AND signature.guest_id = form.guest_id
               WHERE form.centre_id = $1 AND form.guest_id = ANY($2::uuid[])
               ORDER BY form.guest_id, form.filled_at DESC, form.id DESC""",
            centre_id,
            list(guest_ids),
        )
    found = {row["guest_id"]: _unsealed(centre_id, row) for row in rows}
    return [found[guest_id] for guest_id in guest_ids if guest_id in found]


def _unsealed(centre_id: UUID, row: Row) -> SignedForm:
    guest_id = row["guest_id"]
    form = msgspec.json.decode(open_sealed("form", centre_id, guest_id, row["form"]), type=PoliceFormFields)
    signature = b""
    if row["signature"] is not None:
        signature = open_sealed("signature", centre_id, guest_id, row["signature"])
    return SignedForm(guest_id=guest_id, form=form, signature=signature)


async def destroy_police_forms(today: date) -> list[Certificate]:
    """Destroy the forms of every centre whose six months are over, and certify each centre's count.

    A centre with nothing to destroy gets no certificate. May run twice: the second time finds nothing.
    """
    async with network_transaction():
        centres = [row["id"] for row in await fetch("SELECT id FROM centres ORDER BY id")]
    certificates = [await destroy_police_forms_of(centre_id, today) for centre_id in centres]
    return [certificate for certificate in certificates if certificate is not None]


async def destroy_police_forms_of(centre_id: UUID, today: date) -> Certificate | None:
    """Destroy one centre's forms whose last day was before `today`, and certify how many; None where there were none."""
    async with police_transaction(centre_id):
        forms = await execute("DELETE FROM police_forms WHERE centre_id = $1 AND destroy_after < $2", centre_id, today)
        signatures = await execute(
            "DELETE FROM police_signatures WHERE centre_id = $1 AND destroy_after < $2", centre_id, today
        )
        if not forms and not signatures:
            return None
        certificate = Certificate(id=new_id(), centre_id=centre_id, until_day=today, forms=forms, signatures=signatures)
        await execute(
            """INSERT INTO destruction_certificates (id, centre_id, what, until_day, forms, signatures, destroyed_at)
               VALUES ($1, $2, 'police_forms', $3, $4, $5, $6)""",
            certificate.id,
            centre_id,
            today,
            forms,
            signatures,
            now(),
        )
    # The certificate is the proof; the trail and the fact say that there is one.
    actor = job("police forms")
    async with tenant_transaction(centre_id):
        counts: dict[str, object] = {"forms": forms, "signatures": signatures}
        await audit("destruction_certificate", certificate.id, "destroy_police_forms", actor=actor, after=counts)
        await record(PoliceFormsDestroyed(subject_id=certificate.id, forms=forms), actor=actor)
    return certificate
