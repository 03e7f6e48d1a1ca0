"""The application as it is served: by granian, in a process of its own, on this test run's database."""

import os
import subprocess
import sys
import time
from pathlib import Path

import httpx

from infra.services.ports import free_port
from tests.servers import ROOT


class Site:
    """A running server; links made in the test lead to it by their path."""

    def __init__(self, log: Path, **settings: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = log.open("w")
        environment = {
            **os.environ,
            "HALTE_PUBLIC_URL": self.url,
            "HALTE_REQUESTS_PER_MINUTE": "100000",
            **settings,
        }
        command = [sys.executable, "-m", "infra", "serve", "--port", str(self.port)]
        self._process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=self._log, stderr=self._log)
        end = time.monotonic() + 60
        while True:
            if self._process.poll() is not None:
                self._log.close()
                raise AssertionError(f"the server died at its start:\n{log.read_text()[-3000:]}")
            try:
                httpx.get(f"{self.url}/health/live")
                return
            except httpx.TransportError:
                assert time.monotonic() < end, "the server does not answer"
                time.sleep(0.05)

    def stop(self) -> None:
        """Stop it."""
        self._process.terminate()
        self._process.wait(20)
        self._log.close()
