"""Four themes: dark, light, high contrast, plain. Meaning never hangs on a colour alone, so any of them, or none, will do."""

from textual.theme import Theme

DARK = Theme(
    name="halte-sombre",
    primary="#5fafd7",
    secondary="#87afaf",
    accent="#ffaf5f",
    warning="#ffd75f",
    error="#ff8787",
    success="#87d787",
    foreground="#e4e4e4",
    background="#16191d",
    surface="#1f242a",
    panel="#2b323a",
    dark=True,
    variables={"muted": "#9ba5ae"},
)
LIGHT = Theme(
    name="halte-clair",
    primary="#005f87",
    secondary="#466b6b",
    accent="#af5f00",
    warning="#875f00",
    error="#af0000",
    success="#005f00",
    foreground="#1c1c1c",
    background="#fbfaf7",
    surface="#f0eee8",
    panel="#e2dfd6",
    dark=False,
    variables={"muted": "#5c6166"},
)
CONTRAST = Theme(
    name="halte-contraste",
    primary="#00ffff",
    secondary="#ffffff",
    accent="#ffff00",
    warning="#ffff00",
    error="#ff8080",
    success="#00ff00",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#303030",
    dark=True,
    variables={"muted": "#d0d0d0"},
)
PLAIN = Theme(
    name="halte-simple",
    primary="#ffffff",
    secondary="#ffffff",
    accent="#ffffff",
    warning="#ffffff",
    error="#ffffff",
    success="#ffffff",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#000000",
    dark=True,
    variables={"muted": "#ffffff"},
)
"""What `tui.plain` paints without any colour: what is set off has a white ground here, which becomes reverse video."""
THEMES = (DARK, LIGHT, CONTRAST, PLAIN)
