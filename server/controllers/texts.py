"""Text messages: how a centre sends them, and what became of the last ones."""

from typing import Final
from zoneinfo import ZoneInfo

import msgspec
from litestar import Controller, Response, get, put
from litestar.params import JSONBody

from infra.clock import now
from infra.database import tenant_transaction
from infra.errors import FieldError
from infra.settings import settings
from server.answers import tagged
from server.contract.basics import Money, Page
from server.contract.texts import TextMessage, TextSettings, TextSettingsChange
from server.dependencies import AtDesk, Desk, IfMatch
from server.views.clients import masked_phone
from tenants.text_messages import queries, rules
from tenants.text_messages.operations import change_settings

CURRENCY: Final = "EUR"
"""Texts are charged in euros."""


class TextController(Controller):
    """The gateway's settings and the list of texts."""

    path = "/api/v1/centres/{centre_slug:str}"
    tags = ("texts",)

    @get("/texts", opt={"right": "client.view"})
    async def texts(self, desk: AtDesk) -> Page[TextMessage]:
        """List the last texts, newest first, two hundred at most."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            found = await queries.texts(desk.centre_id)
        return Page(items=[_line(each) for each in found])

    @get("/text-settings", opt={"right": "desk.view"})
    async def settings(self, desk: AtDesk) -> Response[TextSettings]:
        """Show how the centre sends, and what it spent this month."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            found = await queries.settings_of(desk.centre_id)
        return await _answer(desk, found)

    @put("/text-settings", opt={"right": "centre.edit"})
    async def change(
        self, desk: AtDesk, data: JSONBody[TextSettingsChange], if_match: IfMatch
    ) -> Response[TextSettings]:
        """Say how the centre sends; the gateway's key and the token of its reports are kept sealed."""
        if data.monthly_cap.currency != CURRENCY:
            raise rules.TextSettingsInvalid(errors=(FieldError("/monthly_cap/currency", "invalid", CURRENCY),))
        wanted = rules.TextSettings(
            sender=data.sender.strip(),
            part_price_ten_thousandths=data.part_price_ten_thousandths,
            monthly_cap_minor=data.monthly_cap.minor,
        )
        changed = await change_settings(
            desk.centre_id,
            wanted,
            key=data.key,
            report_token=data.report_token,
            version=if_match,
            actor=desk.actor,
        )
        return await _answer(desk, changed)


def _line(found: rules.TextLine) -> TextMessage:
    shown = msgspec.convert(found, TextMessage, from_attributes=True)
    return msgspec.structs.replace(shown, recipient=masked_phone(shown.recipient))


async def _answer(desk: Desk, found: rules.TextSettings) -> Response[TextSettings]:
    month = queries.first_of_month(now().astimezone(ZoneInfo(desk.time_zone)))
    async with tenant_transaction(desk.centre_id, read_only=True):
        spent = await queries.spent_ten_thousandths(desk.centre_id, month)
    view = TextSettings(
        sender=found.sender,
        part_price_ten_thousandths=found.part_price_ten_thousandths,
        monthly_cap=Money(minor=found.monthly_cap_minor),
        spent=Money(minor=-(-spent // 100)),
        has_key=found.has_key,
        has_report_token=found.has_report_token,
        version=found.version,
        report_url=f"{settings().public_url.rstrip('/')}/webhooks/texts/{desk.slug}",
    )
    return tagged(view, found.version)
