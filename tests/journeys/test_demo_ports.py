"""Two demos on one machine: each has its own doors, though neither listens while it loads its network."""

import subprocess
import sys
from pathlib import Path

from tests.servers import ROOT

CHOOSE = (
    "import json, sys\nfrom pathlib import Path\nfrom infra.services.demo.doors import choose_ports\n"
    "print(json.dumps(sorted(choose_ports(Path(sys.argv[1])).values())), flush=True)\nsys.stdin.read()\n"
)


def choosing(var: Path) -> subprocess.Popen[str]:
    var.mkdir()
    command = [sys.executable, "-c", CHOOSE, str(var)]
    return subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )


def test_a_demo_that_still_loads_keeps_its_ports(tmp_path: Path) -> None:
    with choosing(tmp_path / "one") as one, choosing(tmp_path / "two") as two:
        assert one.stdout is not None and two.stdout is not None
        first, second = one.stdout.readline(), two.stdout.readline()
        for each in (one, two):
            assert each.stdin is not None
            each.stdin.close()

    assert not set(first.strip("[]\n").split(", ")) & set(second.strip("[]\n").split(", "))
