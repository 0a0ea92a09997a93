"""Parts of the way from an answer to an edit, each by what must always hold of it."""

from __future__ import annotations

import itertools

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.core.text import difference
from hearth.features.edits.changes import Change, applied, changes
from hearth.features.edits.edit import Edit, read
from hearth.features.edits.instruct import instructed
from hearth.features.edits.misfit import Misfit
from hearth.features.edits.offers import is_kind, offers
from hearth.features.edits.rebase import carried, rebased
from hearth.features.edits.spot import Place, Spot, whole_lines
from hearth.features.edits.validate import check_leftovers
from hearth.syntax import languages
from hearth.syntax.parse import parse

texts = st.text(st.sampled_from("ab \t\n\r😀"), max_size=40)


@given(texts, texts, st.integers(0, 5))
def test_changes_make_one_text_of_the_other(old: str, new: str, offset: int) -> None:
    found = changes(old, new, offset)
    lead = "x" * offset
    assert applied(lead + old, found) == lead + new
    assert bool(found) is (old != new)
    for one, other in itertools.pairwise(found):
        assert one.end <= other.start


def test_a_change_is_as_small_as_it_can_be() -> None:
    assert changes("a = one\nb\n", "a = two\nb\n") == (Change(4, 7, "two"),)
    assert changes("a\r\nb\r\n", "a\r\nc\r\nb\r\n") == (Change(3, 3, "c\r\n"),)


@given(texts, texts)
def test_a_difference_is_the_smallest_single_span(old: str, new: str) -> None:
    start, end, new_end = difference(old, new)
    assert old[:start] + new[start:new_end] + old[end:] == new
    if old[start:end] and new[start:new_end]:
        assert old[start] != new[start]
        assert old[end - 1] != new[new_end - 1]


@given(texts, texts, st.integers(0, 40))
def test_an_offset_is_carried_into_the_new_text(old: str, new: str, offset: int) -> None:
    assert 0 <= carried(min(offset, len(old)), old, new) <= len(new)


@given(texts, st.integers(0, 40), st.integers(0, 40))
def test_whole_lines_hold_the_span_and_only_blanks_more(text: str, start: int, length: int) -> None:
    start = min(start, len(text))
    end = min(len(text), start + length)
    first, last = whole_lines(text, start, end)
    assert first <= start
    assert not text[first:start].strip()
    assert not text[end:last].strip() or last < end


OLD = "def f():\n    return 1\n\n\ndef g():\n    return 2\n"
EDIT = Edit((Change(20, 21, "9"),), 0, 21)


def test_an_edit_is_moved_with_the_text_around_it() -> None:
    above = rebased(EDIT, OLD, "import os\n" + OLD, None)
    assert above is not None
    assert applied("import os\n" + OLD, above.changes) == "import os\n" + OLD.replace("1", "9")
    below = OLD.replace("2", "3")
    assert rebased(EDIT, OLD, below, None) == EDIT
    assert rebased(EDIT, OLD, OLD.replace("1", "7"), None) is None
    assert rebased(EDIT, OLD, OLD.replace("def f", "def h"), None) is None


def test_an_edit_that_would_break_the_new_text_is_not_moved() -> None:
    language = languages.by_name("python")
    assert language is not None
    new = "import os\n" + OLD
    broken = attrs.evolve(EDIT, changes=(Change(20, 21, "(("),))
    assert rebased(broken, OLD, new, parse(new, language)) is None


def test_kinds_are_a_tree() -> None:
    assert is_kind("refactor.rewrite.names", "refactor")
    assert is_kind("refactor.rewrite", "refactor.rewrite")
    assert is_kind("quickfix", "")
    assert not is_kind("refactoring", "refactor")


