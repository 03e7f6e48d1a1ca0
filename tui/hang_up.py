"""End with the terminal: a process whose terminal is gone must neither live on nor spin (a hung-up pty is always « readable »)."""

import os
import select
import signal
import threading
import time
from collections.abc import Callable

LOOK_EVERY_SECONDS = 1.0
GRACE_SECONDS = 2.0
HUNG_UP = 129


def end_with_terminal(descriptor: int, leave: Callable[[], None]) -> None:
    """Watch a terminal; when it hangs up, ask the app to `leave`, and end the process if it has not done so soon.

    A thread of its own does it, since the app's loop may be the one that spins.
    """
    gone = threading.Event()
    signal.signal(signal.SIGHUP, lambda _number, _frame: gone.set())
    threading.Thread(target=_watch, args=(descriptor, gone, leave), name="hang-up", daemon=True).start()


def _watch(descriptor: int, gone: threading.Event, leave: Callable[[], None]) -> None:
    poll = select.poll()
    poll.register(descriptor, 0)  # POLLHUP and POLLERR are always told
    while not gone.wait(LOOK_EVERY_SECONDS):
        try:
            told = poll.poll(0)
        except OSError:
            break
        if any(flags & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _descriptor, flags in told):
            break
    # In a thread of its own: whatever the app's state is, and whatever it raises, the process ends.
    threading.Thread(target=leave, daemon=True).start()
    time.sleep(GRACE_SECONDS)
    os._exit(HUNG_UP)
