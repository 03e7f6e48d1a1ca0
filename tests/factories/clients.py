"""Client cards for tests, made by the real operation."""

from datetime import date
from hashlib import sha256
from itertools import count
from typing import TypedDict, Unpack
from uuid import UUID

import msgspec

from infra.actor import Actor, job
from tenants.clients.operations import ClientRef, add_client
from tenants.clients.profiles import Profile
from tenants.clients.rules import ClientFields, Contact, Phone

_number = count(1)
IMPORTER: Actor = job("tests")


class Over(TypedDict, total=False):
    """What a test may say of a card; `phone="06 …"` stands for `phones` with that one."""

    kind: str
    title: str
    first_name: str
    last_name: str
    organisation: str
    contact_name: str
    client_type: str
    email: str
    email_consent: bool
    phone: str
    phones: list[Phone]
    street: str
    postal_code: str
    town: str
    country: str
    reference: str
    birth_date: date | None
    language: str
    colour: str
    notes: str
    discovery_channel: str
    contacts: list[Contact]
    profiles: list[Profile]


def client_fields(**over: Unpack[Over]) -> ClientFields:
    """Return a person's fields, unlike any other's."""
    own = _name_of(next(_number))
    given = dict(over)
    if "phone" in given:
        given["phones"] = [Phone(number=str(given.pop("phone")))]
    values: dict[str, object] = {
        "first_name": "Camille",
        "last_name": own,
        "email": f"camille.{own.lower()}@orange.fr",
        "town": "Quimper",
        "postal_code": "29000",
        **given,
    }
    return msgspec.structs.replace(ClientFields(), **values)


async def a_client(
    centre_id: UUID, like: Over | None = None, *, actor: Actor = IMPORTER, **over: Unpack[Over]
) -> ClientRef:
    """Make a card of the centre, `like` the others of a family where `over` does not say otherwise."""
    values: Over = {**(like or {}), **over}
    return await add_client(centre_id, client_fields(**values), actor=actor)


async def an_organisation(centre_id: UUID, *, actor: Actor = IMPORTER, **over: Unpack[Over]) -> ClientRef:
    """Make the card of a school."""
    values: Over = {
        "kind": "organisation",
        "organisation": f"Collège Jules Ferry {_name_of(next(_number))}",
        "first_name": "",
        "last_name": "",
        "contact_name": "Mme Morel",
        "client_type": "school",
        **over,
    }
    return await add_client(centre_id, client_fields(**values), actor=actor)


def _name_of(number: int) -> str:
    """Return a name of five syllables: one number's is no misspelling of another's, which the referential would take for one person."""
    digest = sha256(str(number).encode()).digest()
    return "".join("bcdfghjklmnprstv"[byte >> 4] + "aeiou"[byte % 5] for byte in digest[:5]).capitalize()
