"""Which verbs the trail can hold: read from every call that writes into it, through variables and parameters."""

import ast
from collections.abc import Iterable, Iterator

from tests.architecture.sources import Source, sources

WRITERS = ("audit", "audit_many", "audit_network")
PLACE = 2
"""Where the writers take the verb."""
Function = ast.AsyncFunctionDef | ast.FunctionDef


class Unreadable(Exception):
    """A verb is made in a way that cannot be read from the code: say it in words there."""


class Trail:
    """The code that writes the trail."""

    def __init__(self, *layers: str) -> None:
        self._take(sources(*layers) if layers else ())

    @classmethod
    def of(cls, modules: Iterable[Source]) -> "Trail":
        """Read these modules alone."""
        trail = cls()
        trail._take(modules)
        return trail

    def _take(self, modules: Iterable[Source]) -> None:
        self._calls: dict[str, list[tuple[str, Function, ast.Call]]] = {}
        self._constants: dict[str, set[str]] = {}
        for source in modules:
            self._read(source)

    def _read(self, source: Source) -> None:
        for stated in source.tree.body:
            if (
                isinstance(stated, ast.AnnAssign)
                and isinstance(stated.target, ast.Name)
                and isinstance(stated.value, ast.Constant)
            ):
                self._constants.setdefault(stated.target.id, set()).add(str(stated.value.value))
        for function in ast.walk(source.tree):
            if isinstance(function, Function):
                for node in ast.walk(function):
                    if isinstance(node, ast.Call):
                        name = ast.unparse(node.func).rpartition(".")[2]
                        self._calls.setdefault(name, []).append((source.path, function, node))

    def verbs(self) -> set[str]:
        """Return them all, without what is told after a colon; « undo_* » where any gesture is undone.

        Raises:
            Unreadable: one is made so that it cannot be read.
        """
        return {
            verb
            for writer in WRITERS
            for path, function, call in self._calls.get(writer, [])
            for verb in self._said(_argument(call, PLACE, "action"), path, function, frozenset())
        }

    def _said(self, node: ast.expr | None, path: str, function: Function, above: frozenset[str]) -> Iterator[str]:
        """Yield what an expression may be, inside a function: its words, or those that its callers give it."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value.partition(":")[0]
        elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
            verb, colon, _told = str(node.values[0].value).partition(":")
            yield verb if colon else f"{verb}*"
        elif isinstance(node, ast.Attribute) and node.attr in self._constants:
            yield from self._constants[node.attr]
        elif isinstance(node, ast.IfExp):
            yield from self._said(node.body, path, function, above)
            yield from self._said(node.orelse, path, function, above)
        elif isinstance(node, ast.Name):
            yield from self._named(node.id, path, function, above)
        else:
            raise Unreadable(f"{path}:{getattr(node, 'lineno', function.lineno)}")

    def _named(self, name: str, path: str, function: Function, above: frozenset[str]) -> Iterator[str]:
        given = [
            each.value
            for each in ast.walk(function)
            if isinstance(each, ast.Assign) and any(isinstance(to, ast.Name) and to.id == name for to in each.targets)
        ]
        for value in given:
            yield from self._said(value, path, function, above)
        if given or function.name in above:
            return
        arguments = [*function.args.posonlyargs, *function.args.args]
        place = next((index for index, each in enumerate(arguments) if each.arg == name), None)
        if place is None and name not in {each.arg for each in function.args.kwonlyargs}:
            if name in self._constants:
                yield from self._constants[name]
                return
            raise Unreadable(f"{path}:{function.lineno}: {name}")
        if arguments and arguments[0].arg == "self" and place is not None:
            place -= 1
        for caller_path, caller, call in self._calls.get(function.name, []):
            # A private function is called from its own file; another file's of that name is another one.
            if function.name.startswith("_") and caller_path != path:
                continue
            said = _argument(call, place, name)
            if said is not None:
                yield from self._said(said, caller_path, caller, above | {function.name})


def _argument(call: ast.Call, place: int | None, name: str) -> ast.expr | None:
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    return call.args[place] if place is not None and len(call.args) > place else None
