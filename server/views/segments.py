"""Segments as the API tells them; the criteria over money stand beside the others from here on."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

import billing.segments.of_money  # noqa: F401 - importing it registers its criteria
from server.answers import page_of
from server.contract.basics import Page
from server.contract.segments import (
    SegmentCard,
    SegmentClient,
    SegmentCriterion,
    SegmentExpression,
    SegmentFields,
    SegmentLine,
    SegmentSnapshot,
)
from tenants.segments import operations
from tenants.segments.criteria import registry
from tenants.segments.expressions import Expression
from tenants.segments.queries import Found, Segment, asking, count_of, segment, snapshots_of


def criteria_view(language: str) -> list[SegmentCriterion]:
    """Return every criterion in a reader's words: French, or English for everybody else."""
    return [
        SegmentCriterion(
            code=each.code,
            label=each.french if language == "fr" else each.english,
            kind=each.kind,
            group=each.group,
            unit=each.unit,
            list_name=each.list_name,
            choices=list(each.choices),
        )
        for each in registry().values()
    ]


def asked(expression: SegmentExpression) -> Expression:
    """Return what was asked in the domain's words: the same, its ends and joints included."""
    return msgspec.convert(msgspec.to_builtins(expression), type=Expression)  # type: ignore[no-any-return]


def typed_segment(data: SegmentFields) -> operations.SegmentFields:
    """Return what was typed in the domain's words."""
    return operations.SegmentFields(name=data.name, shared=data.shared, expression=asked(data.expression))


def segment_line(one: Segment, account_id: UUID) -> SegmentLine:
    """Return a segment as a line of the list."""
    return SegmentLine(
        id=one.id,
        name=one.name,
        shared=one.shared,
        own=one.account_id == account_id,
        by=one.by_name,
        changed_at=one.changed_at.isoformat(),
        version=one.version,
    )


async def segment_card(centre_id: UUID, segment_id: UUID, account_id: UUID) -> SegmentCard:
    """Return a segment whole, counted; inside the caller's transaction.

    Raises:
        SegmentUnknown: there is none that is shared or the account's own.
    """
    one = await segment(centre_id, segment_id, account_id)
    shots = await snapshots_of(centre_id, segment_id)
    return SegmentCard(
        id=one.id,
        name=one.name,
        shared=one.shared,
        own=one.account_id == account_id,
        by=one.by_name,
        expression=msgspec.convert(msgspec.to_builtins(one.expression), type=SegmentExpression),
        clients=await count_of(centre_id, await asking(centre_id, one.expression)),
        snapshots=[
            SegmentSnapshot(
                id=shot.id,
                taken_at=shot.taken_at.isoformat(),
                taken_by=shot.taken_by,
                clients=shot.clients,
                clients_left=shot.clients_left,
            )
            for shot in shots
        ],
        version=one.version,
    )


def found_page(found: Sequence[Found], limit: int) -> Page[SegmentClient]:
    """Return the page of `limit + 1` clients found at most."""
    clients = [SegmentClient(id=one.id, name=one.name, reference=one.reference, town=one.town) for one in found]
    last = found[limit - 1] if len(found) > limit else None
    return page_of(clients, limit=limit, cursor=(last.sort_key, last.id) if last else None)
