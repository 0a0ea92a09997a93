"""Trees of texts, in bounded time, and of the same texts after edits."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hearth.syntax import languages
from hearth.syntax.languages import Language
from hearth.syntax.offsets import Offsets, encoded
from hearth.syntax.parse import Tree, parse

EDITS = st.lists(
    st.tuples(
        st.integers(0, 400),
        st.integers(0, 30),
        st.sampled_from(["", "x", "é", "😀 ", "\n", "    ", "(", '"', "def f():\n    pass\n", "\r\n", "# "]),
    ),
    min_size=1,
    max_size=6,
)
SOURCE = (
    'class A:\n    """Ünïcode 😀."""\n\n    def f(self, a):\n        return [a, "é", (1, 2)]\n\n\nx = A().f(1)\n' * 3
)


def language(name: str = "python") -> Language:
    found = languages.by_name(name)
    assert found is not None
    return found


def tree_of(text: str, name: str = "python") -> Tree:
    tree = parse(text, language(name))
    assert tree is not None
    return tree


@settings(max_examples=150, deadline=None)
@given(EDITS)
def test_an_edited_tree_is_the_tree_of_the_edited_text(edits: list[tuple[int, int, str]]) -> None:
    tree = tree_of(SOURCE)
    for start, length, replacement in edits:
        first = min(start, len(tree.text))
        last = min(first + length, len(tree.text))
        before = tree.text
        edited = tree.edited(first, last, replacement)
        assert edited is not None
        assert tree.text == before, "a tree does not change"
        assert edited.text == before[:first] + replacement + before[last:]
        assert edited.data == edited.text.encode()
        fresh = tree_of(edited.text)
        if not fresh.has_error:
            assert str(edited.root) == str(fresh.root)
        tree = edited


def test_the_time_for_a_parse_is_bounded() -> None:
    text = "".join(f"def f{number}(a, b=[{number}]):\n    return {{a: b}}\n" for number in range(20_000))
    assert parse(text, language(), deadline=0.0) is None
    tree = tree_of(text[:1000])
    assert tree.edited(10, 10, text, deadline=0.0) is None


@pytest.mark.parametrize("text", ["(" * 50_000, "a<" * 30_000, "x = 1\n" * 30_000])
def test_heaps_and_repetitions_are_not_parsed(text: str) -> None:
    assert parse(text, language()) is None


def test_an_ordinary_long_file_is_parsed() -> None:
    tree = tree_of("".join(f"value_{number} = compute({number * 7919 % 1000})\n" for number in range(8_000)))
    assert not tree.has_error


@given(st.text(st.sampled_from("aé€😀\n\ud800"), max_size=60), st.integers(0, 70))
def test_offsets_go_both_ways(text: str, offset: int) -> None:
    offsets = Offsets(text)
    byte = offsets.byte(offset)
    assert byte == len(encoded(text[:offset]))
    assert offsets.char(byte) == min(offset, len(text))


def test_offsets_of_a_long_text() -> None:
    text = "aé😀\n" * 5_000
    offsets = Offsets(text)
    for offset in (0, 1, 4095, 4096, 4097, 8192, 12_345, len(text) - 1, len(text), len(text) + 9):
        byte = offsets.byte(offset)
        assert byte == len(text[:offset].encode())
        assert offsets.char(byte) == min(offset, len(text))
    assert offsets.char(offsets.byte(2) + 2) == 2, "inside a character it is that character"


def test_only_matches_near_a_place_are_asked_for() -> None:
    tree = tree_of("".join(f"def f{number}(): pass\n" for number in range(500)))
    assert len(list(tree.matches("scopes"))) == 500
    assert len(list(tree.matches("scopes", 40, 41))) <= 2
