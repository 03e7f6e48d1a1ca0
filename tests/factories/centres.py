"""Centres for tests, provisioned by the real operation."""

from itertools import count

from infra.actor import Actor, job
from tenants.centres.operations import provision
from tenants.centres.queries import by_slug
from tenants.centres.rules import CentreRef, NewCentreFields

_numbers = count(1)
NETWORK: Actor = job("tests", address="tests")


async def a_centre(**over: object) -> CentreRef:
    """Provision an active centre with the supplied roles and nobody in it; `over` sets fields of `NewCentreFields`."""
    number = next(_numbers)
    fields: dict[str, object] = {
        "slug": f"centre-{number}",
        "name": f"Centre {number}",
        "town": "Bayeux",
        "email": f"accueil@centre-{number}.example",
        **over,
    }
    made = await provision(NewCentreFields(**fields), actor=NETWORK)  # type: ignore[arg-type]
    found = await by_slug(made.slug)
    assert found is not None
    return found
