"""The live stream of a centre."""

from collections.abc import AsyncIterator
from typing import Annotated

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.exceptions import NotAuthorizedException
from litestar.params import HeaderParameter
from litestar.response import Stream

from infra.errors import DomainError
from server.dependencies import AtDesk, HttpRequest, provide_desk
from server.live.hub import Hub
from server.live.stream import facts


class LiveController(Controller):
    """What others change, as it changes."""

    path = "/api/v1/centres/{centre_slug:str}"
    tags = ("centre",)

    @get("/events", opt={"right": "desk.view"}, media_type="text/event-stream")
    async def events(
        self,
        request: HttpRequest,
        desk: AtDesk,
        hub: NamedDependency[Hub],
        last_event_id: Annotated[int | None, HeaderParameter(name="Last-Event-ID", ge=0, le=2**63 - 1)] = None,
    ) -> Stream:
        """Follow the centre's facts as server-sent events; `id` is a sequence, the data says what changed."""

        async def still_allowed() -> bool:
            try:
                await provide_desk(request, desk.slug)
            except (DomainError, NotAuthorizedException):
                return False
            return True

        stream: AsyncIterator[bytes] = facts(
            hub, desk.centre_id, last_event_id=last_event_id, still_allowed=still_allowed
        )
        return Stream(
            stream,
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )
