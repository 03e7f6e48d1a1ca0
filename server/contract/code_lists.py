"""The network's code lists, with their labels."""

from datetime import date
from typing import Literal
from uuid import UUID

from server.contract.basics import Wire


class CodeListValue(Wire, frozen=True):
    """A value one may choose; `detail` is the label of the text it asks for, empty when it asks for none.

    In a cascade, `category` is the code of the value of `categories` it shows under.
    """

    code: str
    label: str
    category: str = ""
    detail: str = ""
    network_code: str = ""
    """What a value of the centre's own counts as across the network; empty for the network's."""


class CodeList(Wire, frozen=True):
    """A list, in the order it is shown; `categories` only in a cascade, where they are chosen first."""

    name: str
    values: list[CodeListValue]
    categories: list[CodeListValue] = []


class NewLocalValue(Wire, frozen=True):
    """A value that a centre adds to a list of its own; `network_code` is empty for marketing codes."""

    label: str
    network_code: str = ""


class LocalValue(Wire, frozen=True):
    """A value of the centre's own; from `retired_on` it is offered no more."""

    id: UUID
    list_name: str
    code: str
    label: str
    network_code: str
    retired_on: date | None
    version: int


class LocalValueChange(Wire, frozen=True):
    """A value of the centre's own as it is to be."""

    label: str
    network_code: str = ""
    retired_on: date | None = None


class TypeColour(Wire, frozen=True):
    """The centre's colour of a client type, `#rrggbb`; empty for none."""

    client_type: str
    colour: str


class NetworkValue(Wire, frozen=True):
    """A value of the network's with its days (included; null for no limit) and its later names."""

    list_name: str
    category: str
    code: str
    label: str
    detail: str
    offered: bool
    first_day: date | None
    last_day: date | None
    split_from: str | None
    renamings: list["Renaming"]


class Renaming(Wire, frozen=True):
    """What a value is called from a day on."""

    from_day: date
    label: str


class NewNetworkValue(Wire, frozen=True):
    """A value to add to a list of the network's, in a category of it where it is a cascade."""

    list_name: str
    label: str
    from_day: date
    category: str = ""
    detail: str = ""


class NetworkValueChange(Wire, frozen=True):
    """What becomes of a value of the network's from a day on.

    `gesture` is `rename` (to `label`), `retire`, or `split` (into the labels of `into`, two or more).
    """

    list_name: str
    code: str
    gesture: Literal["rename", "retire", "split"]
    from_day: date
    category: str = ""
    label: str = ""
    into: list[str] = []
