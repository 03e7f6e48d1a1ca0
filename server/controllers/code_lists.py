"""The network's code lists, for whoever fills a form."""

from itertools import groupby

from litestar import Controller, get

from infra.database import tenant_transaction
from server.contract.code_lists import CodeList, CodeListValue
from server.dependencies import AtDesk
from tenants.code_lists import queries
from tenants.code_lists.closed import closed_values
from tenants.code_lists.rules import CATEGORY, Value


class CodeListController(Controller):
    """The lists of values that the network prints and counts by."""

    path = "/api/v1/centres/{centre_slug:str}/code-lists"
    tags = ("code lists",)

    @get("/", opt={"right": "desk.view"})
    async def code_lists(self, desk: AtDesk) -> list[CodeList]:
        """Show every list, with French labels as the network prints them; cascades with their categories, ours last."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            values = [*await queries.values(), *closed_values()]
        return [_code_list(name, list(group)) for name, group in groupby(values, key=lambda value: value.list)]


def _code_list(name: str, values: list[Value]) -> CodeList:
    return CodeList(
        name=name,
        values=[_value(value) for value in values if value.category != CATEGORY],
        categories=[_value(value) for value in values if value.category == CATEGORY],
    )


def _value(value: Value) -> CodeListValue:
    category = "" if value.category == CATEGORY else value.category
    return CodeListValue(code=value.code, label=value.label, category=category, detail=value.detail)
