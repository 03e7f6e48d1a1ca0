"""The house's rules that a reader of the code would check, checked by reading the code."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.sources import Source, sources

ASKS_THE_TIME = re.compile(
    r"(datetime|dt)\.(now|utcnow|today)$|(^|\.)date\.today$|(^|\.)time\.(time|time_ns|localtime|gmtime)$"
)
ASK_THE_TIME_THEMSELVES = {
    "infra/clock.py": "it is the clock",
    "infra/ids.py": "an id's time orders rows as they were made, also while a test's clock stands still",
    "infra/services/payments/clock.py": "the outside world of the demo: Stripe's own clock, which signs its events",
    "infra/checks/bench.py": "dates the results of a bench run, which is no business of the desk's",
    "tui/session.py": "the terminal knows nothing of infra: a clock is given, this is its default",
    "tui/screens/log_in.py": "before log-in there is no centre whose today it could ask",
}

GATHERS = {
    "infra/backup/commands.py": "a dump and its own connection, in no transaction of ours",
    "infra/pools.py": "waits for the last of those who use a pool, in no transaction",
    "workers/relay.py": "waits for the end of its listener",
    "tui/app.py": "waits for who still asks, before it hangs up",
    "tui/gateway/server.py": "ends processes",
    "tui/entering.py": "two questions to the API at once",
}

LONGEST = 350
LONGER = {
    "tenants/migrations/tenants_2026_11_21t22_05_00_000000_accounts.py": 360,
    "tui/widgets/planning_grid.py": 360,
}
"""What is longer all the same, and how long it may be at most: it shrinks, or is split, but does not grow."""

LONG_HANDLERS = {
    "server/controllers/desk.py desk": "Accueil in one look: a question a line, all in one transaction",
    "server/controllers/enquiries.py shown": "the thread is put together from four queries",
}

SQL = re.compile(r"\b(SELECT\s.+\sFROM|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM)\s", re.DOTALL)
MAY_SAY_SQL = {
    "server/live/stream.py": "follows the outbox, which belongs to no domain",
    "workers/schedule.py": "keeps its own table of periodic jobs",
}


def offences(pattern: re.Pattern[str], *layers: str) -> dict[str, list[int]]:
    """Return the lines where something that the pattern finds is named, by file."""
    found: dict[str, list[int]] = {}
    for source in sources(*layers):
        for name, line in source.calls():
            if pattern.search(name):
                found.setdefault(source.path, []).append(line)
    return found


def test_only_the_clock_asks_what_time_it_is() -> None:
    assert offences(ASKS_THE_TIME).keys() - ASK_THE_TIME_THEMSELVES.keys() == set()


def test_nothing_runs_side_by_side_in_a_transaction_nor_leaves_it() -> None:
    gathering = offences(re.compile(r"asyncio\.(gather|TaskGroup)$"))
    assert gathering.keys() - GATHERS.keys() == set()
    inside = [
        f"{source.path}:{inner.lineno}"
        for source in sources("infra", "tenants", "billing", "server", "workers")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.AsyncWith)
        and any("_transaction(" in ast.unparse(item.context_expr) for item in node.items)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Attribute) and inner.attr in {"gather", "TaskGroup", "create_task", "to_thread"}
    ]
    assert inside == []
    assert offences(re.compile(r"\.batch$"), "infra", "tenants", "billing", "server", "workers") == {}


def test_exceptions_are_still_needed() -> None:
    """What no longer does what it was excused for is struck off the lists."""
    assert ASK_THE_TIME_THEMSELVES.keys() - offences(ASKS_THE_TIME).keys() == set()
    assert GATHERS.keys() - offences(re.compile(r"asyncio\.(gather|TaskGroup)$")).keys() == set()
    assert {path for path in MAY_SAY_SQL if path not in says_sql()} == set()


def says_sql() -> set[str]:
    """Return the doors' modules with SQL in them."""
    return {
        source.path
        for source in sources("server", "workers", "tui")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.search(node.value)
    }


def test_doors_hold_no_sql() -> None:
    assert says_sql() - MAY_SAY_SQL.keys() == set()


def functions(source: Source) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function of a module."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lines_of_code(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count a function's statements' lines, its signature and docstring left out."""
    body = function.body
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_handlers_are_short() -> None:
    long = {
        f"{source.path} {function.name}": lines_of_code(function)
        for source in sources("server/controllers")
        for function in functions(source)
        if lines_of_code(function) > 25
    }
    assert long.keys() - LONG_HANDLERS.keys() == set()


def test_no_file_outgrows_one_reading() -> None:
    long = {source.path: len(source.text.splitlines()) for source in sources()}
    assert {path: lines for path, lines in long.items() if lines > LONGER.get(path, LONGEST)} == {}


def test_no_module_is_named_for_being_left_over() -> None:
    vague = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "misc", "stuff", "base_utils"}
    assert [source.path for source in sources() if vague & set(re.split(r"[./_]", source.path))] == []


def test_no_money_is_a_float() -> None:
    money = re.compile(r"minor|price|amount|total|balance|deposit|vat|cents|money", re.IGNORECASE)
    floats = []
    for source in sources("tenants", "billing", "server", "tui"):
        for node in ast.walk(source.tree):
            if isinstance(node, ast.AnnAssign | ast.arg) and node.annotation is not None:
                name = ast.unparse(node.target) if isinstance(node, ast.AnnAssign) else node.arg
                if money.search(name) and re.search(r"\bfloat\b", ast.unparse(node.annotation)):
                    floats.append(f"{source.path}:{node.lineno} {name}")
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "float":
                given = ast.unparse(node)
                if money.search(given):
                    floats.append(f"{source.path}:{node.lineno} {given}")
    assert floats == []


def test_nobody_is_annotated_as_anything() -> None:
    """`Any` is for what the frameworks hand over, and said so on the line."""
    bare = [
        f"{source.path}:{node.lineno}"
        for source in sources("tenants", "billing")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Name) and node.id == "Any"
    ]
    assert bare == []
