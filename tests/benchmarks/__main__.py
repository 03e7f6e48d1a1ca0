"""Run one benchmark, `module:function`, on servers of its own, and write its figures as JSON into a file.

A process for each: the settings are read once, from an environment that must be there before anything of ours is imported.
"""

import os
import sys
from importlib import import_module
from pathlib import Path

import msgspec

from infra.services.postgres import DURABLE
from tests.servers import ROOT, Servers


def main(body: str, answer: str) -> int:
    """Start the servers, measure, stop them."""
    module, _, function = body.partition(":")
    # Durable, as the demo and an administrator have it: every commit of ours and of the other side waits for the disk.
    servers = Servers(Path(os.environ.get("HALTE_VAR", ROOT / "var")) / "bench", settings=DURABLE)
    try:
        if servers.failure:
            print(servers.failure, file=sys.stderr)
            return 1
        os.environ.update(servers.environment())
        os.environ["PICCOLO_CONF"] = "infra.piccolo_conf"
        os.environ["HALTE_REQUESTS_PER_MINUTE"] = "1000000"
        os.environ["HALTE_BENCH_SUPERUSER_URL"] = servers.postgres.superuser_url
        os.environ["HALTE_BENCH_PROGRAMS"] = str(servers.postgres.programs)
        figures = getattr(import_module(module), function)()
        Path(answer).write_bytes(msgspec.json.encode(figures))
    finally:
        servers.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
