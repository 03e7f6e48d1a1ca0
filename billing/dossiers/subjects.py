"""Which of a centre's things an id is: a card, a stay, a dossier, a segment."""

from uuid import UUID

from infra.database import fetch_value, tenant_transaction
from infra.errors import NotFound


class SubjectUnknown(NotFound):
    """The centre has no card, stay or dossier of this id, nor a segment that the account may see."""

    code = "subject_unknown"


async def require_subject(centre_id: UUID, subject_id: UUID, account_id: UUID) -> None:
    """Refuse an id that is none of the centre's cards, stays and dossiers, nor a segment shared or the account's own.

    Raises:
        SubjectUnknown: as it says.
    """
    async with tenant_transaction(centre_id, read_only=True):
        known = await fetch_value(
            """SELECT EXISTS (SELECT FROM clients WHERE centre_id = $1 AND id = $2)
                   OR EXISTS (SELECT FROM stays WHERE centre_id = $1 AND id = $2)
                   OR EXISTS (SELECT FROM dossiers WHERE centre_id = $1 AND id = $2)
                   OR EXISTS (SELECT FROM segments WHERE centre_id = $1 AND id = $2 AND (shared OR account_id = $3))""",
            centre_id,
            subject_id,
            account_id,
        )
    if not known:
        raise SubjectUnknown()
