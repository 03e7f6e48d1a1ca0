"""Print or export: on one's own machine the file is saved, elsewhere its address is shown and copied."""

from asyncio import to_thread
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from pathlib import Path
from uuid import UUID

from textual.app import App

from server.contract.day_sheet import DocumentLink, DocumentWanted
from server.contract.statistics import CountedClients
from tui.dialogs.address import Address
from tui.dialogs.pick import Pick
from tui.quote_files import downloads
from tui.session import Session
from tui.words import N_, _

EVERYBODY = CountedClients()
OF_DAY = (
    ("day_sheet pdf", N_("Feuille du jour, PDF à imprimer")),
    ("kitchen pdf", N_("Cuisine : repas, régimes, allergies, PDF")),
    ("housekeeping pdf", N_("Chambres à faire, PDF à cocher")),
    ("day_sheet xlsx", N_("Feuille du jour, XLSX")),
    ("day_sheet csv", N_("Feuille du jour, CSV")),
    ("kitchen xlsx", N_("Cuisine, XLSX")),
    ("kitchen csv", N_("Cuisine, CSV")),
    ("housekeeping xlsx", N_("Chambres à faire, XLSX")),
    ("housekeeping csv", N_("Chambres à faire, CSV")),
)
OF_GROUP = (
    ("rooming_list pdf", N_("Liste de chambres, PDF à imprimer")),
    ("rooming_list xlsx", N_("Liste de chambres, XLSX")),
    ("rooming_list csv", N_("Liste de chambres, CSV")),
)


async def give_document(
    app: App[int],
    session: Session,
    offered: Sequence[tuple[str, str]],
    *,
    day: date | None = None,
    stay_id: UUID | None = None,
    clients: CountedClients = EVERYBODY,
) -> None:
    """Ask which document, and give it; of some `clients` only, where a filter is on.

    Raises:
        ApiProblem: the server does not make it.
    """
    chosen = await app.push_screen_wait(Pick(_("Imprimer ou exporter"), [(code, _(name)) for code, name in offered]))
    if chosen is None:
        return
    kind, _space, form = chosen.partition(" ")
    wanted = DocumentWanted(kind=kind, format=form, day=day, stay_id=stay_id, clients=clients)
    link = await session.client.document_link(wanted)
    if not session.own_machine:
        said = _("Ouvrez cette adresse sur votre machine, dans le quart d'heure. Elle est copiée.")
        await app.push_screen_wait(Address(link.name, said, link.url))
        return
    content = await session.client.document(wanted)
    path = await to_thread(saved, content, link.name)
    app.notify(_("Enregistré : {path}").format(path=path), timeout=8)


async def give_file(
    app: App[int],
    session: Session,
    *,
    content: Callable[[], Awaitable[bytes]],
    link: Callable[[], Awaitable[DocumentLink]],
    name: str,
) -> None:
    """Save a file under `name` on one's own machine; elsewhere show its address, which is copied.

    Raises:
        ApiProblem: the server does not make it.
        OSError: the folder of downloads cannot be written.
    """
    if session.own_machine:
        path = await to_thread(saved, await content(), name)
        app.notify(_("Enregistré : {path}").format(path=path), timeout=8)
        return
    made = await link()
    said = _("Ouvrez cette adresse sur votre machine, dans le quart d'heure. Elle est copiée.")
    await app.push_screen_wait(Address(made.name, said, made.url))


def saved(content: bytes, name: str, *, folder: Path | None = None) -> Path:
    """Write a file among the downloads, never over another; return where.

    Raises:
        OSError: the folder cannot be written.
    """
    stem, _dot, ending = name.rpartition(".")
    number = 1
    while True:
        path = (folder or downloads()) / (name if number == 1 else f"{stem} ({number}).{ending}")
        try:
            with path.open("xb") as file:
                file.write(content)
        except FileExistsError:
            number += 1
        else:
            return path
