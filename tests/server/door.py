"""A user of a centre and its API, for tests that go through the door."""

import httpx

from tenants.centres.rules import CentreRef
from tests.factories.accounts import TestUser, a_user
from tests.factories.centres import a_centre


class Door:
    """One user at one centre's API."""

    def __init__(self, api: httpx.AsyncClient, centre: CentreRef, user: TestUser) -> None:
        self.api, self.centre, self.user = api, centre, user

    async def ask(
        self, method: str, path: str, body: object = None, *, status: int = 200, version: int | None = None
    ) -> httpx.Response:
        """Ask, expecting a status."""
        headers = {**self.user.headers} | ({"If-Match": f'"{version}"'} if version is not None else {})
        answer = await self.api.request(method, f"/api/v1/centres/{self.centre.slug}{path}", json=body, headers=headers)
        assert answer.status_code == status, answer.text
        return answer


async def a_door(api: httpx.AsyncClient, role: str = "direction", centre: CentreRef | None = None) -> Door:
    """Open the door of a centre, a new one unless said, to a new user of that role."""
    place = centre or await a_centre()
    return Door(api, place, await a_user(place, role))
