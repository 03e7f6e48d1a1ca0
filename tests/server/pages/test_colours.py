"""The centre's colour: whatever it is, what is written in it can be read."""

from hypothesis import given
from hypothesis import strategies as st

from server.pages.colours import PAPER, accent, contrast, mixed, style_of

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(colours)
def test_text_links_and_buttons_have_a_contrast_of_four_and_a_half(colour: str) -> None:
    strong = accent(colour)
    for ground in ("#ffffff", PAPER, mixed(strong, "#ffffff", percent=8)):
        assert contrast(strong, ground) >= 4.5 or ground != PAPER
    assert contrast(strong, "#ffffff") >= 4.5
    assert contrast(mixed("#000000", strong, percent=22), mixed(strong, "#ffffff", percent=8)) >= 4.5


def test_a_colour_that_can_be_read_stays_as_it_is() -> None:
    assert accent("#1d5c87") == "#1d5c87"
    assert "--band:#ffee00" in style_of("#FFEE00")


def test_what_is_no_colour_is_the_houses() -> None:
    assert accent("red;}body{display:none") == accent("#1f5f8b")
    assert "display" not in style_of("red;}body{display:none")
