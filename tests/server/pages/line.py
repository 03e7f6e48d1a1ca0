"""A network between a browser and the served site, that can be cut as a cable is."""

import asyncio


class Line:
    """Carries bytes to a port; cut, it refuses whoever calls and drops whoever was talking."""

    def __init__(self, port: int) -> None:
        self._site = port
        self._ends: set[asyncio.StreamWriter] = set()
        self._carrying: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._port = 0

    @property
    def url(self) -> str:
        """Where a browser finds the site at the other end."""
        return f"http://127.0.0.1:{self._port}"

    async def mend(self) -> None:
        """Carry, at the same address as before."""
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Carry nothing more."""
        if self._server is not None:
            self._server.close()
        for end in self._ends:
            end.transport.abort()
        await asyncio.gather(*self._carrying, return_exceptions=True)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._carrying.add(task)
        self._ends.add(writer)
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._site)
            self._ends.add(far_writer)
            await asyncio.gather(_copy(reader, far_writer), _copy(far_reader, writer))
            self._ends.discard(far_writer)
        finally:
            self._ends.discard(writer)
            self._carrying.discard(task)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while heard := await reader.read(65_536):
            writer.write(heard)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()
