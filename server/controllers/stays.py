"""Stays before their people come: the fiche, the beds, option, confirmation, cancellation."""

from datetime import date
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, patch, post, put
from litestar.params import FromPath, FromQuery, JSONBody

from billing.client_terms.filling import take_stay
from billing.dossiers.dates import require_no_quote_under_way
from infra.database import tenant_transaction
from server.answers import page_limit, page_of, read_cursor, tagged
from server.contract.basics import Page
from server.contract.groups import GroupParts, RoomsFor, RoomsOffered
from server.contract.stays import ArrivalLine, Confirmation, NewStay, OptionUntil, RoomsHeld, Stay, StayChange
from server.dependencies import AtDesk, Desk, IfMatch
from server.filters import OfClients
from server.views.stays import arrival_lines, cursor_day, new_fields, stay_view, typed_fields, within
from tenants.rooming.assigning import Parts, propose_for_group
from tenants.stays import operations, queries

TOP_LEVEL = frozenset({"/option_until", "/bed_ids", "/status"})


class StayController(Controller):
    """The fiche séjour and its gestures."""

    path = "/api/v1/centres/{centre_slug:str}/stays"
    tags = ("stays",)

    @get("/", opt={"right": "stay.view"})
    async def stays(
        self,
        desk: AtDesk,
        *,
        of_clients: OfClients,
        status: FromQuery[str | None] = None,
        first_day: FromQuery[date | None] = None,
        last_day: FromQuery[date | None] = None,
        cursor: FromQuery[str | None] = None,
        limit: FromQuery[int | None] = None,
    ) -> Page[ArrivalLine]:
        """List stays by arrival: those that touch the days given; with status « waiting » the waiting list, first come first."""
        if status == "waiting":
            async with tenant_transaction(desk.centre_id, read_only=True):
                return Page(
                    items=await arrival_lines(
                        desk.centre_id, await queries.waiting_lines(desk.centre_id, of=of_clients)
                    )
                )
        size, after = page_limit(limit), read_cursor(cursor)
        day = cursor_day(after[0]) if after else None
        async with tenant_transaction(desk.centre_id, read_only=True):
            lines = await queries.stays(
                desk.centre_id,
                status=status,
                first_day=first_day,
                last_day=last_day,
                of=of_clients,
                after=(day, after[1]) if after and day else None,
                limit=size + 1,
            )
            shown = await arrival_lines(desk.centre_id, lines)
        last = lines[size - 1] if len(lines) > size else None
        return page_of(shown, limit=size, cursor=(last.arrival.isoformat(), last.id) if last else None)

    @post("/", opt={"right": "stay.edit"})
    async def create(self, desk: AtDesk, data: JSONBody[NewStay]) -> Response[Stay]:
        """Write a stay down, with its beds where some are named: all of it or nothing."""
        with within("/fields", but=TOP_LEVEL):
            take = take_stay if data.defaults == "fill" else operations.create_stay
            made = await take(desk.centre_id, new_fields(data), actor=desk.actor)
        return await _answer(desk, made.id, status=201)

    @get("/{stay_id:uuid}", opt={"right": "stay.view"})
    async def stay(self, desk: AtDesk, stay_id: FromPath[UUID]) -> Response[Stay]:
        """Show a stay, whole."""
        return await _answer(desk, stay_id)

    @patch("/{stay_id:uuid}", opt={"right": "stay.edit"})
    async def change(
        self, desk: AtDesk, stay_id: FromPath[UUID], data: JSONBody[StayChange], if_match: IfMatch
    ) -> Response[Stay]:
        """Save the fiche whole; other dates carry the beds with them."""
        fields = typed_fields(data.fields)
        async with tenant_transaction(desk.centre_id):
            known = await queries.fields_of(desk.centre_id, stay_id)
            if (known.arrival, known.departure) != (fields.arrival, fields.departure):
                await require_no_quote_under_way(desk.centre_id, stay_id)
            with within("/fields"):
                await operations.change_stay(desk.centre_id, stay_id, fields, version=if_match, actor=desk.actor)
        return await _answer(desk, stay_id)

    @put("/{stay_id:uuid}/beds", opt={"right": "stay.edit"})
    async def hold(
        self, desk: AtDesk, stay_id: FromPath[UUID], data: JSONBody[RoomsHeld], if_match: IfMatch
    ) -> Response[Stay]:
        """Give the stay these beds and no others."""
        await operations.hold_beds(desk.centre_id, stay_id, data.bed_ids, version=if_match, actor=desk.actor)
        return await _answer(desk, stay_id)

    @post("/{stay_id:uuid}/beds/proposal", opt={"right": "stay.edit"}, status_code=200)
    async def propose(
        self, desk: AtDesk, stay_id: FromPath[UUID], data: JSONBody[GroupParts | None] = None
    ) -> RoomsOffered:
        """Propose free beds for the stay's people, whole rooms first, girls, boys and staff apart; nothing is held."""
        parts = None if data is None or data == GroupParts() else Parts(**msgspec.structs.asdict(data))
        found = await propose_for_group(desk.centre_id, stay_id, parts)
        return RoomsOffered(
            bed_ids=[bed for one in found for bed in one.bed_ids],
            parts=[RoomsFor(who=one.who, people=one.people, bed_ids=one.bed_ids) for one in found],
        )

    @post("/{stay_id:uuid}/option", opt={"right": "stay.edit"}, status_code=200)
    async def option(self, desk: AtDesk, stay_id: FromPath[UUID], data: JSONBody[OptionUntil]) -> Response[Stay]:
        """Hold the stay as an option until the end of a day."""
        await operations.set_option(desk.centre_id, stay_id, data.until, actor=desk.actor)
        return await _answer(desk, stay_id)

    @post("/{stay_id:uuid}/confirmation", opt={"right": "stay.edit"}, status_code=200)
    async def confirm(self, desk: AtDesk, stay_id: FromPath[UUID], data: JSONBody[Confirmation]) -> Response[Stay]:
        """Sell the stay."""
        await operations.confirm_stay(
            desk.centre_id, stay_id, reason=data.reason, overbook=data.overbook, actor=desk.actor
        )
        return await _answer(desk, stay_id)


async def _answer(desk: Desk, stay_id: UUID, *, status: int = 200) -> Response[Stay]:
    async with tenant_transaction(desk.centre_id, read_only=True):
        stay = await stay_view(desk.centre_id, stay_id)
    return tagged(stay, stay.version, status=status)
