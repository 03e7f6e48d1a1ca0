"""A list of the terminal, as its user sees it, to be made a file."""

from server.contract.basics import Wire


class ListColumn(Wire, frozen=True):
    """A column: its title, and whether it holds figures."""

    title: str
    right: bool = False


class ListTable(Wire, frozen=True):
    """The rows as they stand on the screen, sorted and filtered; `format` is csv or xlsx."""

    title: str
    columns: list[ListColumn]
    rows: list[list[str]]
    format: str = "xlsx"
