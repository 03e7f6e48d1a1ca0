import io
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import msgspec
import pytest

from infra.services.processes import is_running, started_at, wait_until
from infra.services.quarters import ServiceMissing
from infra.services.supervisor import AlreadySupervised, Child, Supervisor

ROOT = Path(__file__).resolve().parents[3]


def sleeper(name: str, folder: Path, *, also: str = "") -> Child:
    """A child that notes its name in `ended` of the folder when it is asked to end."""
    script = (
        "import signal, sys, time\n"
        f"def end(*_): open('ended', 'a').write('{name}\\n'); sys.exit(0)\n"
        f"signal.signal(signal.SIGTERM, end)\n{also}\nprint('{name} is up', flush=True)\ntime.sleep(60)\n"
    )
    return Child(name=name, command=[sys.executable, "-c", script], directory=folder, stop_seconds=5)


def is_up(supervisor: Supervisor, name: str) -> bool:
    log = supervisor.log(name)
    return log.exists() and f"{name} is up" in log.read_text()


def test_stops_all_in_reverse_order_and_nothing_else(var: Path) -> None:
    bystander = subprocess.Popen(["sleep", "60"])
    with Supervisor(var) as supervisor:
        for name in ("first", "second", "third"):
            supervisor.start(sleeper(name, var))
        for name in ("first", "second", "third"):
            supervisor.wait_until_ready(name, lambda name=name: is_up(supervisor, name))  # type: ignore[misc]
        pids = [supervisor.pid(name) for name in ("first", "second", "third")]

    assert (var / "ended").read_text().split() == ["third", "second", "first"]
    assert [started_at(pid) for pid in pids] == [None, None, None]
    assert not (var / "children.json").exists()
    assert bystander.poll() is None
    bystander.kill()
    bystander.wait()


def test_a_child_that_dies_is_started_again(var: Path) -> None:
    with Supervisor(var, echo=io.StringIO()) as supervisor:
        supervisor.start(sleeper("worker", var))
        before = supervisor.pid("worker")
        os.kill(before, signal.SIGKILL)

        assert wait_until(lambda: supervisor.restarts("worker") == 1, timeout_seconds=5)
        after = supervisor.pid("worker")
        assert after != before
        assert started_at(after)


def test_one_that_dies_at_once_is_given_more_and_more_time_and_its_last_words_are_shown(var: Path) -> None:
    words = io.StringIO()
    with Supervisor(var, echo=words) as supervisor:
        supervisor.start(Child(name="broken", command=[sys.executable, "-c", "raise SystemExit('no key')"]))

        with pytest.raises(ServiceMissing, match="no key"):
            supervisor.wait_until_ready("broken", lambda: False, timeout_seconds=20)

    pauses = [line.rpartition(" in ")[2] for line in words.getvalue().splitlines() if "again in" in line]
    assert pauses[:3] == ["0.5 s", "1 s", "2 s"]
    assert "broken     no key" in words.getvalue()


def test_what_a_child_started_ends_with_it(var: Path) -> None:
    grandchild = "import subprocess; print(subprocess.Popen(['sleep', '60']).pid, flush=True)"
    with Supervisor(var) as supervisor:
        supervisor.start(sleeper("parent", var, also=grandchild))
        supervisor.wait_until_ready("parent", lambda: is_up(supervisor, "parent"))
        pid = int(supervisor.log("parent").read_text().split()[0])
        assert started_at(pid)

    assert wait_until(lambda: started_at(pid) is None, timeout_seconds=5)


def test_a_server_that_is_no_child_is_revived(var: Path) -> None:
    alive = threading.Event()
    with Supervisor(var, echo=io.StringIO()) as supervisor:
        supervisor.watch("server", runs=alive.is_set, revive=alive.set)

        assert alive.wait(5)


def test_two_supervisors_do_not_share_a_var(var: Path) -> None:
    with Supervisor(var), pytest.raises(AlreadySupervised, match="already runs"), Supervisor(var):
        pass


KILLED = """
import sys
from pathlib import Path
from infra.services.supervisor import Child, Supervisor
script = "import subprocess, time; subprocess.Popen(['sleep', '60'], start_new_session=True); print('two', flush=True); time.sleep(60)"
with Supervisor(Path(sys.argv[1])) as supervisor:
    supervisor.start(Child(name="server", command=[sys.executable, "-c", script]))
    supervisor.wait_until_ready("server", lambda: "two" in supervisor.log("server").read_text())
    print("up", flush=True)
    supervisor.wait()
"""


def supervised(var: Path) -> "subprocess.Popen[str]":
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(var)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    return process


def test_after_a_kill_the_next_one_ends_what_is_really_its_own(var: Path) -> None:
    killed = supervised(var)
    note = msgspec.json.decode((var / "children.json").read_bytes())
    own = note["children"][0]
    killed.kill()
    killed.communicate()
    assert is_running(own["pid"], own["started"])
    # A pid that was given to somebody else in the meantime: the start differs.
    stranger = subprocess.Popen(["sleep", "60"])
    note["children"].append({"name": "former", "pid": stranger.pid, "started": "another boot/1"})
    (var / "children.json").write_bytes(msgspec.json.encode(note))
    words = io.StringIO()

    with Supervisor(var, echo=words):
        pass

    assert not is_running(own["pid"], own["started"])
    assert "ended 2 processes that a killed run had left" in words.getvalue()
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_it_and_its_children(var: Path, number: signal.Signals) -> None:
    process = supervised(var)
    child = msgspec.json.decode((var / "children.json").read_bytes())["children"][0]

    process.send_signal(number)

    assert process.wait(10) == 0
    process.communicate()
    assert not is_running(child["pid"], child["started"])


def test_a_signal_while_things_start_ends_the_waiting_and_stops_what_has_started(var: Path) -> None:
    script = KILLED.replace('"two" in supervisor.log("server").read_text()', "print('up', flush=True)")
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(var)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    child = msgspec.json.decode((var / "children.json").read_bytes())["children"][0]

    process.send_signal(signal.SIGINT)

    _, err = process.communicate(timeout=10)
    assert err.rstrip().endswith("KeyboardInterrupt")
    assert not is_running(child["pid"], child["started"])
