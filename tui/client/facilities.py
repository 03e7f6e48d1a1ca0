"""What the house is made of: who works in it, its rooms, what it sells, its tablets."""

from uuid import UUID

from server.contract.accounts import KeyView, NewKey, NewUser, RoleView, User, UserChange
from server.contract.basics import Page
from server.contract.day_sheet import ServiceMeals, ServiceMealsSet
from server.contract.dossiers import NewService, Service, ServiceChange
from server.contract.satisfaction import ReviewsPulled, SatisfactionChange, SatisfactionSettings
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

    async def service_meals(self) -> Page[ServiceMeals]:
        """Which meals each service includes."""
        return await self.line.send("GET", await self._at("/service-meals"), Page[ServiceMeals])

    async def set_service_meals(self, service_id: UUID, sittings: list[str] | None) -> None:
        """Say which meals a service includes; None leaves it to its name."""
        path = await self._at(f"/services/{service_id}/meals")
        await self.line.send("PUT", path, bytes, body=ServiceMealsSet(sittings=sittings))

    async def satisfaction(self) -> SatisfactionSettings:
        """How the centre asks what its clients thought."""
        return await self.line.send("GET", await self._at("/satisfaction"), SatisfactionSettings)

    async def set_satisfaction(self, change: SatisfactionChange, *, version: int) -> None:
        """Say how it asks."""
        await self.line.send("PUT", await self._at("/satisfaction"), bytes, body=change, version=version)

    async def pull_reviews(self) -> ReviewsPulled:
        """Ask the provider of reviews now."""
        return await self.line.send("POST", await self._at("/satisfaction/reviews"), ReviewsPulled)

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
