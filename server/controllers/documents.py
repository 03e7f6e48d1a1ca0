"""Documents: made at once, or by an address that opens one for a quarter of an hour."""

from litestar import Controller, Response, post
from litestar.params import JSONBody

from server.contract.day_sheet import DocumentLink, DocumentWanted
from server.dependencies import AtDesk, LoggedIn
from server.filters import asked_of
from server.pages.documents import PAPERS, check, document_link, document_of, file_answer, file_name


class DocumentsController(Controller):
    """The day's sheet, the kitchen's, the rooms', a group's list."""

    path = "/api/v1/centres/{centre_slug:str}/documents"
    tags = ("documents",)

    @post("/", opt={"right": "stay.view", "files": PAPERS}, status_code=200)
    async def document(self, desk: AtDesk, session: LoggedIn, data: JSONBody[DocumentWanted]) -> Response[bytes]:
        """Make a document as PDF, XLSX or CSV, in the caller's language."""
        check(data)
        day = data.day or desk.today
        made = await document_of(
            desk.centre_id,
            data.kind,
            day=day,
            stay_id=data.stay_id or desk.centre_id,
            language=session.language,
            clients=asked_of(data.clients, asker=desk.actor.account_id),
        )
        return file_answer(made, data.format, name=file_name(data.kind, data.format, day))

    @post("/links", opt={"right": "stay.view"})
    async def link(self, desk: AtDesk, session: LoggedIn, data: JSONBody[DocumentWanted]) -> DocumentLink:
        """Make an address that opens a document on the machine in front of the caller."""
        clients = asked_of(data.clients, asker=desk.actor.account_id)
        return await document_link(desk.centre_id, data, today=desk.today, language=session.language, clients=clients)
