"""Lists of the terminal as files: given at once, or by an address that works on the machine in front of the caller."""

from litestar import Controller, Response, post
from litestar.params import JSONBody

from server.contract.day_sheet import DocumentLink
from server.contract.list_tables import ListTable
from server.dependencies import AtDesk, LoggedIn
from server.pages.list_tables import TABLES, list_answer, list_link, list_name, make_list


class ListTableController(Controller):
    """What one sees in a list, taken away."""

    path = "/api/v1/centres/{centre_slug:str}/lists"
    tags = ("documents",)

    @post("/files", opt={"right": "desk.view", "files": TABLES}, status_code=200)
    async def file(self, desk: AtDesk, session: LoggedIn, data: JSONBody[ListTable]) -> Response[bytes]:
        """Make a list a CSV or XLSX file; the centre's trail notes it."""
        content = await make_list(desk.centre_id, data, language=session.language, actor=desk.actor)
        return list_answer(content, data.format, name=list_name(data, desk.today))

    @post("/links", opt={"right": "desk.view"})
    async def link(self, desk: AtDesk, session: LoggedIn, data: JSONBody[ListTable]) -> DocumentLink:
        """Make the file, and an address that gives it for a quarter of an hour; the centre's trail notes it."""
        return await list_link(desk.centre_id, data, today=desk.today, language=session.language, actor=desk.actor)
