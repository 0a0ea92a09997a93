"""How much is looked at for the actions at a place of a long file, whole and broken there; work is counted."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
import tree_sitter

from hearth.context.trees import _FEW_STEPS, Trees
from hearth.features.edits.offers import offers
from hearth.features.edits.spot import Place, Spot, Trouble
from hearth.syntax import parse
from hearth.syntax.grammars import Grammar
from hearth.syntax.parse import Tree

LINES = 5_000
PLACES = 30
MOST_MATCHES = 60
"""Of queries for one menu: what is around a place, some times over. The files have a thousand scopes."""

PYTHON = """class Class{number}:
    def first{number}(self, a, b):
        total = a + b
        if total > 3:
            return {{"a": [a, b]}}

        return None

    def second{number}(self, items):
        for item in items:
            print(item)
            self.first{number}(item, 1)
"""
TYPESCRIPT = """export class Class{number} {{
  first{number}(a: number, b: number) {{
    const total = a + b;
    if (total > 3) {{
      return {{ a: [a, b] }};
    }}

    return null;
  }}

  second{number}(items: string[]) {{
    for (const item of items) {{
      console.log(item);
    }}
  }}
}}
"""
FILES = {"python": PYTHON, "typescript": TYPESCRIPT}


class Counter:
    """Parses without a limit, the limits of the others, and matches."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.whole = 0
        self.steps = 0
        self.matches = 0
        run, matches = parse._parse, Tree.matches

        def parsed(
            grammar: Grammar, data: bytes, old: tree_sitter.Tree | None, deadline: float, steps: int | None = None
        ) -> tree_sitter.Tree | None:
            self.whole += steps is None
            self.steps += steps or 0
            return run(grammar, data, old, deadline, steps)

        def matched(tree: Tree, query: str, start: int | None = None, end: int | None = None) -> Iterator[object]:
            for each in matches(tree, query, start, end):
                self.matches += 1
                yield each

        monkeypatch.setattr(parse, "_parse", parsed)
        monkeypatch.setattr(Tree, "matches", matched)


def long_file(language: str) -> list[str]:
    size = FILES[language].count("\n")
    text = "\n".join(FILES[language].format(number=number) for number in range(LINES // size))
    return text.split("\n")


@pytest.mark.parametrize("broken", ["", "value = call(first, [", "if (", "{", '"'])
@pytest.mark.parametrize("language", FILES)
async def test_a_menu_looks_at_what_is_around_the_place(
    language: str, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = long_file(language)
    inside = [number for number, line in enumerate(lines) if "total = a + b" in line or "(item)" in line]
    trees = Trees()
    assert await trees.get("a", "\n".join(lines), language, deadline=60) is not None
    counter = Counter(monkeypatch)
    for number in random.Random(7).sample(inside, PLACES):  # noqa: S311 (no secret)
        indentation = lines[number][: len(lines[number]) - len(lines[number].lstrip())]
        new = [*lines[: number + 1], indentation + broken, *lines[number + 1 :]] if broken else lines
        text = "\n".join(new)
        at = len("\n".join(new[: number + 1 + bool(broken)]))
        counter.whole = counter.steps = counter.matches = 0
        tree = await trees.near("a", text, language)
        assert tree is not None
        spot = Spot(Place(text, "a.x", language, at, at, (Trouble("This is wrong.", at - 3, at),)), tree)
        titles = [each.title for each in offers(spot)]
        name = next(line for line in reversed(new[:number]) if "first" in line or "second" in line)
        assert f"Explain `{name.split('(')[0].split()[-1]}`" in titles
        assert "Fix: This is wrong." in titles
        assert counter.whole == 0
        assert counter.steps <= _FEW_STEPS
        assert counter.matches <= MOST_MATCHES


async def test_a_place_where_a_file_stayed_broken_is_served_by_what_was_whole() -> None:
    """The tree of the broken text is there, and another key is typed."""
    lines = long_file("python")
    trees = Trees()
    await trees.get("a", "\n".join(lines), "python", deadline=60)
    at = next(number for number, line in enumerate(lines) if "self.first" in line and number > LINES // 2)
    lines.insert(at + 1, "            x = f(")
    broken = await trees.get("a", "\n".join(lines), "python", deadline=60)
    assert broken is not None
    assert broken.has_error
    lines[at + 1] += "1"
    text = "\n".join(lines)
    tree = await trees.near("a", text, "python")
    assert tree is not None
    assert (tree.text, tree.has_error) == (text, False)
    end = len("\n".join(lines[: at + 2]))
    spot = Spot(Place(text, "a.py", "python", end, end), tree)
    assert spot.function is not None
    assert spot.text[spot.function.start : spot.function.end].endswith("x = f(1")


async def test_a_parse_that_ends_late_does_not_replace_a_newer_text() -> None:
    trees = Trees()
    new = parse.parse("x = 2\n", (await trees.get("a", "x = 1\n", "python")).language)  # type: ignore[union-attr]
    assert new is not None
    turn = trees._next()
    trees.keep("a", "python", new)
    old = new.edited(4, 5, "3")
    assert old is not None
    trees._hold("a", "python", old, turn)
    assert trees.latest("a", "python") is new
