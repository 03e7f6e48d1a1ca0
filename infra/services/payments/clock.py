"""Tell Stripe's time: the real one, in whole seconds.

Halte's own clock may be frozen by a test; Stripe's is not, and the SDK compares a webhook's time with the real one.
"""

import time


def now() -> int:
    """Return the present instant in seconds since 1970, as Stripe writes it."""
    return int(time.time())


def precise_now() -> float:
    """Return the present instant in seconds since 1970 with its fraction, for delays."""
    return time.time()
