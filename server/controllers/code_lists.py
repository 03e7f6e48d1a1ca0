"""The network's code lists and the centre's own values, for whoever fills a form; their setting up."""

from itertools import groupby
from uuid import UUID

from litestar import Controller, Response, get, patch, post, put
from litestar.params import FromPath, JSONBody

from infra.database import system_transaction, tenant_transaction
from server.answers import tagged
from server.contract.basics import Page
from server.contract.code_lists import (
    CodeList,
    CodeListValue,
    LocalValue,
    LocalValueChange,
    NetworkValue,
    NetworkValueChange,
    NewLocalValue,
    NewNetworkValue,
    Renaming,
    TypeColour,
)
from server.dependencies import AtDesk, AtNetwork, IfMatch
from tenants.code_lists import changing, local, queries
from tenants.code_lists.closed import closed_values
from tenants.code_lists.rules import CATEGORY, Value


class CodeListController(Controller):
    """The lists of values that the network prints and counts by."""

    path = "/api/v1/centres/{centre_slug:str}/code-lists"
    tags = ("code lists",)

    @get("/", opt={"right": "desk.view"})
    async def code_lists(self, desk: AtDesk) -> list[CodeList]:
        """Show every list, with French labels as the network prints them; cascades with their categories, ours last.

        A list of the centre's own values is called `local_` and its name.
        """
        async with tenant_transaction(desk.centre_id, read_only=True):
            values = [*await queries.values(), *closed_values()]
            own = await local.local_values(desk.centre_id, offered_on=desk.today)
        lists = [_code_list(name, list(group)) for name, group in groupby(values, key=lambda value: value.list)]
        return lists + [
            CodeList(
                name=f"local_{name}",
                values=[
                    CodeListValue(code=value.code, label=value.label, network_code=value.network_code)
                    for value in group
                ],
            )
            for name, group in groupby(own, key=lambda value: value.list)
        ]

    @get("/local", opt={"right": "desk.view"})
    async def local_values(self, desk: AtDesk) -> Page[LocalValue]:
        """Show the centre's own values, the retired ones too."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            found = await local.local_values(desk.centre_id)
        return Page(items=[_local(value) for value in found])

    @post("/local/{list_name:str}", opt={"right": "code_list.edit"})
    async def add(self, desk: AtDesk, list_name: FromPath[str], data: JSONBody[NewLocalValue]) -> Response[LocalValue]:
        """Add a value of the centre's own: segmentation, origin, follow_up_action, marketing_code."""
        made = await local.add_local_value(
            desk.centre_id, list_name, data.label, network_code=data.network_code, actor=desk.actor
        )
        return tagged(_local(made), made.version, status=201)

    @patch("/local/{value_id:uuid}", opt={"right": "code_list.edit"})
    async def change(
        self, desk: AtDesk, value_id: FromPath[UUID], data: JSONBody[LocalValueChange], if_match: IfMatch
    ) -> Response[LocalValue]:
        """Call a value otherwise, count it under another of the network's, retire it from a day."""
        changed = await local.change_local_value(
            desk.centre_id,
            value_id,
            label=data.label,
            network_code=data.network_code,
            retired_on=data.retired_on,
            version=if_match,
            actor=desk.actor,
        )
        return tagged(_local(changed), changed.version)

    @get("/colours", opt={"right": "desk.view"})
    async def colours(self, desk: AtDesk) -> list[TypeColour]:
        """Show the colours of the client types that have one."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            found = await local.colours_of_types(desk.centre_id)
        return [TypeColour(client_type=client_type, colour=colour) for client_type, colour in sorted(found.items())]

    @put("/colours", opt={"right": "code_list.edit"})
    async def colour(self, desk: AtDesk, data: JSONBody[TypeColour]) -> TypeColour:
        """Give a client type a colour in this centre; a card's own goes before it."""
        await local.colour_type(desk.centre_id, data.client_type, data.colour, actor=desk.actor)
        return TypeColour(client_type=data.client_type, colour=data.colour.strip().lower())


class NetworkCodeListController(Controller):
    """The network's lists, to the network: what becomes of a value from a day on."""

    path = "/api/v1/network/code-lists"
    tags = ("network",)

    @get("/", opt={"right": "network.view"})
    async def values(self, network: AtNetwork) -> Page[NetworkValue]:
        """Show every value that ever was, with its days and names."""
        async with system_transaction(read_only=True):
            return Page(items=[_network_value(dated) for dated in await queries.dated_values()])

    @post("/", opt={"right": "code_list.edit"})
    async def add_value(self, network: AtNetwork, data: JSONBody[NewNetworkValue]) -> Page[NetworkValue]:
        """Add a value, offered from a day; the answer is its list."""
        new = changing.NewValue(label=data.label, detail=data.detail)
        await changing.add_value(data.list_name, data.category, new, from_day=data.from_day, actor=network.actor)
        return await _list_of(data.list_name)

    @post("/changes", opt={"right": "code_list.edit"})
    async def change_value(self, network: AtNetwork, data: JSONBody[NetworkValueChange]) -> Page[NetworkValue]:
        """Rename, retire or split a value from a day on; what holds it keeps it. The answer is its list."""
        key = changing.ValueKey(list=data.list_name, category=data.category, code=data.code)
        if data.gesture == "rename":
            await changing.rename_value(key, data.label, from_day=data.from_day, actor=network.actor)
        elif data.gesture == "split":
            into = [changing.NewValue(label=label) for label in data.into]
            await changing.split_value(key, into, from_day=data.from_day, actor=network.actor)
        else:
            await changing.retire_value(key, from_day=data.from_day, actor=network.actor)
        return await _list_of(data.list_name)


async def _list_of(name: str) -> Page[NetworkValue]:
    async with system_transaction(read_only=True):
        return Page(items=[_network_value(dated) for dated in await queries.dated_values(name)])


def _network_value(dated: queries.DatedValue) -> NetworkValue:
    value = dated.value
    return NetworkValue(
        list_name=value.list,
        category=value.category,
        code=value.code,
        label=value.label,
        detail=value.detail,
        offered=dated.offered,
        first_day=dated.first_day,
        last_day=dated.last_day,
        split_from=dated.split_from,
        renamings=[Renaming(from_day=each.from_day, label=each.label) for each in dated.renamings],
    )


def _local(value: local.LocalValue) -> LocalValue:
    return LocalValue(
        id=value.id,
        list_name=value.list,
        code=value.code,
        label=value.label,
        network_code=value.network_code,
        retired_on=value.retired_on,
        version=value.version,
    )


def _code_list(name: str, values: list[Value]) -> CodeList:
    return CodeList(
        name=name,
        values=[_value(value) for value in values if value.category != CATEGORY],
        categories=[_value(value) for value in values if value.category == CATEGORY],
    )


def _value(value: Value) -> CodeListValue:
    category = "" if value.category == CATEGORY else value.category
    return CodeListValue(code=value.code, label=value.label, category=category, detail=value.detail)
