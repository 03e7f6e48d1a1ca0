"""Where each segment is read: from the entry itself, from its stay, or from the card of the stay's client."""

from collections.abc import Mapping
from typing import Final

import msgspec

from tenants.statistics.rules import Segment


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """How the value of a segment is read, in SQL."""

    entry_column: str = ""
    """The entry's own, where each person has one."""
    code: str = ""
    """An expression over `stay`, `client` and what is joined."""
    joined: str = ""
    list_name: str = ""
    """The code list that names the values; empty for countries and regions."""
    cascade: bool = False
    """Codes are `category/value`, or the category alone."""
    local: bool = False
    """A centre may have values of its own, each counted across the network under one of the network's."""
    several: bool = False
    """A stay may have several at once: it counts under each, and the lines add up to more than the whole."""


def _one_of_card(column: str, *, list_name: str = "", local: bool = False) -> Reading:
    return Reading(code=f"coalesce(client.{column}, '')", list_name=list_name or column, local=local)


READINGS: Final[Mapping[Segment, Reading]] = {
    Segment.CLIENT_TYPE: _one_of_card("client_type"),
    Segment.BOOKING_TYPE: Reading(
        code="concat_ws('/', nullif(stay.booking_category, ''), nullif(stay.booking_type, ''))",
        list_name="booking_type",
        cascade=True,
    ),
    Segment.PURPOSE: Reading(
        code="concat_ws('/', nullif(stay.purpose_category, ''), nullif(stay.purpose, ''))",
        list_name="stay_purpose",
        cascade=True,
    ),
    Segment.AGE_BAND: Reading(entry_column="band", code="summed.value", list_name="age_band"),
    Segment.NATIONALITY: Reading(entry_column="nationality", code="summed.value"),
    Segment.RESIDENCE: Reading(entry_column="residence", code="summed.value"),
    Segment.REGION: Reading(code="stay.region"),
    Segment.SERVICE: Reading(
        code="coalesce(service.code, '')",
        joined="LEFT JOIN LATERAL unnest(stay.services) AS service (code) ON true",
        list_name="service_consumed",
        several=True,
    ),
    Segment.DISCOVERY_CHANNEL: _one_of_card("discovery_channel"),
    Segment.SEGMENTATION: _one_of_card("segmentation", local=True),
    Segment.ORIGIN: _one_of_card("origin", local=True),
    Segment.MARKETING_CODE: Reading(
        code="coalesce(marketing.code, '')",
        joined="""LEFT JOIN client_marketing_codes AS marketing
            ON marketing.centre_id = {centre} AND marketing.client_id = stay.client_id""",
        list_name="marketing_code",
        local=True,
        several=True,
    ),
}
"""Every segment, so that people, nights and turnover are broken down by the same words."""


def from_stays(reading: Reading) -> str:
    """Return the joins from `summed` (centre_id, stay_id, value) to whatever the segment's value is read from."""
    return _joins(reading, centre="summed.centre_id", period="")


def from_stays_of_period(reading: Reading) -> str:
    """Return the same joins for one centre and period: the query's first arguments are the centre, its first and last day.

    A centre that is named has its policies decided once for the query; through `summed` they are for each card and stay
    that was ever there. And no entry counts of a stay that has no night in the period: the ledger takes those back.
    """
    return _joins(reading, centre="$1", period="AND stay.departure > $2 AND stay.arrival <= $3")


def network_code(reading: Reading) -> tuple[str, str]:
    """Return the join and the expression that count a centre's own values under the network's."""
    if not reading.local:
        return "", reading.code
    join = f"""LEFT JOIN local_values AS own ON own.centre_id = summed.centre_id AND own.list = '{reading.list_name}'
        AND own.code = {reading.code}"""
    return join, f"coalesce(own.network_code, {reading.code})"


def _joins(reading: Reading, *, centre: str, period: str) -> str:
    if reading.entry_column:
        return ""
    client = (
        f"""LEFT JOIN clients AS client ON client.centre_id = {centre} AND client.id = stay.client_id"""
        if "client." in reading.code
        else ""
    )
    return f"""JOIN stays AS stay ON stay.centre_id = {centre} AND stay.id = summed.stay_id {period}
        {client} {reading.joined.format(centre=centre)}"""
