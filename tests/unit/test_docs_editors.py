"""Every snippet of ``docs/editors.md`` that an editor would read parses."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from hearth.features.edits.own import FILE, OwnActions
from hearth.syntax import languages
from hearth.syntax.parse import parse

PAGE = Path(__file__).resolve().parents[2] / "docs" / "editors.md"
SNIPPETS = re.findall(r"(?ms)^```(\w+)\n(.*?)^```$", PAGE.read_text(encoding="utf-8"))
KNOWN = {"json", "toml", "lua", "elisp", "vim"}


ENTRIES = {
    "servers": {"command", "rootIndicationFileNames", "highlightingModeRegex", "use"},
    "clients": {"enabled", "command", "selector"},
    "languageserver": {"command", "args", "filetypes", "rootPatterns"},
    "lsp": {"binary"},
    "languages": {"language_servers"},
}
"""Settings of Kate, Sublime Text, coc and Zed, as their documentation names them, of the many that there are."""


def problem(kind: str, text: str) -> str:
    """Why a snippet cannot be read; empty if it can, or if nothing here reads its language."""
    try:
        if kind == "json":
            json.loads(text)
        elif kind == "toml":
            tomllib.loads(text)
    except ValueError as error:
        return str(error)
    if kind == "lua":
        language = languages.by_name("lua")
        tree = parse(text, language, deadline=60) if language is not None else None
        return "" if tree is not None and not tree.has_error else "it is no Lua"
    if kind == "elisp":
        code = re.sub(r'"(?:\\.|[^"\\])*"|;[^\n]*', "", text)
        return "" if code.count("(") == code.count(")") else "parentheses do not match"
    return ""


@pytest.mark.parametrize(("kind", "text"), SNIPPETS, ids=[f"{kind}-{at}" for at, (kind, _) in enumerate(SNIPPETS)])
def test_a_snippet_parses(kind: str, text: str) -> None:
    assert kind in KNOWN, "say how this is checked"
    assert not problem(kind, text)


def test_every_editor_has_one() -> None:
    kinds = {kind for kind, _ in SNIPPETS}
    assert kinds >= {"json", "toml", "lua", "elisp", "vim"}


@pytest.mark.parametrize(
    ("kind", "text"), [("json", '{"a": 1,}'), ("toml", "a = "), ("lua", "local = function("), ("elisp", "(a (b)")]
)
def test_a_broken_snippet_is_noticed(kind: str, text: str) -> None:
    assert problem(kind, text)


def test_the_own_actions_of_the_page_can_be_used(tmp_path: Path) -> None:
    (shown,) = (text for kind, text in SNIPPETS if kind == "toml" and "[[action]]" in text)
    (tmp_path / FILE).write_text(shown, encoding="utf-8")
    own = OwnActions(tmp_path).get()
    assert len(own.actions) == 1
    assert own.warnings == ()


def test_helix_runs_it_beside_the_servers_of_a_language() -> None:
    (shown,) = (text for kind, text in SNIPPETS if kind == "toml" and "[language-server" in text)
    settings = tomllib.loads(shown)
    assert settings["language-server"]["hearth"] == {"command": "hearth", "args": ["lsp"]}
    assert all("hearth" in each["language-servers"] for each in settings["language"])


def test_settings_in_json_are_those_of_an_editor() -> None:
    found = [json.loads(text) for kind, text in SNIPPETS if kind == "json"]
    seen = {name for each in found for name in each}
    assert seen == set(ENTRIES)
    for each in found:
        for name, entries in each.items():
            for entry in entries.values():
                assert entry.keys() <= ENTRIES[name]
            starts = json.dumps(entries)
            assert name == "languages" or ("hearth" in starts and "lsp" in starts)
