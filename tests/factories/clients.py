"""Client cards for tests, made by the real operation."""

from itertools import count
from uuid import UUID

from infra.actor import Actor, job
from tenants.clients.operations import ClientRef, add_client
from tenants.clients.rules import ClientFields, Phone

_number = count(1)
IMPORTER = job("tests")


def client_fields(**over: object) -> ClientFields:
    """Return a person's fields, unlike any other's; `phone="06 …"` stands for a list of one."""
    number = next(_number)
    if "phone" in over:
        over["phones"] = [Phone(number=str(over.pop("phone")))]
    values: dict[str, object] = {
        "first_name": "Camille",
        "last_name": f"Essai{_letters(number)}",
        "email": f"camille.essai{number}@orange.fr",
        "town": "Quimper",
        "postal_code": "29000",
        **over,
    }
    return ClientFields(**values)  # type: ignore[arg-type]


async def a_client(centre_id: UUID, *, actor: Actor = IMPORTER, **over: object) -> ClientRef:
    """Make a card of the centre."""
    return await add_client(centre_id, client_fields(**over), actor=actor)


async def an_organisation(centre_id: UUID, *, actor: Actor = IMPORTER, **over: object) -> ClientRef:
    """Make the card of a school."""
    values = {
        "kind": "organisation",
        "organisation": f"Collège Jules Ferry {_letters(next(_number))}",
        "first_name": "",
        "last_name": "",
        "contact_name": "Mme Morel",
        "client_type": "school",
        **over,
    }
    return await add_client(centre_id, client_fields(**values), actor=actor)


def _letters(number: int) -> str:
    """Spell a number in letters: names have no digits."""
    return "".join("abcdefghij"[int(digit)] for digit in str(number))
