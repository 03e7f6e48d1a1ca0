"""The centre's own particulars."""

import msgspec
from litestar import Controller, Response, get, patch
from litestar.params import JSONBody

from infra.database import tenant_transaction
from server.answers import tagged
from server.contract.accounts import CentreSettings, CentreSettingsView
from server.dependencies import AtDesk, IfMatch
from tenants.centres.operations import change_centre
from tenants.centres.queries import centre
from tenants.centres.rules import Centre, CentreFields


class SettingsController(Controller):
    """What a centre says of itself, and the terms it sells on."""

    path = "/api/v1/centres/{centre_slug:str}/settings"
    tags = ("centre",)

    @get("/", opt={"right": "centre.edit"})
    async def settings(self, desk: AtDesk) -> Response[CentreSettingsView]:
        """Show the centre's settings."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            return _answer(await centre(desk.centre_id))

    @patch("/", opt={"right": "centre.edit"})
    async def change(
        self, desk: AtDesk, data: JSONBody[CentreSettings], if_match: IfMatch
    ) -> Response[CentreSettingsView]:
        """Save the centre's settings, whole."""
        async with tenant_transaction(desk.centre_id):
            plan = (await centre(desk.centre_id)).plan
            fields = CentreFields(plan=plan, **msgspec.structs.asdict(data))
            changed = await change_centre(desk.centre_id, fields, version=if_match, actor=desk.actor)
        return _answer(changed)


def _answer(found: Centre) -> Response[CentreSettingsView]:
    fields = CentreSettings(**{name: getattr(found, name) for name in CentreSettings.__struct_fields__})
    view = CentreSettingsView(
        id=found.id, version=found.version, slug=found.slug, state=found.state, plan=found.plan, fields=fields
    )
    return tagged(view, view.version)
