"""The project's own modules, as text and as syntax trees."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LAYERS = ("infra", "tenants", "billing", "server", "workers", "tui")


@dataclass(frozen=True)
class Source:
    """One module."""

    path: str
    """From the root of the project."""
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return ast.parse(self.text)

    @property
    def module(self) -> str:
        """Its dotted name."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def calls(self) -> Iterator[tuple[str, int]]:
        """Yield the dotted name and the line of everything that is called or referred to: `datetime.now`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Attribute):
                yield ast.unparse(node), node.lineno


@lru_cache
def sources(*layers: str) -> tuple[Source, ...]:
    """Return every module of the given folders, of all six where none is given."""
    return tuple(
        Source(str(path.relative_to(ROOT)), path.read_text())
        for layer in layers or LAYERS
        for path in sorted((ROOT / layer).rglob("*.py"))
        if "__pycache__" not in path.parts
    )
