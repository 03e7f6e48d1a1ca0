"""PostgreSQL's own pgbench: the floor that nothing above it can beat."""

import os
import re
import subprocess
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from tests.benchmarks.doors import programs
from tests.benchmarks.recording import Day, Fresh, Many, Same, Single, Statement

_CASTS = {"UUID": "::uuid", "date": "::date", "datetime": "::timestamptz", "bytes": "::bytea"}
_ARRAYS = {"UUID": "::uuid[]", "int": "::bigint[]", "str": "::text[]", "date": "::date[]"}


class Outcome(msgspec.Struct, frozen=True):
    """What pgbench said."""

    latency_ms: float
    per_second: float


def script(statements: Sequence[Statement], *, first_day: date, days: int) -> str:
    """Write the statements as a pgbench script, each with a day of its own among `days` from `first_day`."""
    lines = [f"\\set day random(0, {days - 1})"]
    count = 1 + max((a.number for s in statements for a in s.arguments if isinstance(a, Same)), default=-1)
    # Ids without asking the server: a round trip that the other sides do not make.
    lines += [f"\\set same{number} random(1, 9223372036854775807)" for number in range(count)]
    for statement in statements:
        sql = _filled(statement, first_day)
        parts = [sql] if statement.arguments else [part.strip() for part in sql.split(";") if part.strip()]
        if len(parts) > 1:  # sent as one: a prepared statement cannot hold two, a pipeline can
            lines += ["\\startpipeline", *(f"{part};" for part in map(_escaped, parts)), "\\endpipeline"]
        else:
            lines.append(f"{parts[0].strip()};")
    return "\n".join(lines) + "\n"


def _filled(statement: Statement, first_day: date) -> str:
    values = [_argument(argument, first_day) for argument in statement.arguments]
    return re.sub(r"\$(\d+)", lambda found: values[int(found[1]) - 1], statement.sql)


def _escaped(sql: str) -> str:
    """Keep pgbench from taking a colon inside quotes for one of its variables."""
    return re.sub(r"'([^']*:[^']*)'", lambda found: "E'" + found[1].replace(":", "\\x3a") + "'", sql)


def _argument(argument: Single | Many, first_day: date) -> str:
    if not isinstance(argument, Many):
        return _single(argument, first_day)
    if not argument.items:
        return "'{}'"
    kinds = {"UUID" if isinstance(item, Fresh | Same) else getattr(item, "kind", "date") for item in argument.items}
    return f"ARRAY[{', '.join(_single(item, first_day) for item in argument.items)}]{_ARRAYS[kinds.pop()]}"


def _single(argument: Single, first_day: date) -> str:
    if isinstance(argument, Fresh):
        return "gen_random_uuid()"
    if isinstance(argument, Same):
        return f"lpad(to_hex(:same{argument.number}::bigint), 32, '0')::uuid"
    if isinstance(argument, Day):
        return f"('{first_day}'::date + :day::int + {argument.after})"
    if argument.text is None or argument.kind in ("int", "float"):
        return argument.text or "NULL"
    text = argument.text.replace("\\", "\\\\").replace("'", "\\'").replace(":", "\\x3a")
    return f"E'{text}'{_CASTS.get(argument.kind, '')}"


def run(
    scripts: Sequence[str], url: str, *, seconds: int = 0, transactions: int = 0, clients: int = 1, builtin: str = ""
) -> Outcome:
    """Run pgbench on one client for so many seconds or transactions, choosing among the scripts at random.

    Raises:
        RuntimeError: a statement failed; says what pgbench said.
    """
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for number, text in enumerate(scripts):
            (file := Path(folder) / f"{number}.sql").write_text(text)
            files += ["-f", str(file)]
        command = [str(programs() / "pgbench"), "-n", "-M", "prepared", "-c", str(clients)]
        command += ["-T", str(seconds)] if seconds else ["-t", str(transactions)]
        command += ["-b", builtin] if builtin else files
        done = subprocess.run(command, env=environment(url), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"pgbench: {done.stderr[-2000:]}")
    latency = re.search(r"latency average = ([\d.]+) ms", done.stdout)
    rate = re.search(r"tps = ([\d.]+)", done.stdout)
    failed = re.search(r"number of failed transactions: ([1-9]\d*)", done.stdout)
    if latency is None or rate is None or failed is not None:
        raise RuntimeError(f"pgbench said:\n{done.stdout}")
    return Outcome(float(latency[1]), float(rate[1]))


def environment(url: str) -> dict[str, str]:
    """Return the environment of a PostgreSQL client: an address on the command line would show its password."""
    at = urlsplit(url)
    return {
        **os.environ,
        "PGHOST": at.hostname or "",
        "PGPORT": str(at.port or 5432),
        "PGUSER": at.username or "",
        "PGPASSWORD": at.password or "",
        "PGDATABASE": at.path.lstrip("/"),
        "PGCONNECT_TIMEOUT": "10",
        "PGOPTIONS": "-c jit=off",
    }
