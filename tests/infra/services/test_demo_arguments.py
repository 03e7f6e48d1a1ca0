"""What `halte demo` makes of its command line, and of a network that is there already."""

from pathlib import Path

import pytest

from infra.services.demo import database
from infra.services.demo.commands import main


@pytest.mark.parametrize(
    "arguments",
    [
        ["--scal", "network"],
        ["--scale", "huge"],
        ["--cards", "20000"],
        ["--scale", "small", "--cards", "20000"],
        ["--scale", "network", "--cards", "4999"],
        ["--scale", "network", "--cards", "many"],
        ["fresh"],
    ],
)
def test_a_command_line_that_makes_no_sense_starts_nothing(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HALTE_VAR", str(tmp_path / "var"))
    assert main(arguments) == 2
    assert "--scale network" in capsys.readouterr().err
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize(("there", "asked"), [(None, 1_000_000), ("0", 20_000), ("20000", 0), ("20000", 1_000_000)])
def test_a_network_of_another_size_is_not_thrown_away_unasked(tmp_path: Path, there: str | None, asked: int) -> None:
    (tmp_path / "network.json").write_text("{}")
    if there is not None:
        (tmp_path / "cards-wanted").write_text(there)
    with pytest.raises(database.ScaleDiffers, match="--fresh"):
        database.prepare(None, home=tmp_path, environment={}, fresh=False, cards=asked)
    assert (tmp_path / "network.json").exists()
