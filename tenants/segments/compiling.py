"""An expression as one SQL condition, its values as parameters only; and the same read on a plain record."""

from datetime import date

import msgspec

from tenants.segments.criteria import Criterion, Kind, Source, registry
from tenants.segments.expressions import Asked, Either, Every, Expression, Never
from tenants.segments.records import Day, Record


class _Query(msgspec.Struct):
    arguments: list[object]
    places: dict[str, str]
    needed: dict[Source, list[Criterion]]

    def place(self, value: object) -> str:
        self.arguments.append(value)
        return f"${len(self.arguments)}"


def condition(expression: Expression, arguments: list[object], *, day: Day, card: str = "c") -> str:
    """Return the SQL that a card answers, and add its values to the query's `arguments`; erased cards answer nothing.

    Args:
        expression: checked already.
        arguments: of the query so far; the first is the centre.
        day: when it is asked.
        card: what the query calls the row of `clients`.
    """
    # As an array it is found once, however the query around it walks.
    return f"{card}.id = ANY (ARRAY ({_found(expression, arguments, day)}))"


def belonging(expression: Expression, arguments: list[object], *, day: Day, card: str = "c") -> str:
    """Return the same as `condition` for a list that walks an order of its own: each row is looked up, none is searched for.

    Args:
        expression: as for `condition`.
        arguments: as for `condition`.
        day: as for `condition`.
        card: as for `condition`.
    """
    # IS TRUE keeps it from becoming a join: the set is hashed once, and asked row by row.
    return f"({card}.id IN ({_found(expression, arguments, day)})) IS TRUE"


def _found(expression: Expression, arguments: list[object], day: Day) -> str:
    query = _Query(arguments, {"centre": "$1::uuid"}, {})
    query.places["today"] = f"{query.place(day.today)}::date"
    query.places["zone"] = f"{query.place(day.time_zone)}::text"
    asked = _sql(expression, query)
    joined = " ".join(_join(source, criteria, query) for source, criteria in query.needed.items())
    # Every parameter is named, or it had no type.
    return f"""SELECT c.id FROM clients AS c {joined} WHERE c.centre_id = $1 AND NOT c.anonymised
        AND {query.places["today"]} IS NOT NULL AND {query.places["zone"]} IS NOT NULL AND {asked}"""


def _join(source: Source, criteria: list[Criterion], query: _Query) -> str:
    columns = ", ".join(f"{_filled(each, query)} AS {each.code}" for each in criteria)
    # By each card's own rows, not grouped for all: as many small reads as there are cards, whatever the planner believes.
    return f"""LEFT JOIN LATERAL (SELECT {columns} FROM {source.rows}
        WHERE {source.centre} = $1 AND {source.client} = c.id) AS {source.name} ON true"""


def _filled(criterion: Criterion, query: _Query) -> str:
    return criterion.sql.format_map(query.places)


def _sql(expression: Expression, query: _Query) -> str:
    match expression:
        case Every(of=parts):
            return "(" + " AND ".join(_sql(part, query) for part in parts) + ")"
        case Either(of=parts):
            return "(" + " OR ".join(_sql(part, query) for part in parts) + ")"
        case Never(of=part):
            return f"(NOT {_sql(part, query)})"
        case Asked():
            criterion = registry()[expression.criterion]
            return f"coalesce({_test(expression, criterion, _value(criterion, query), query)}, false)"


def _value(criterion: Criterion, query: _Query) -> str:
    if criterion.source is None:
        return f"({_filled(criterion, query)})"
    needed = query.needed.setdefault(criterion.source, [])
    if criterion not in needed:
        needed.append(criterion)
    column = f"{criterion.source.name}.{criterion.code}"
    return f"coalesce({column}, 0)" if criterion.zero else column


def _test(asked: Asked, criterion: Criterion, value: str, query: _Query) -> str:
    if criterion.kind is Kind.NUMBER:
        return _between(value, asked.at_least, asked.at_most, "bigint", query)
    if criterion.kind is Kind.DAYS:
        between = _between("held.day", asked.first_day, asked.last_day, "date", query)
        return f"EXISTS (SELECT FROM unnest({value}) AS held (day) WHERE {between})"
    if criterion.kind is Kind.CODES:
        return f"{value} && {query.place(list(asked.codes))}::text[]"
    if criterion.kind is Kind.YES_NO:
        return f"{value} = {query.place(asked.yes)}::boolean"
    return "(" + " AND ".join(_begins(value, word, query) for word in criterion.split(asked.text)) + ")"


def _begins(value: str, word: str, query: _Query) -> str:
    return (
        f"EXISTS (SELECT FROM unnest({value}) AS held (word) WHERE starts_with(held.word, {query.place(word)}::text))"
    )


def _between(value: str, low: int | date | None, high: int | date | None, kind: str, query: _Query) -> str:
    limits = [
        f"{value} {sign} {query.place(limit)}::{kind}"
        for sign, limit in ((">=", low), ("<=", high))
        if limit is not None
    ]
    return "(" + " AND ".join(limits) + ")"


def answers(expression: Expression, record: Record, day: Day) -> bool:
    """Say whether a client answers an expression, by reading the record: what the SQL must find, and nothing else."""
    match expression:
        case Every(of=parts):
            return all(answers(part, record, day) for part in parts)
        case Either(of=parts):
            return any(answers(part, record, day) for part in parts)
        case Never(of=part):
            return not answers(part, record, day)
        case Asked():
            return _answers(expression, registry()[expression.criterion], record, day)


def _answers(asked: Asked, criterion: Criterion, record: Record, day: Day) -> bool:
    value = criterion.reading(record, day)
    if value is None:
        return False
    if criterion.kind is Kind.YES_NO:
        return value == asked.yes
    if isinstance(value, int):
        return _within(value, asked.at_least, asked.at_most)
    if criterion.kind is Kind.DAYS:
        return any(_within(each, asked.first_day, asked.last_day) for each in value)
    if criterion.kind is Kind.CODES:
        return bool(set(asked.codes) & value)
    return all(any(str(held).startswith(word) for held in value) for word in criterion.split(asked.text))


def _within(value: int | date | str, low: int | date | None, high: int | date | None) -> bool:
    return (low is None or value >= low) and (high is None or value <= high)  # type: ignore[operator]
