"""Who of the staff sees to an enquiry: it is taken, given to a colleague, or put back for whoever comes."""

from uuid import UUID

import msgspec

from infra.actor import Actor
from infra.audit import audit
from infra.database import fetch, fetch_value, tenant_transaction
from infra.errors import Conflict, FieldError, Invalid
from infra.outbox import record
from tenants.accounts.queries import rights_of
from tenants.enquiries import queries
from tenants.enquiries.events import EnquiryAssigned

RIGHT = "enquiry.answer"
"""Who may see to an enquiry, and say who does."""


class AssigneeUnknown(Invalid):
    """Nobody of that name answers enquiries here."""

    code = "assignee_unknown"


class EnquiryTaken(Conflict):
    """A colleague sees to it since it was read."""

    code = "enquiry_taken"


class Assignee(msgspec.Struct, frozen=True):
    """Somebody who may see to enquiries."""

    account_id: UUID
    name: str


async def assignees(centre_id: UUID) -> list[Assignee]:
    """Return who may see to the centre's enquiries, by name: who works here and may answer them."""
    rows = await fetch(
        """SELECT a.id, a.name, r.name AS role, r.supplied, r.rights
           FROM memberships m JOIN accounts a ON a.id = m.account_id
           JOIN roles r ON r.centre_id = m.centre_id AND r.id = m.role_id
           WHERE m.centre_id = $1 AND m.state = 'active' AND a.state = 'active' ORDER BY a.name, a.id""",
        centre_id,
    )
    return [
        Assignee(row["id"], row["name"])
        for row in rows
        if RIGHT in rights_of(row["role"], supplied=row["supplied"], kept=row["rights"])
    ]


async def assign_enquiry(
    centre_id: UUID, enquiry_id: UUID, account_id: UUID | None, *, instead_of: UUID | None, actor: Actor
) -> None:
    """Say who sees to an enquiry; where that is so already nothing changes.

    Args:
        centre_id: whose enquiry it is.
        enquiry_id: the enquiry.
        account_id: who sees to it from now on; None puts it back.
        instead_of: who saw to it when it was read: of two who take it at once the second is told, whatever else of
            the enquiry has changed meanwhile.
        actor: who decides, who need not be who sees to it.

    Raises:
        RightMissing: the actor lacks `enquiry.answer`.
        EnquiryUnknown: the centre has no such enquiry.
        AssigneeUnknown: `account_id` does not work here, or may not answer.
        EnquiryTaken: somebody else has it than `instead_of`; says who.
    """
    actor.require(RIGHT)
    async with tenant_transaction(centre_id):
        facts = await queries.enquiry(centre_id, enquiry_id, lock=True)
        if facts.assignee_id == account_id:
            return
        if facts.assignee_id != instead_of:
            raise EnquiryTaken(assignee=facts.assignee)
        names = {one.account_id: one.name for one in await assignees(centre_id)}
        if account_id is not None and account_id not in names:
            raise AssigneeUnknown(errors=(FieldError("/account_id", "unknown", "Choisissez une personne du centre."),))
        version = await fetch_value(
            """UPDATE enquiries SET assignee_id = $3, version = version + 1
               WHERE centre_id = $1 AND id = $2 RETURNING version""",
            centre_id,
            enquiry_id,
            account_id,
        )
        await audit(
            "enquiry",
            enquiry_id,
            "assign",
            actor=actor,
            before={"assignee": facts.assignee},
            after={"assignee": "" if account_id is None else names[account_id]},
        )
        await record(EnquiryAssigned(subject_id=enquiry_id, version=version), actor=actor)
