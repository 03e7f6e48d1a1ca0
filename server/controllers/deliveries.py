"""Facts and webhooks that go on failing."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath, FromQuery, QueryParameter

from infra.database import network_transaction
from infra.errors import FieldError
from infra.outbox.failures import FAILED_ATTEMPTS, FailedDelivery, failing, retry_delivery
from server.answers import CursorInvalid, page_limit, page_of, read_cursor
from server.contract.basics import Page
from server.contract.deliveries import Delivery
from server.dependencies import AtNetwork
from tenants.centres.queries import list_centres


class DeliveryController(Controller):
    """What the workers cannot do, to who can do something about it: no client, no price."""

    path = "/api/v1/network/deliveries"
    tags = ("network",)

    @get("/", opt={"right": "network.view"})
    async def deliveries(
        self,
        network: AtNetwork,
        *,
        delivery_state: Annotated[Literal["failed", "retrying"], QueryParameter(name="state")] = "failed",
        cursor: FromQuery[str | None] = None,
        limit: FromQuery[int | None] = None,
    ) -> Page[Delivery]:
        """List what failed, newest first; `retrying` shows too what failed less often so far."""
        size, before = page_limit(limit), read_cursor(cursor)
        attempts = FAILED_ATTEMPTS if delivery_state == "failed" else 1
        found = await failing(attempts=attempts, before=_start(before), limit=size + 1)
        async with network_transaction():
            slugs = {centre.id: centre.slug for centre in await list_centres()}
        last = found[size - 1] if len(found) > size else None
        return page_of(
            [_shown(one, slugs) for one in found],
            limit=size,
            cursor=(f"{last.recorded_at.isoformat()} {last.consumer}", last.id) if last else None,
        )

    @post("/{event_id:uuid}/{consumer:str}/retry", opt={"right": "centre.provision"}, status_code=202)
    async def retry(self, network: AtNetwork, event_id: FromPath[UUID], consumer: FromPath[str]) -> None:
        """Have it tried now; who asked is in the network's trail."""
        await retry_delivery(event_id, consumer, actor=network.actor)


def _start(cursor: tuple[str, UUID] | None) -> tuple[datetime, str] | None:
    if cursor is None:
        return None
    instant, _, consumer = cursor[0].partition(" ")
    try:
        return datetime.fromisoformat(instant), f"{cursor[1]} {consumer}"
    except ValueError as error:
        raise CursorInvalid(errors=(FieldError("?cursor", "cursor_invalid", "not a cursor"),)) from error


def _shown(one: FailedDelivery, slugs: dict[UUID, str]) -> Delivery:
    return Delivery(
        id=one.id,
        consumer=one.consumer,
        kind=one.kind,
        centre=None if one.centre_id is None else slugs.get(one.centre_id),
        attempts=one.attempts,
        error=one.error,
        recorded_at=one.recorded_at,
        next_at=one.next_at,
        request_id=one.request_id,
    )
