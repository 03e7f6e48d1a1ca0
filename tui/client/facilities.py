"""What the house is made of: who works in it, its rooms, what it sells, its tablets."""

from uuid import UUID

from server.contract.accounts import KeyView, NewKey, NewUser, RoleView, User, UserChange
from server.contract.basics import Page
from server.contract.dossiers import NewService, Service, ServiceChange
from server.contract.stays import NewRoom, Room
from server.contract.tablets import NewTablet, Tablet, TabletPaired
from tui.client.calls import Calls


class FacilityCalls(Calls):
    """Installations."""

    async def users(self) -> Page[User]:
        """The centre's staff."""
        return await self.line.send("GET", await self._at("/users"), Page[User])

    async def roles(self) -> list[RoleView]:
        """The centre's roles, the supplied ones first."""
        return await self.line.send("GET", await self._at("/roles"), list[RoleView])

    async def add_user(self, new: NewUser) -> User:
        """Give a person a role here."""
        return await self.line.send("POST", await self._at("/users"), User, body=new)

    async def change_user(self, user_id: UUID, change: UserChange, *, version: int) -> User:
        """Change a user; `disabled` ends their sessions."""
        path = await self._at(f"/users/{user_id}")
        return await self.line.send("PATCH", path, User, body=change, version=version)

    async def add_key(self, user_id: UUID, key: NewKey) -> KeyView:
        """Register a public key."""
        return await self.line.send("POST", await self._at(f"/users/{user_id}/keys"), KeyView, body=key)

    async def revoke_key(self, user_id: UUID, key_id: UUID) -> None:
        """Revoke a key, and end the sessions that it opened."""
        await self.line.send("DELETE", await self._at(f"/users/{user_id}/keys/{key_id}"), bytes)

    async def rooms(self) -> Page[Room]:
        """The centre's rooms."""
        return await self.line.send("GET", await self._at("/rooms"), Page[Room])

    async def add_room(self, new: NewRoom) -> Room:
        """Make a room, with its beds."""
        return await self.line.send("POST", await self._at("/rooms"), Room, body=new)

    async def services(self) -> Page[Service]:
        """The catalogue."""
        return await self.line.send("GET", await self._at("/services"), Page[Service])

    async def add_service(self, new: NewService) -> Service:
        """Put a service on the catalogue."""
        return await self.line.send("POST", await self._at("/services"), Service, body=new)

    async def change_service(self, service_id: UUID, change: ServiceChange, *, version: int) -> Service:
        """Change a service; lines already sold keep their price."""
        path = await self._at(f"/services/{service_id}")
        return await self.line.send("PATCH", path, Service, body=change, version=version)

    async def tablets(self) -> Page[Tablet]:
        """The tablets at the desk."""
        return await self.line.send("GET", await self._at("/tablets"), Page[Tablet])

    async def pair_tablet(self, new: NewTablet) -> TabletPaired:
        """Pair a tablet; its address is said this once."""
        return await self.line.send("POST", await self._at("/tablets"), TabletPaired, body=new)

    async def unpair_tablet(self, tablet_id: UUID) -> None:
        """End a tablet's pairing."""
        await self.line.send("DELETE", await self._at(f"/tablets/{tablet_id}"), bytes)
