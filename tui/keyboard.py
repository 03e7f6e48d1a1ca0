"""The keyboard's bytes: read as Textual's driver reads them, but for bytes that are no UTF-8, which must not end the app."""

import codecs
import contextlib
import os
import selectors
from typing import Final

from textual._parser import ParseError
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

READ_AT_ONCE: Final = 4096
TICK_SECONDS: Final = 0.1
"""How long a lone Escape waits for the rest of a sequence."""


class TolerantDriver(LinuxDriver):
    """Textual's driver for a terminal that may send Latin-1: a byte that is no UTF-8 becomes a replacement character."""

    def run_input_thread(self) -> None:
        """Read keys until the app is over or the terminal is gone."""
        parser = XTermParser(self._debug)
        decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(TICK_SECONDS):
                    data = _read(self.fileno)
                    if not data:
                        return  # the terminal is gone, which « hang_up » sees: reading on would spin
                    for event in parser.feed(decode(data)):
                        self.process_message(event)
                for event in parser.tick():
                    self.process_message(event)
        with contextlib.suppress(EOFError, ParseError):
            for event in parser.feed(""):
                self.process_message(event)


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, READ_AT_ONCE)
    except OSError:
        return b""