@pytest.mark.parametrize("selected", ["", " ", "    ", "\n    ", "\t\r\n"])
def test_where_only_blanks_are_selected_the_function_is_meant(selected: str) -> None:
    text = f"def f(a):\n    x = a\n    y = x{selected}\n    return y\n"
    start = text.index("y = x") + 5
    python = languages.by_name("python")
    assert python is not None
    tree = parse(text, python)
    found = [
        [each.title for each in offers(Spot(Place(text, "a", "python", start, end), tree))]
        for end in (start, start + len(selected))
    ]
    assert found[0] == found[1]
    assert "Simplify `f`" in found[0]


@pytest.mark.parametrize("text", ["", "\n", "One.\nTwo.\n"])
def test_words_about_a_text_with_no_grammar_are_about_its_line(text: str) -> None:
    spot = Spot(Place(text, "a.xyz", "xyz", 0, 0), None)
    (offer,) = instructed("Say it in one line.").offers(spot)
    assert offer.target is not None
    assert text[offer.target.start : offer.target.end] == text.partition("\n")[0]
    edit = read("```\nOne and two.\n```", spot, offer.target)
    assert applied(text, edit.changes) == f"One and two.{text[offer.target.end :]}"
    with pytest.raises(Misfit):
        read("", spot, offer.target)


def titles(text: str, language: str = "python") -> list[str]:
    before, _, after = text.partition("|")
    known = languages.by_name(language)
    assert known is not None
    spot = Spot(Place(before + after, "a", language, len(before), len(before)), parse(before + after, known))
    return [each.title for each in offers(spot)]


@pytest.mark.parametrize(
    ("text", "title", "is_offered"),
    [
        ("def f(a: int) -> int:\n    |return a\n", "Add types to `f`", False),
        ("def f(a, *, b: int = 1) -> int:\n    |return a\n", "Add types to `f`", True),
        ("def f(a: int):\n    |return a\n", "Add types to `f`", True),
        ("class A:\n    def f(self) -> None:\n        |print(1)\n", "Add types to `f`", False),
        ("def f():\n    |pass\n", "Write the body of `f`", True),
        ('def f():\n    """Do."""\n    # soon\n    |raise NotImplementedError("f")\n', "Write the body of `f`", True),
        ("def f():\n    |return None\n", "Write the body of `f`", False),
        ("def f():\n    |raise ValueError('bad')\n", "Write the body of `f`", False),
        ("def |f():\n    x = 1\n    return x\n", "Simplify `f`", True),
        ("|def f():\n    x = 1\n    return x\n", "Simplify `f`", True),
        ("x = 1\n|\ndef f():\n    return x\n", "Document `f`", False),
        ("def f():\n    |value = g()\n    return value\n", "Inline `value`", True),
        ("def f():\n    value = g()\n    value = 2\n    return |value\n", "Inline `value`", False),
        ("def f():\n    |return 1  # größe\n", "Translate the comments of `f`", True),
        ("def f():\n    |return 'größe'\n", "Translate the comments of `f`", False),
    ],
)
def test_what_is_offered_follows_from_the_syntax(text: str, title: str, is_offered: bool) -> None:
    assert (title in titles(text)) is is_offered


@pytest.mark.parametrize(
    "line",
    [
        "# ... existing code ...",
        "// rest of the function",
        "# (remaining code unchanged)",
        "/* same as before */",
        "-- your code here",
        "...",
        "```",
        "<<<<<<< SEARCH",
        "x = 1 <|im_end|>",
    ],
)
def test_what_stands_for_code_is_no_code(line: str) -> None:
    with pytest.raises(Misfit):
        check_leftovers("x = 1\n", f"x = 1\n{line}\n")
    check_leftovers(f"{line}\n", f"x = 2\n{line}\n")


@pytest.mark.parametrize(
    "line",
    [
        "# the resting time in seconds",
        "// otherwise nothing is left",
        "f(*args, ...)",
        "...rest,",
        "*rest = items",
        '"rest": 1,',
    ],
)
def test_ordinary_comments_are_none_of_that(line: str) -> None:
    check_leftovers("x = 1\n", f"x = 1\n{line}\n")
