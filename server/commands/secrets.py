"""Passwords and keys on the command line: read from a prompt, a pipe or a file, never from an argument."""

import getpass
import secrets
import sys
from pathlib import Path

import msgspec

from infra.errors import Invalid

_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


class FileUnreadable(Invalid):
    """A file that was named cannot be read."""

    code = "file_unreadable"


class PasswordMismatch(Invalid):
    """The two passwords differ."""

    code = "password_mismatch"


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """A password for somebody; `shown` where Halte made it up, and says it this once."""

    password: str | None = None
    shown: str | None = None

    def line(self) -> str:
        """Return what to print of it, beginning with a new line; empty where there is nothing to say."""
        return f"\npassword, shown this once: {self.shown}" if self.shown else ""


def choose_password(*, generate: bool = False, from_stdin: bool = False, ask: bool = False) -> Chosen:
    """Return a password: made up (100 bits), read from the first line of a pipe, or asked for twice.

    Raises:
        PasswordMismatch: the two differ.
    """
    if generate:
        made = "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(4))
        return Chosen(password=made, shown=made)
    if from_stdin:
        return Chosen(password=sys.stdin.readline().rstrip("\n"))
    if not ask:
        return Chosen()
    first = getpass.getpass("Password: ")
    if first != getpass.getpass("Again: "):
        raise PasswordMismatch()
    return Chosen(password=first)


def read_text(path: Path) -> str:
    """Read a text file in UTF-8; `-` is standard input.

    Raises:
        FileUnreadable: it cannot be read.
    """
    return read_key(path)


def read_key(path: Path) -> str:
    """Read a public key's file; `-` is standard input.

    Raises:
        FileUnreadable: it cannot be read.
    """
    try:
        return (sys.stdin.read() if str(path) == "-" else path.read_text()).strip()
    except (OSError, UnicodeDecodeError) as error:
        raise FileUnreadable(f"{path}: {error}") from error
