"""`halte person`: one person's data in every centre, handed out or erased, for the network."""

from pathlib import Path
from typing import Annotated

import cyclopts

from infra.errors import Invalid
from server.commands.desk import DONE, at_desk, centre_named, confirm, say
from tenants.retention import persons

app = cyclopts.App(
    name="halte person",
    version_flags=[],
    help="Hand out or erase one person's data, in every centre and the referential.",
)

Json = Annotated[bool, cyclopts.Parameter(name="--json", negative="")]
Yes = Annotated[bool, cyclopts.Parameter(name=["--yes", "-y"], negative="")]


class NotAnArchive(Invalid):
    """The archive is a .zip."""

    code = "not_an_archive"


@app.command
async def export(*, centre: str, client: str, out: Path, json: Json = False) -> int:
    """Write what every centre holds of a person into one archive; each centre's history says so.

    Args:
        centre: the slug of a centre that knows them.
        client: the reference of their card there, or its id.
        out: the archive to write, .zip: data.json for machines, lisez-moi.html for the person.
        json: print the count as JSON.
    """
    if out.suffix != ".zip":
        raise NotAnArchive(f"{out.name}: .zip")
    async with at_desk() as actor:
        place = await centre_named(centre)
        card = await persons.card_named(place.id, client)
        cards = await persons.cards_of_person(place.id, card)
        content = await persons.person_archive(place.id, card, actor=actor)
    unfinished = out.with_name(f".{out.name}.unfinished")
    unfinished.touch(mode=0o600)
    unfinished.write_bytes(content)
    unfinished.replace(out)
    say(f"{out}: {len(cards)} cards", {"file": str(out), "cards": len(cards)}, as_json=json)
    return DONE


@app.command
async def erase(*, centre: str, client: str, yes: Yes = False, json: Json = False) -> int:
    """Erase a person from every centre and the referential; what accounting keeps names nobody. Nobody brings it back.

    Args:
        centre: the slug of a centre that knows them.
        client: the reference of their card there, or its id.
        yes: do not ask.
        json: print the certificates as JSON.
    """
    async with at_desk() as actor:
        place = await centre_named(centre)
        card = await persons.card_named(place.id, client)
        cards = await persons.cards_of_person(place.id, card)
        confirm(f"Erase this person's {len(cards)} cards for good?", yes=yes)
        erased = await persons.erase_person(place.id, card, actor=actor)
    certificates = [str(one.certificate) for one in erased if one.certificate is not None]
    say("\n".join([f"{len(erased)} cards erased", *certificates]), {"certificates": certificates}, as_json=json)
    return DONE
