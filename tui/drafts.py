"""What was being typed, kept on disk so that a lost terminal loses nothing: one 0600 file per form, gone once saved."""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

import msgspec


def drafts_folder() -> Path:
    """Say where drafts are kept: `HALTE_DRAFTS`, else the user's state folder."""
    if told := os.environ.get("HALTE_DRAFTS"):
        return Path(told)
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "halte" / "drafts"


class Drafts:
    """The drafts of one account on one server. A folder that cannot be written costs the drafts, never the work."""

    def __init__(self, folder: Path, *, owner: str) -> None:
        self._folder = folder / hashlib.sha256(owner.encode()).hexdigest()[:24]

    def keep(self, form: str, values: Mapping[str, str]) -> None:
        """Write what a form holds now."""
        path = self._path(form)
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            beside = path.with_suffix(".new")
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(msgspec.json.encode(dict(values)))
            beside.replace(path)
        except OSError:
            return

    def kept(self, form: str) -> dict[str, str] | None:
        """Return what a form held when it was left; None when there is nothing."""
        try:
            return msgspec.json.decode(self._path(form).read_bytes(), type=dict[str, str])
        except (OSError, msgspec.DecodeError):
            return None

    def drop(self, form: str) -> None:
        """Forget a form: it was saved, or thrown away on purpose."""
        try:
            self._path(form).unlink(missing_ok=True)
        except OSError:
            return

    def _path(self, form: str) -> Path:
        return self._folder / f"{hashlib.sha256(form.encode()).hexdigest()[:24]}.json"
