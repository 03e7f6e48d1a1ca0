"""What was mended on a card, as its list says it. Pure."""

from collections.abc import Sequence

import msgspec

from tenants.clients.rules import ClientFields


class Mending(msgspec.Struct, frozen=True):
    """A broken encoding that was mended: in which field, from what to what."""

    field: str
    before: str
    after: str


def read_mending(line: str) -> Mending:
    """Read a line of a card's list of mendings, `field: before → after`."""
    field, _colon, said = line.partition(": ")
    before, _arrow, after = said.partition(" → ")
    return Mending(field, before, after)


def still_mended(lines: Sequence[str], fields: ClientFields) -> list[str]:
    """Return those of a card's mendings that its fields still show: what was typed over since is mended no more."""
    return [line for line in lines if _shows(fields, read_mending(line))]


def _shows(fields: ClientFields, mending: Mending) -> bool:
    if mending.field == "contacts":
        return any(contact.name == mending.after for contact in fields.contacts)
    return bool(getattr(fields, mending.field, "") == mending.after)


def given_back(fields: ClientFields, refused: Mending) -> ClientFields:
    """Return a card's fields with one as it was before its mending."""
    if refused.field != "contacts":
        return msgspec.structs.replace(fields, **{refused.field: refused.before})
    contacts: Sequence[object] = [
        msgspec.structs.replace(contact, name=refused.before) if contact.name == refused.after else contact
        for contact in fields.contacts
    ]
    return msgspec.structs.replace(fields, contacts=contacts)
