"""Mails that failed for good wait for a person, until they are tried again."""

from uuid import UUID

from infra.actor import Actor
from infra.database import fetch_row, tenant_transaction
from tenants.tasks.operations import raise_task, settle_tasks
from tenants.tasks.rules import Kind


async def follow_mail(centre_id: UUID, mail_id: UUID, *, failure: str = "", actor: Actor) -> None:
    """Bring the list into line with a mail as it stands now. May run twice, and late.

    Args:
        centre_id: whose mail.
        mail_id: the mail.
        failure: which failure is told; empty where it was queued again.
        actor: the job that noticed.
    """
    async with tenant_transaction(centre_id):
        mail = await fetch_row(
            "SELECT state, subject_kind, subject_id FROM mails WHERE centre_id = $1 AND id = $2", centre_id, mail_id
        )
        if mail is None or mail["state"] != "failed":
            await settle_tasks(centre_id, Kind.MAIL_FAILED, mail_id, actor=actor)
        elif failure:
            about = {"about": mail["subject_kind"], "about_id": str(mail["subject_id"])}
            await raise_task(centre_id, Kind.MAIL_FAILED, mail_id, cause=failure, facts=about, actor=actor)
