"""What is shown of a long file parses as well as the file does, keeps what encloses the cursor, and fits."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from hearth.context.shorten import Cut, cut
from hearth.syntax import languages, tokens
from hearth.syntax.complete import damage
from hearth.syntax.parse import Tree, parse
from unit.syntax.files import real, samples

FILES = [path for path in (*samples(), *real()) if languages.of_path(path) is not None]


def shorten(tree: Tree, offset: int, budget: int, used: frozenset[str] = frozenset()) -> str | None:
    found = cut(tree, offset, budget, cost, used=used)
    return None if found is None else found.text(tree.text, offset)


def cost(text: str) -> int:
    return len(text) // 3


def tree_of(text: str, language: str) -> Tree:
    known = languages.by_name(language)
    assert known is not None
    tree = parse(text, known)
    assert tree is not None
    return tree


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_it_parses_no_worse_and_fits(path: Path) -> None:
    text = path.read_bytes().decode("utf-8", "replace").replace("\r\n", "\n")
    language = languages.of_path(path)
    assert language is not None
    tree = parse(text, language)
    if tree is None:
        return
    rng = random.Random(path.name)  # noqa: S311
    lines = [i for i, char in enumerate(text) if char == "\n"] or [len(text)]
    for offset in rng.sample(lines, min(4, len(lines))):
        for share in (0.2, 0.5):
            budget = int(cost(text[:offset]) * share)
            shown = shorten(tree, offset, budget)
            if shown is None:
                continue
            assert cost(shown) <= budget * 1.1 + 20
            after = parse(shown + text[offset:], language)
            assert after is not None
            assert damage(after) <= damage(tree)
            assert text[:offset].endswith(shown.rpartition("\n")[2])


def test_most_long_files_can_be_shortened() -> None:
    tried = kept = 0
    for path in FILES:
        text = path.read_bytes().decode("utf-8", "replace").replace("\r\n", "\n")
        language = languages.of_path(path)
        tree = parse(text, language) if language is not None and language.nodes.blocks else None
        if tree is not None and len(text) > 3000 and not tree.has_error:
            middle = text.find("\n", len(text) // 2)
            tried += 1
            kept += shorten(tree, middle, cost(text[:middle]) // 2) is not None
    assert tried >= 20
    assert kept >= 0.85 * tried, f"{kept} of {tried}"


PYTHON = (
    "import os\nimport sys\nfrom typing import Any\n\n"
    + "".join(f"def far_{i}(a: int) -> int:\n    '''Far.'''\n    b = a\n    return b\n\n\n" for i in range(30))
    + "class Near:\n    limit = 3\n\n    def other(self, x: int) -> str:\n        '''What it is.'''\n"
    + "".join(f"        y_{i} = x\n" for i in range(30))
    + "        return str(x)\n\n    def here(self) -> str:\n        first = sys.argv\n        "
)


def test_what_encloses_the_cursor_and_its_neighbours_stay() -> None:
    found = cut(tree_of(PYTHON, "python"), len(PYTHON), 150, cost, used=frozenset({"sys"}))
    assert found is not None
    shown = found.text(PYTHON, len(PYTHON))
    for line in ("class Near:", "limit = 3", "def other(self, x: int) -> str:", "What it is.", "def here", "first ="):
        assert line in shown
    assert "import sys" in shown
    assert "y_7" not in shown
    assert "lines" in shown
    assert sum(each.lines for each in found.omitted) > 60


def test_the_beginning_stays_while_one_types() -> None:
    found: Cut | None = cut(tree_of(PYTHON, "python"), len(PYTHON), 200, cost)
    assert found is not None
    head = found.head
    text = PYTHON
    for typed in ("a = 1\n        ", "b = 2\n        ", "c = os.sep\n        "):
        text += typed
        again = cut(tree_of(text, "python"), len(text), 200, cost, before=found)
        assert again is found
        assert again.text(text, len(text)) == head + text[found.end :]
    longer = text + "".join(f"d{i} = {i}\n        " for i in range(40))
    more = cut(tree_of(longer, "python"), len(longer), 200, cost, before=found)
    assert more is not None
    assert cost(more.text(longer, len(longer))) <= 200
    above = text.replace("limit = 3", "limit = 4")
    other = cut(tree_of(above, "python"), len(above), 200, cost, before=found)
    assert other is not None
    assert "limit = 4" in other.head


def test_no_cut_is_inside_a_string() -> None:
    doc = "\n".join(f"line {i} of it" for i in range(200))
    text = f'def a():\n    x = 1\n\n\ndef f():\n    """{doc}"""\n    return '
    tree = tree_of(text, "python")
    assert tokens.kind_at(tree, len(text) // 2) == "string"
    assert shorten(tree, len(text) // 2, 100) is None


def test_broken_code_is_cut_too() -> None:
    text = PYTHON + "if x ==\n        foo(\n"
    shown = shorten(tree_of(text, "python"), len(text), 200)
    assert shown is not None
    assert "class Near:" in shown
    assert "pass  # ..." in shown
    assert shown.endswith("if x ==\n        foo(\n")
