"""The police form after it was filled: shown by right and logged, destroyed after six months with a certificate."""

from datetime import date
from uuid import UUID

import msgspec

from infra.actor import Actor, job
from infra.audit import audit
from infra.clock import now
from infra.database import execute, fetch, fetch_row, network_transaction, police_transaction, tenant_transaction
from infra.errors import NotFound
from infra.ids import new_id
from infra.outbox import record
from tenants.arrivals import queries
from tenants.arrivals.events import PoliceFormsDestroyed
from tenants.arrivals.rules import PoliceFormFields
from tenants.arrivals.sealing import open_sealed


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
    async with police_transaction(centre_id):
        row = await fetch_row(
            """SELECT form.sealed AS form, signature.sealed AS signature
               FROM police_forms AS form
               LEFT JOIN police_signatures AS signature ON signature.centre_id = $1 AND signature.guest_id = $2
               WHERE form.centre_id = $1 AND form.guest_id = $2 ORDER BY form.filled_at DESC, form.id DESC LIMIT 1""",
            centre_id,
            guest_id,
        )
    if row is None:
        raise PoliceFormUnknown()
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
