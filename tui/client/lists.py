"""The centre's own values and the network's lists."""

from uuid import UUID

from server.contract.basics import Page
from server.contract.code_lists import (
    LocalValue,
    LocalValueChange,
    NetworkValue,
    NetworkValueChange,
    NewLocalValue,
    NewNetworkValue,
    TypeColour,
)
from tui.client.calls import Calls


class ListCalls(Calls):
    """Lists that are set up."""

    async def local_values(self) -> Page[LocalValue]:
        """The centre's own values, the retired ones too."""
        return await self.line.send("GET", await self._at("/code-lists/local"), Page[LocalValue])

    async def add_local_value(self, list_name: str, new: NewLocalValue) -> LocalValue:
        """Add a value of the centre's own."""
        return await self.line.send("POST", await self._at(f"/code-lists/local/{list_name}"), LocalValue, body=new)

    async def change_local_value(self, value_id: UUID, change: LocalValueChange, *, version: int) -> LocalValue:
        """Change it, or retire it."""
        path = await self._at(f"/code-lists/local/{value_id}")
        return await self.line.send("PATCH", path, LocalValue, body=change, version=version)

    async def type_colours(self) -> list[TypeColour]:
        """The colours of client types."""
        return await self.line.send("GET", await self._at("/code-lists/colours"), list[TypeColour])

    async def colour_type(self, colour: TypeColour) -> None:
        """Give a client type a colour."""
        await self.line.send("PUT", await self._at("/code-lists/colours"), bytes, body=colour)

    async def network_values(self) -> list[NetworkValue]:
        """The network's values, all that ever were."""
        return (await self.line.send("GET", "/api/v1/network/code-lists", Page[NetworkValue])).items

    async def add_network_value(self, new: NewNetworkValue) -> None:
        """Add a value to a list of the network's."""
        await self.line.send("POST", "/api/v1/network/code-lists", bytes, body=new)

    async def change_network_value(self, change: NetworkValueChange) -> None:
        """Rename, retire or split a value from a day on."""
        await self.line.send("POST", "/api/v1/network/code-lists/changes", bytes, body=change)
