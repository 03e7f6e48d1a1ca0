"""Mails that could not be sent."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath, FromQuery, QueryParameter

from infra.database import tenant_transaction
from infra.errors import FieldError
from infra.mail.queries import mails
from infra.mail.sending import retry_mail
from server.answers import CursorInvalid, page_limit, page_of, read_cursor
from server.contract.basics import Page
from server.contract.dossiers import FailedMail
from server.dependencies import AtDesk


class MailController(Controller):
    """What did not go out, and going on trying."""

    path = "/api/v1/centres/{centre_slug:str}/mails"
    tags = ("mails",)

    @get("/", opt={"right": "mail.view"})
    async def failed(
        self,
        desk: AtDesk,
        mail_state: Annotated[Literal["failed", "queued", "sent"], QueryParameter(name="state")] = "failed",
        cursor: FromQuery[str | None] = None,
        limit: FromQuery[int | None] = None,
    ) -> Page[FailedMail]:
        """List mails in a state, newest first: those that failed, unless another state is asked for."""
        size, before = page_limit(limit), read_cursor(cursor)
        try:
            start = None if before is None else (datetime.fromisoformat(before[0]), before[1])
        except ValueError as error:
            raise CursorInvalid(errors=(FieldError("?cursor", "cursor_invalid", "not a cursor"),)) from error
        async with tenant_transaction(desk.centre_id, read_only=True):
            found = await mails(state=mail_state, before=start, limit=size + 1)
        last = found[size - 1] if len(found) > size else None
        return page_of(
            [
                FailedMail(
                    id=mail.id,
                    recipient=mail.recipient,
                    subject=mail.subject,
                    attempts=mail.attempts,
                    error=mail.error,
                    created_at=mail.created_at,
                )
                for mail in found
            ],
            limit=size,
            cursor=(last.created_at.isoformat(), last.id) if last else None,
        )

    @post("/{mail_id:uuid}/retry", opt={"right": "mail.retry"}, status_code=202)
    async def retry(self, desk: AtDesk, mail_id: FromPath[UUID]) -> None:
        """Put a failed mail back into the queue, with all its attempts."""
        await retry_mail(desk.centre_id, mail_id, actor=desk.actor)
