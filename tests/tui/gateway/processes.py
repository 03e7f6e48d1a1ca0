"""The gateway's processes, read from /proc: the gateway, its zygote, the sessions that the zygote forked."""

import os
import time
from pathlib import Path

from infra.services.processes import wait_until
from tests.journeys.house import House

TICKS = os.sysconf("SC_CLK_TCK")


class Gateway:
    """What the system says of the gateway."""

    def __init__(self, house: House) -> None:
        self._house = house

    @property
    def pid(self) -> int:
        """The process that speaks SSH."""
        return self._house.gateway.pid

    @property
    def zygote(self) -> int:
        """The preloaded process."""
        return children(self.pid)[0]

    def sessions(self) -> list[int]:
        """The terminal apps that run now."""
        return children(self.zygote)

    def wait_for_sessions(self, number: int, *, seconds: float = 5.0) -> bool:
        """Wait until so many terminal apps run; say whether it came to that."""
        return wait_until(lambda: len(self.sessions()) == number, timeout_seconds=seconds)


def children(parent: int) -> list[int]:
    """Return the pids of a process's children that run: zombies are left out."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == parent and fields[0] not in "ZX":
                found.append(int(entry.name))
    return sorted(found)


def runs(pid: int) -> bool:
    """Say whether a process runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def cpu_seconds(pid: int) -> float:
    """Return how long a process has had a processor."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def busy_share(pids: list[int], *, seconds: float = 2.0) -> float:
    """Return how much of one processor these processes use together, watched for some seconds; who ends meanwhile is left out."""
    before = {pid: cpu_seconds(pid) for pid in pids if runs(pid)}
    time.sleep(seconds)
    return sum(cpu_seconds(pid) - spent for pid, spent in before.items() if runs(pid)) / seconds


def private_kilobytes(pid: int) -> int:
    """Return the memory that a process shares with nobody."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(("Private_Clean:", "Private_Dirty:")))
