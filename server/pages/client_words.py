"""Which clients a paper is about, in a reader's words."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from server.filters import EVERYONE, ClientsAsked
from server.pages.languages import translations
from server.pages.words import N_
from tenants.code_lists.local import local_values
from tenants.code_lists.queries import dated_values
from tenants.segments.queries import segment

ONLY: Final = N_("Seulement les clients : %(whose)s")


async def clients_in_words(centre_id: UUID, clients: ClientsAsked, *, language: str) -> str:
    """Return « Seulement les clients : classe de mer, écoles »; nothing where it is everybody. Inside a transaction.

    Raises:
        SegmentUnknown: the segment is neither shared nor the asker's own.
    """
    if clients == EVERYONE:
        return ""
    own = {(one.list, one.code): one.label for one in await local_values(centre_id)}
    said = [own.get(("marketing_code", code), code) for code in clients.codes]
    said += [
        own.get((name, code), code)
        for name, code in (("segmentation", clients.segmentation), ("origin", clients.origin))
        if code
    ]
    if clients.client_type:
        said.append((await _client_types()).get(clients.client_type, clients.client_type))
    if clients.colour:
        said.append(clients.colour)
    if clients.segment is not None:
        said.append((await segment(centre_id, clients.segment, clients.asker)).name)
    return translations(language).gettext(ONLY) % {"whose": ", ".join(said)}


async def _client_types() -> Mapping[str, str]:
    return {
        dated.value.code: dated.renamings[-1].label if dated.renamings else dated.value.label
        for dated in await dated_values("client_type")
    }
