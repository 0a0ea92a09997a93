"""Identifiers split as programmers write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.index import tokens


@pytest.mark.parametrize(
    ("identifier", "parts"),
    [
        ("parseHTTPHeader", ["parse", "http", "header"]),
        ("snake_case_name", ["snake", "case", "name"]),
        ("SCREAMING_CASE", ["screaming", "case"]),
        ("utf8", ["utf", "8"]),
        ("__init__", ["init"]),
        ("größeÄndern", ["gr", "öß", "e", "ä", "ndern"]),
        ("変数", ["変数"]),
        ("_", []),
    ],
)
def test_split(identifier: str, parts: list[str]) -> None:
    assert tokens.split(identifier) == parts


def test_words_hold_the_parts_and_the_whole() -> None:
    assert tokens.words("self.parseHeader(x)") == "self parse header parseheader x"


def test_names_are_found_whatever_their_way_of_writing() -> None:
    keys = tokens.name_keys(["Session.parse_header"]).split()
    assert keys == ["sessionparseheader", "session", "parseheader"]
    for question in ("parse_header", "parseHeader", "how is a parse header made", "ParseHeader()"):
        assert "parseheader" in tokens.question_keys(question), question


def test_a_pasted_file_is_no_question() -> None:
    assert len(tokens.question_keys("word " * 100_000)) < 300
    assert len(tokens.question_words("a b " * 100_000)) < 300
    assert tokens.question_keys("\N{ZERO WIDTH SPACE} ?! 'x'") == []


@given(st.text(max_size=200))
def test_any_text_has_words(text: str) -> None:
    assert tokens.words(text) == tokens.words(text).lower()
    tokens.question_keys(text)
