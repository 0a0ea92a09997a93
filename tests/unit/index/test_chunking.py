"""A file as chunks: by syntax, or by lines where that fails."""

from __future__ import annotations

import pytest

from hearth.index import chunking


def test_a_fault_in_a_grammar_costs_one_file_its_syntax(monkeypatch: pytest.MonkeyPatch) -> None:
    real = chunking.chunks

    def broken(text: str, path: str, language: object) -> object:
        if language is not None:
            raise RuntimeError("a bad query")
        return real(text, path, None)

    monkeypatch.setattr(chunking, "chunks", broken)
    assert {record.kind for record in chunking.records("a.py", "def f(): pass\n")} == {"lines"}


def test_the_same_text_gives_the_same_chunks() -> None:
    text = "class A:\n    def m(self):\n        return 1\n\n\nLIMIT = 3\n"
    assert chunking.records("a.py", text) == chunking.records("a.py", text)
    assert {name for record in chunking.records("a.py", text) for name in record.names} == {"A", "m", "LIMIT"}
