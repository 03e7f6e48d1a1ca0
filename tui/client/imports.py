"""Files of client cards."""

from urllib.parse import quote
from uuid import UUID

from server.contract.basics import Page
from server.contract.imports import (
    ImportAsked,
    ImportOutcome,
    ImportPreview,
    ImportRun,
    ImportUndone,
    KeptMapping,
    PreviewAsked,
    RowNotTaken,
    SourceMapping,
)
from tui.client.calls import Calls


class ImportCalls(Calls):
    """Looked at, mapped, tried, brought in, taken back."""

    async def import_runs(self) -> list[ImportRun]:
        """The files that came in."""
        return (await self.line.send("GET", await self._at("/imports"), Page[ImportRun])).items

    async def preview_import(self, asked: PreviewAsked) -> ImportPreview:
        """What a file holds."""
        return await self.line.send("POST", await self._at("/imports/preview"), ImportPreview, body=asked)

    async def mappings(self) -> list[KeptMapping]:
        """The mappings that the centre keeps."""
        return (await self.line.send("GET", await self._at("/imports/mappings"), Page[KeptMapping])).items

    async def refused_rows(self, run_id: UUID) -> list[RowNotTaken]:
        """The rows that an import refused."""
        return (await self.line.send("GET", await self._at(f"/imports/{run_id}/refusals"), Page[RowNotTaken])).items

    async def keep_mapping(self, name: str, mapping: SourceMapping) -> None:
        """Keep a source's mapping."""
        await self.line.send("PUT", await self._at(f"/imports/mappings/{quote(name, safe='')}"), bytes, body=mapping)

    async def bring_in(self, asked: ImportAsked) -> ImportOutcome:
        """Bring a file in, or try it."""
        return await self.line.send("POST", await self._at("/imports"), ImportOutcome, body=asked)

    async def undo_import(self, run_id: UUID) -> ImportUndone:
        """Take an import back."""
        return await self.line.send("DELETE", await self._at(f"/imports/{run_id}"), ImportUndone)
