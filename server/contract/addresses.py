"""Help with addresses: countries, towns, streets."""

from server.contract.basics import Wire


class Place(Wire, frozen=True):
    """A country (ISO 3166 alpha-2) or a language (ISO 639-1), and its name."""

    code: str
    name: str


class Places(Wire, frozen=True):
    """The countries and the languages, in the order of the language asked for."""

    countries: list[Place]
    languages: list[Place]


class Suggestion(Wire, frozen=True):
    """An address that may be meant; `street` is empty for a town, `note` tells namesakes apart."""

    street: str
    postal_code: str
    town: str
    note: str = ""


class Suggestions(Wire, frozen=True):
    """What was found; `missing` says why a geocoder gave nothing: empty, `slow`, `down`, `not_configured`."""

    items: list[Suggestion]
    missing: str = ""
