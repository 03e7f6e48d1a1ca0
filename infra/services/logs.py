"""The children's output: a file each, followed onto a terminal when somebody wants to see it.

Files, not pipes: a child goes on writing when the one that reads is killed.
"""

import threading
from pathlib import Path
from typing import BinaryIO, TextIO

LARGEST_BYTES = 10_000_000


def open_log(path: Path) -> BinaryIO:
    """Open a log to append to; one that has grown large is put aside first, as `NAME.log.1`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LARGEST_BYTES:
        path.replace(path.with_name(f"{path.name}.1"))
    return path.open("ab")


def tail(path: Path, *, lines: int = 15) -> str:
    """Return the last lines of a log; empty when there is none."""
    if not path.exists():
        return ""
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])


class Follower:
    """Writes what is added to several logs onto one stream, whole lines only, each with its log's name before it."""

    def __init__(self, stream: TextIO) -> None:
        """Begin to look, five times a second."""
        self._stream = stream
        self._places: dict[str, tuple[Path, int]] = {}
        self._guard = threading.Lock()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="logs", daemon=True)
        self._thread.start()

    def follow(self, name: str, log: Path) -> None:
        """Follow one more log from its present end; one that is followed already goes on where it was."""
        with self._guard:
            self._places.setdefault(name, (log, log.stat().st_size if log.exists() else 0))

    def stop(self) -> None:
        """Write what is still there, and end."""
        self._ending.set()
        self._thread.join()
        self._copy()

    def _follow(self) -> None:
        while not self._ending.wait(0.2):
            self._copy()

    def _copy(self) -> None:
        with self._guard:
            for name, (log, place) in self._places.items():
                if not log.exists():
                    continue
                # Shorter than before: put aside and begun again.
                begin = place if log.stat().st_size >= place else 0
                with log.open("rb") as source:
                    source.seek(begin)
                    whole, newline, _ = source.read().rpartition(b"\n")
                self._places[name] = (log, begin + len(whole) + len(newline))
                for line in whole.decode(errors="replace").splitlines():
                    print(f"{name:<10} {line}", file=self._stream)
            self._stream.flush()
