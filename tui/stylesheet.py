"""The style sheet, each source parsed once in a process and in all that is forked from it.

Textual parses every widget's styles anew for each app, and again when the theme is set: half of the time to a first paint.
"""

from collections.abc import Mapping
from typing import Final

from textual.app import App
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.css.types import CSSLocation

Key = tuple[frozenset[tuple[str, str]], str, CSSLocation, bool, int, str]

_PARSED: Final[dict[Key, list[RuleSet]]] = {}
_COLOURS: Final[dict[str, dict[str, str]]] = {}
"""What each theme stands for, by its name."""


class SharedStylesheet(Stylesheet):
    """Textual's own, but for what has been parsed before under the same variables."""

    def __init__(self, *, variables: Mapping[str, str]) -> None:
        super().__init__(variables=dict(variables))
        self._named = frozenset(variables.items())

    def set_variables(self, variables: dict[str, str]) -> None:
        """Set what a theme stands for."""
        super().set_variables(variables)
        self._named = frozenset(variables.items())

    def reparse(self) -> None:
        """Apply new variables."""
        self.parse()

    def _parse_rules(
        self,
        css: str,
        read_from: CSSLocation,
        is_default_rules: bool = False,
        tie_breaker: int = 0,
        scope: str = "",
    ) -> list[RuleSet]:
        key = (self._named, css, read_from, is_default_rules, tie_breaker, scope)
        if (known := _PARSED.get(key)) is None:
            known = super()._parse_rules(css, read_from, is_default_rules, tie_breaker, scope)
            _PARSED[key] = known
        return known


class SharedColoursApp(App[int]):
    """An app whose themes are mixed once: Textual mixes all the shades of one anew each time it is asked, thrice for a session."""

    def get_css_variables(self) -> dict[str, str]:
        """Return what the theme of now stands for."""
        name = self.current_theme.name
        if name not in _COLOURS:
            _COLOURS[name] = super().get_css_variables()
        self.theme_variables = dict(_COLOURS[name])
        return dict(_COLOURS[name])
