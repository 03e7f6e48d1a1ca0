import subprocess
import sys

import msgspec

PROGRAM = """
import structlog
from infra.logging import configure_logging
configure_logging()
def fail(email):
    raise ValueError("no")
try:
    fail("morel" + "@" + "college-ferry.fr")
except ValueError as error:
    structlog.get_logger("test").warning("failed", exc_info=error)
"""


def test_a_traceback_in_the_log_does_not_hold_what_the_variables_held() -> None:
    run = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)

    line = msgspec.json.decode(run.stderr)
    assert (line["event"], line["exception"][0]["exc_type"]) == ("failed", "ValueError")
    assert "morel@college-ferry.fr" not in run.stderr
