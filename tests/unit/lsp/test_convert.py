"""Between the types of LSP and those of the features."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types as lt
from lsprotocol.converters import get_converter

from hearth.core.text import Encoding
from hearth.lsp import convert
from hearth.lsp.clients import profile
from hearth.lsp.clients.profile import Announced, Profile
from hearth.lsp.documents import Document
from hearth.lsp.snapshots import Snapshot
from hearth.workspace.roots import Root, Roots

ROOTS = Roots((Root(Path("/w"), "w"),))


def snapshot(text: str, uri: str = "file:///w/pkg/a.py", encoding: Encoding = Encoding.UTF16) -> Snapshot:
    return Document(uri, "python", 1, text, encoding).snapshot()


@pytest.mark.parametrize(
    ("uri", "path", "private"),
    [
        ("file:///w/pkg/a.py", "pkg/a.py", False),
        ("file:///elsewhere/b.py", "b.py", False),
        ("untitled:Untitled-1", "untitled:Untitled-1", False),
        ("file:///w/.env", ".env", True),
        ("file:///home/someone/.ssh/config", "config", True),
        ("vscode-remote://host/w/.env.local", ".env.local", True),
    ],
)
def test_names_and_secrets(uri: str, path: str, private: bool) -> None:
    found = convert.list_cursor(snapshot("x", uri), lt.Position(line=0, character=1), ROOTS, automatic=True).request
    assert (found.path, found.private) == (path, private)
    active = convert.active(snapshot("x", uri), None, ROOTS)
    assert (active.title, active.private) == (path, private)


CAPABLE = {"preselectSupport": True, "insertTextModeSupport": {"valueSet": [1, 2]}, "documentationFormat": ["markdown"]}


def profile_of(item: dict[str, object]) -> Profile:
    """A client that knows this of completion items."""
    capabilities = {"textDocument": {"completion": {"completionItem": item}}}
    params = get_converter().structure(
        {"processId": None, "rootUri": None, "capabilities": capabilities}, lt.InitializeParams
    )
    return profile.from_capabilities(params, Announced())


@pytest.mark.parametrize("encoding", list(Encoding))
def test_an_item_replaces_the_word_before_the_cursor(encoding: Encoding) -> None:
    line = "😀 = größ"
    column = encoding.length(line)
    where = lt.Position(line=0, character=column)
    cursor = convert.list_cursor(snapshot(line, encoding=encoding), where, ROOTS, automatic=True)
    assert cursor.lead == "größ"
    assert cursor.range.start.character == column - encoding.length("größ")
    assert cursor.range.end == where
    item = convert.list_item(cursor, "e(1)\n\tmore", profile_of(CAPABLE))
    assert isinstance(item.text_edit, lt.TextEdit)
    assert item.text_edit.new_text == "größe(1)\n\tmore"
    assert (item.label, item.filter_text) == ("größe(1)", "größe(1)")
    assert isinstance(item.documentation, lt.MarkupContent)
    assert item.documentation.value == "```python\ngröße(1)\n\tmore\n```"
    assert (item.preselect, item.insert_text_mode) == (True, lt.InsertTextMode.AsIs)


def test_long_labels_and_text_that_begins_on_the_next_line() -> None:
    cursor = convert.list_cursor(snapshot("def f():"), lt.Position(line=0, character=8), ROOTS, automatic=True)
    item = convert.list_item(cursor, "\n    return " + "x" * 200, profile_of({}))
    assert item.label.startswith("return x")
    assert len(item.label) == 80
    assert item.filter_text is not None
    assert item.filter_text.startswith("return")
    assert item.documentation == "\n    return " + "x" * 200
    assert (item.preselect, item.insert_text_mode) == (None, None)


def test_positions_past_the_end_are_brought_back() -> None:
    cursor = convert.list_cursor(snapshot("ab\ncd"), lt.Position(line=9, character=9), ROOTS, automatic=True)
    assert cursor.request.offset == 5
    assert cursor.range.end == lt.Position(line=1, character=2)


def test_encodings() -> None:
    assert convert.encoding("utf-8") is Encoding.UTF8
    assert convert.encoding(None) is Encoding.UTF16
    assert convert.encoding("ebcdic") is Encoding.UTF16
