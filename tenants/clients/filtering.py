"""Which clients a list is about: marketing codes, segmentation, origin, type, colour, segment; the same words for every list."""

from collections.abc import Callable

import msgspec

Narrowing = Callable[[list[object]], str]
"""Adds its values to a query's arguments, the first of which is the centre, and returns the SQL that a card `c` answers."""

Belonging = Callable[[list[object], str], str]
"""The same, of the card that the query calls as the second argument says."""


class ClientFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What the cards must have; empty asks nothing. Of several marketing codes one is enough."""

    marketing_codes: tuple[str, ...] = ()
    segmentation: str = ""
    origin: str = ""
    client_type: str = ""
    colour: str = ""
    """As it is shown: the card's own, else its type's."""
    belonging: Belonging | None = None
    """To a segment that is kept."""

    def __bool__(self) -> bool:
        """Say whether it asks anything."""
        return self != EVERYBODY


EVERYBODY = ClientFilter()


def condition(wanted: ClientFilter, arguments: list[object], *, card: str = "c") -> str:
    """Return the SQL that a card answers, and add its values to the query's `arguments`; true where nothing is asked.

    Args:
        wanted: what is asked.
        arguments: of the query so far; the first is the centre.
        card: what the query calls the row of `clients`.
    """
    asked = [
        f"{card}.{name} = {_place(value, arguments)}::text"
        for name in ("segmentation", "origin", "client_type")
        if (value := getattr(wanted, name))
    ]
    if wanted.colour:
        asked.append(
            f"""coalesce(nullif({card}.colour, ''), (SELECT type.colour FROM client_type_colours AS type
                WHERE type.centre_id = $1 AND type.client_type = {card}.client_type), '')
                = {_place(wanted.colour.lower(), arguments)}::text"""
        )
    if wanted.marketing_codes:
        asked.append(
            f"""EXISTS (SELECT FROM client_marketing_codes AS held WHERE held.centre_id = $1 AND held.client_id = {card}.id
                AND held.code = ANY({_place(list(wanted.marketing_codes), arguments)}::text[]))"""
        )
    if wanted.belonging is not None:
        asked.append(wanted.belonging(arguments, card))
    return " AND ".join(asked) or "true"


def of_client(wanted: ClientFilter, arguments: list[object], client_id: str) -> str:
    """Return the SQL that the card of an id answers; true where nothing is asked, false where the id is none.

    As a question of one row: never joined, so that a list keeps the order it walks its own index in.
    """
    if not wanted:
        return "true"
    return f"""coalesce((SELECT {condition(wanted, arguments, card="asked_of")} FROM clients AS asked_of
        WHERE asked_of.centre_id = $1 AND asked_of.id = {client_id}), false)"""


def _place(value: object, arguments: list[object]) -> str:
    arguments.append(value)
    return f"${len(arguments)}"
