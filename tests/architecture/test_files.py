"""Rules about files that no linter has."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MOST_LINES = 400
GENERATED = {Path("client-vscode/src/protocol.ts")}
"""Nobody reads or edits them as a whole."""
FOLDERS = ("server", "tests", "client-vscode", "grammars")
SKIPPED = {"node_modules", "dist", "build", "__pycache__", "out", ".venv"}
VAGUE = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}


def files(*endings: str, below: tuple[str, ...] = FOLDERS) -> Iterator[Path]:
    for folder in below:
        for path in sorted((ROOT / folder).rglob("*")):
            inside = path.relative_to(ROOT)
            if path.suffix in endings and not SKIPPED & set(inside.parts):
                yield inside


def text(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def test_the_rules_look_at_something() -> None:
    assert Path("server/hearth/core/text.py") in set(files(".py"))
    assert Path("client-vscode/src/extension.ts") in set(files(".ts"))


def test_no_file_is_long() -> None:
    lengths = {str(path): text(path).count("\n") for path in files(".py", ".ts", ".mjs") if path not in GENERATED}
    assert {path: lines for path, lines in lengths.items() if lines > MOST_LINES} == {}


def test_no_file_has_a_vague_name() -> None:
    named = [str(path) for path in files(".py", ".ts") if {path.stem.lower(), *path.parts[:-1]} & VAGUE]
    assert named == []


def test_every_package_says_what_it_is_for() -> None:
    packages = {path.parent for path in files(".py", below=("server/hearth",))}
    missing = [f"{path} has no __init__.py" for path in packages if not (ROOT / path / "__init__.py").is_file()]
    inits = [path for path in files(".py", below=("server/hearth",)) if path.name == "__init__.py"]
    missing += [f"{path} has no docstring" for path in inits if not ast.get_docstring(ast.parse(text(path)))]
    assert missing == []


def test_nothing_prints_to_the_protocol() -> None:
    """stdout belongs to the language server's protocol, and to machine-readable answers of the command line."""
    calls = [
        f"{path}:{node.lineno}"
        for path in files(".py", below=("server/hearth",))
        for node in ast.walk(ast.parse(text(path)))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert calls == []


@pytest.mark.parametrize("word", ["TO" + "DO", "FIX" + "ME", "XX" + "X"])
def test_nothing_is_left_for_later(word: str) -> None:
    pattern = re.compile(rf"\b{word}\b")
    found = [str(path) for path in files(".py", ".ts", ".toml", ".md", ".scm") if pattern.search(text(path))]
    assert found == []
