"""From a template to an answer: escaped, in the reader's language, in the centre's colour, under a strict policy."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Final, Literal
from zoneinfo import ZoneInfo

import msgspec
from babel.dates import format_time
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from litestar import Response
from litestar.datastructures import Cookie

from billing.money import Money, written
from billing.quotes.rules import CentreSide
from infra.days import day_in_words
from server.pages.assets import asset_path, colour_path
from server.pages.languages import NAMES, translations
from tenants.centres.rules import Centre

POLICY: Final = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
"""Nothing from elsewhere, nothing inline; a page that must allow more says so."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """As much of a centre as a page's head and foot show."""

    name: str
    colour: str = ""
    email: str = ""
    phone: str = ""
    street: str = ""
    postal_code: str = ""
    town: str = ""


HasPlace = Centre | CentreSide
"""Whatever has a centre's particulars: the centre, or a quote that was frozen with them."""

NOWHERE: Final = Place(name="Halte")
"""For pages of no centre: errors on addresses that lead nowhere."""


def place_of(centre: HasPlace) -> Place:
    """Return what a page shows of a centre."""
    return Place(**{field: getattr(centre, field) for field in Place.__struct_fields__})


def page(
    template: str,
    *,
    language: str,
    place: Place,
    languages: Sequence[str] = (),
    here: str = "",
    status: int = 200,
    policy: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    cookies: Sequence[Cookie] = (),
    **values: object,
) -> Response[str]:
    """Answer with a page that nobody keeps a copy of.

    Args:
        template: its name in `templates/`.
        language: two letters.
        place: the centre whose page it is.
        languages: those offered at its head; none where there is no choice.
        here: the page's own path, to which its language links and forms lead.
        status: of the answer.
        policy: directives of the Content-Security-Policy that differ from `POLICY`.
        headers: more of them.
        cookies: to set.
        values: what the template names.
    """
    html = (
        _environment(language)
        .get_template(template)
        .render(
            language=language,
            place=place,
            languages={code: NAMES[code] for code in languages if len(languages) > 1},
            here=here,
            **values,
        )
    )
    directives = {**POLICY, **(policy or {})}
    return Response(
        html,
        media_type="text/html",
        status_code=status,
        headers={
            "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in directives.items()),
            "Cache-Control": "no-store",
            "Content-Language": language,
            **(headers or {}),
        },
        cookies=list(cookies),
    )


def fragment(template: str, *, language: str, **values: object) -> str:
    """Return a part of a page."""
    return _environment(language).get_template(template).render(language=language, **values)


def say(language: str, message: str) -> str:
    """Return a French sentence of the pages in another language."""
    return translations(language).gettext(message)


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=ChoiceLoader([PackageLoader("server.pages"), PackageLoader("server.auth")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    known = translations(language)
    install: Callable[..., None] = environment.install_gettext_callables  # type: ignore[attr-defined] # the extension adds it
    install(known.gettext, known.ngettext, newstyle=True)

    def day(when: date, form: Literal["full", "long", "medium"] = "long") -> str:
        return day_in_words(when, language, form=form)

    def moment(at: datetime, time_zone: str) -> str:
        local = at.astimezone(ZoneInfo(time_zone))
        return f"{day_in_words(local, language, form='medium')}, {format_time(local, 'short', locale=language)}"

    def money(amount: Money) -> str:
        return written(amount, language)

    def calendar(written_day: str) -> str:
        return day(date.fromisoformat(written_day))

    environment.globals.update(asset=asset_path, colour_sheet=colour_path)
    environment.filters.update(day=day, calendar=calendar, moment=moment, money=money)
    return environment
