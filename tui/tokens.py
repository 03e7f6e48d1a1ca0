"""Where the token comes from and where it is kept: an inherited descriptor, the system's keyring, or a 0600 file."""

import os
from pathlib import Path

import msgspec

DESCRIPTOR = "HALTE_TOKEN_FD"
SERVICE = "halte"


class Entry(msgspec.Struct, frozen=True):
    """What it takes to enter: the server, the token, and the centre where it is known."""

    server: str
    access_token: str
    refresh_token: str | None = None
    centre: str | None = None


def inherited() -> Entry | None:
    """Read the descriptor that the gateway left, once, and close it; None without one."""
    number = os.environ.pop(DESCRIPTOR, "")
    if not number.isdigit():
        return None
    with os.fdopen(int(number), "rb") as file:
        return msgspec.json.decode(file.read(), type=Entry)


def kept(server: str) -> Entry | None:
    """Return the token kept for a server."""
    text = _from_keyring(server)
    if text is None:
        try:
            text = _file(server).read_text()
        except OSError:
            return None
    try:
        return msgspec.json.decode(text, type=Entry)
    except msgspec.DecodeError:
        return None


def keep(entry: Entry) -> None:
    """Keep a token for the next time: in the keyring where there is one, else in a file only its owner reads."""
    text = msgspec.json.encode(entry).decode()
    if _to_keyring(entry.server, text):
        return
    path = _file(entry.server)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)


def forget(server: str) -> None:
    """Throw the token of a server away."""
    _to_keyring(server, None)
    _file(server).unlink(missing_ok=True)


def _file(server: str) -> Path:
    folder = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "halte" / "tokens"
    return folder / ("".join(letter if letter.isalnum() else "_" for letter in server) + ".json")


def _from_keyring(server: str) -> str | None:
    try:
        import keyring  # a third of a second that most sessions do not need
        import keyring.errors
    except ImportError:
        return None
    try:
        return keyring.get_password(SERVICE, server)
    except keyring.errors.KeyringError:
        return None


def _to_keyring(server: str, text: str | None) -> bool:
    try:
        import keyring
        import keyring.errors
    except ImportError:
        return False
    try:
        if text is None:
            keyring.delete_password(SERVICE, server)
        else:
            keyring.set_password(SERVICE, server, text)
    except keyring.errors.KeyringError:
        return False
    return True
