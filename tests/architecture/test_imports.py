"""Who may import whom: the contracts of pyproject.toml hold, and each of them catches what it is there for."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("context", "index", "embedding", "catalog", "providers", "prompts", "syntax", "workspace", "engine")
PLANTED = {
    "An import points down": "core/planted_up.py: import hearth.engine",
    "Features do not know one another": "features/chat/planted.py: import hearth.features.completion",
    "Only lsp/ speaks LSP": "features/chat/planted_lsp.py: from pygls.lsp.server import LanguageServer",
    "Only index/ knows LanceDB": "features/chat/planted_index.py: import lancedb",
    "Only syntax/ knows tree-sitter": "context/planted_syntax.py: import tree_sitter",
    "Only engine/ runs a model or serves HTTP": "providers/planted_engine.py: import llama_cpp",
    "Only providers/ calls model servers": "engine/planted_http.py: import httpx2",
    "Only cli/ talks to a terminal": "lsp/planted_terminal.py: from rich.console import Console",
}
ALLOWED = [
    "lsp/ok.py: from pygls.lsp.server import LanguageServer\nfrom lsprotocol import types",
    "index/ok.py: import lancedb",
    "syntax/ok.py: import tree_sitter",
    "engine/ok.py: import llama_cpp, starlette, uvicorn",
    "providers/ok.py: import httpx2, ollama",
    "cli/ok.py: import typer, rich.console",
    "features/completion/ok.py: import hearth.context, hearth.providers, hearth.core",
]


def lint(source: Path) -> tuple[int, dict[str, str], str]:
    """Exit code, KEPT or BROKEN by contract, and the whole report, for the package below ``source``."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"]
    done = subprocess.run(
        [*command, "--no-cache", "--no-logo", "--config", str(source / "pyproject.toml")],
        cwd=source,
        env={**os.environ, "PYTHONPATH": str(source), "COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    states = dict(re.findall(r"^(.+?) (KEPT|BROKEN)\b", done.stdout, flags=re.MULTILINE))
    return done.returncode, states, done.stdout + done.stderr


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package, to plant files in; what does not exist yet is there as an empty package."""
    kept = shutil.ignore_patterns("*.gguf", "__pycache__", "*.so")
    shutil.copytree(ROOT / "server" / "hearth", tmp_path / "hearth", ignore=kept)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name in FOLDERS:
        (tmp_path / "hearth" / name).mkdir(exist_ok=True)
        (tmp_path / "hearth" / name / "__init__.py").touch()
    return tmp_path


def plant(source: Path, line: str) -> None:
    name, _, code = line.partition(":")
    (source / "hearth" / name).write_text(f"{code.strip()}\n")


def test_the_contracts_hold(copy: Path) -> None:
    code, states, report = lint(copy)
    assert set(states) == set(PLANTED), report
    assert code == 0, report


def test_each_contract_catches_what_it_is_there_for(copy: Path) -> None:
    for line in PLANTED.values():
        plant(copy, line)
    code, states, report = lint(copy)
    assert code == 1
    assert {name for name, state in states.items() if state == "KEPT"} == set(), report


def test_a_stray_module_beside_the_layers_is_caught(copy: Path) -> None:
    plant(copy, "stray.py:")
    _, states, report = lint(copy)
    assert states["An import points down"] == "BROKEN", report


def test_no_contract_forbids_what_the_design_allows(copy: Path) -> None:
    for line in ALLOWED:
        plant(copy, line)
    code, _, report = lint(copy)
    assert code == 0, report


def test_siblings_of_one_layer_are_strangers(copy: Path) -> None:
    plant(copy, "providers/planted.py: import hearth.syntax")
    plant(copy, "index/planted.py: import hearth.embedding")
    _, _, report = lint(copy)
    assert "hearth.providers is not allowed to import hearth.syntax" in report
    assert "hearth.index is not allowed to import hearth.embedding" in report
