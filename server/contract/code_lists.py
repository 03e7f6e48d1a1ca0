"""The network's code lists, with their labels."""

from server.contract.basics import Wire


class CodeListValue(Wire, frozen=True):
    """A value one may choose; `detail` is the label of the text it asks for, empty when it asks for none.

    In a cascade, `category` is the code of the value of `categories` it shows under.
    """

    code: str
    label: str
    category: str = ""
    detail: str = ""


class CodeList(Wire, frozen=True):
    """A list, in the order it is shown; `categories` only in a cascade, where they are chosen first."""

    name: str
    values: list[CodeListValue]
    categories: list[CodeListValue] = []
