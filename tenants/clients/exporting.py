"""A centre's cards as rows of a table, for files that go out."""

from collections.abc import AsyncGenerator
from uuid import UUID

from infra.actor import Actor
from infra.audit import audit
from infra.database import fetch, tenant_transaction
from tenants.clients.filtering import EVERYBODY, ClientFilter, Narrowing, condition
from tenants.clients.profiles import NETWORKS

COLUMNS = (
    "reference",
    "kind",
    "status",
    "title",
    "first_name",
    "last_name",
    "organisation",
    "contact_name",
    "client_type",
    "email",
    "email_quality",
    "email_consent",
    "sms_consent",
    "phone",
    "mobile",
    "street",
    "postal_code",
    "town",
    "country",
    "birth_date",
    "language",
    "first_contact",
    "discovery_channel",
    "discovery_detail",
    "segmentation",
    "origin",
    "marketing_codes",
    "languages",
    *NETWORKS,
    "further_information",
    "habits",
    "special_requests",
    "notes",
)
"""The columns, in order; codes are the network lists', days ISO; a network's is that of the handles on it."""

_PHONE = """coalesce((SELECT coalesce(nullif(p.e164, ''), p.number) FROM client_phones p WHERE p.centre_id = c.centre_id
    AND p.client_id = c.id AND p.mobile = {mobile} ORDER BY p.position LIMIT 1), '')"""
_CODES = """ARRAY (SELECT m.code FROM client_marketing_codes m WHERE m.centre_id = c.centre_id AND m.client_id = c.id
    ORDER BY m.code)"""
_PROFILES = """ARRAY (SELECT p.handle FROM client_profiles p WHERE p.centre_id = c.centre_id AND p.client_id = c.id
    AND p.network = '{network}' ORDER BY p.position)"""
_PAGE = 2000


async def exported_clients(
    centre_id: UUID, *, of: ClientFilter = EVERYBODY, among: Narrowing | None = None, actor: Actor
) -> AsyncGenerator[tuple[str, ...], None]:
    """Yield every card, in French order, as texts in the order of `COLUMNS`; the export is logged.

    Args:
        centre_id: whose.
        of: only the cards like these.
        among: only those that this narrows the query to.
        actor: holds `client.export`.

    Raises:
        RightMissing: the actor lacks `client.export`.
    """
    actor.require("client.export")
    plain = [name for name in COLUMNS if name not in ("phone", "mobile", "marketing_codes", *NETWORKS)]
    profiles = ", ".join(f'{_PROFILES.format(network=network)} AS "{network}"' for network in NETWORKS)
    arguments: list[object] = [centre_id, "", UUID(int=0)]
    sql = f"""SELECT c.id, c.sort_key, {", ".join(f"c.{name}" for name in plain)},
            {_PHONE.format(mobile="false")} AS phone, {_PHONE.format(mobile="true")} AS mobile, {_CODES} AS marketing_codes, {profiles}
        FROM clients c WHERE c.centre_id = $1 AND (c.sort_key, c.id) > ($2, $3) AND {condition(of, arguments)}
            AND {among(arguments) if among else "true"}
        ORDER BY c.sort_key, c.id LIMIT {_PAGE}"""
    async with tenant_transaction(centre_id):
        count = 0
        while rows := await fetch(sql, *arguments):
            for row in rows:
                yield tuple(_text(row[name]) for name in COLUMNS)
            arguments[1:3] = rows[-1]["sort_key"], rows[-1]["id"]
            count += len(rows)
        await audit("centre", centre_id, "export_clients", actor=actor, after={"cards": count})


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
