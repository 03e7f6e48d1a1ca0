"""Find every text of the terminal that wants a translation, those inside f-strings too, which Babel's own extractor skips."""

import ast
from pathlib import Path

KEYWORDS = {"_": 1, "N_": 1, "ngettext": 2}
Text = str | tuple[str, str]


def texts_of(folder: Path) -> set[Text]:
    """Return the texts of all modules: a str, or a singular with its plural."""
    found: set[Text] = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KEYWORDS:
                said = [
                    argument.value
                    for argument in node.args[: KEYWORDS[node.func.id]]
                    if isinstance(argument, ast.Constant)
                ]
                strings = [text for text in said if isinstance(text, str)]
                if len(strings) == 2:
                    found.add((strings[0], strings[1]))
                elif strings:
                    found.add(strings[0])
    return found
