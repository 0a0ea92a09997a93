"""What is shown of a long file parses as well as the file does, keeps what encloses the cursor, and fits."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from hearth.context.shorten import Shortened, shorten
from hearth.syntax import languages, tokens
from hearth.syntax.complete import damage
from hearth.syntax.parse import Tree, parse
from unit.syntax.files import real, samples

FILES = [path for path in (*samples(), *real()) if languages.of_path(path) is not None]


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
            shown = shorten(tree, offset, budget, cost)
            if shown is None:
                continue
            assert cost(shown.text) <= budget * 1.1 + 20
            after = parse(shown.text + text[offset:], language)
            assert after is not None
            assert damage(after) <= damage(tree)
            assert not shown.text or text[:offset].endswith(shown.text.rpartition("\n")[2])


def test_most_long_files_can_be_shortened() -> None:
    tried = kept = 0
    for path in FILES:
        text = path.read_bytes().decode("utf-8", "replace").replace("\r\n", "\n")
        language = languages.of_path(path)
        tree = parse(text, language) if language is not None and language.nodes.blocks else None
        if tree is not None and len(text) > 3000 and not tree.has_error:
            middle = text.find("\n", len(text) // 2)
            tried += 1
            kept += shorten(tree, middle, cost(text[:middle]) // 2, cost) is not None
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
    shown = shorten(tree_of(PYTHON, "python"), len(PYTHON), 150, cost, used=frozenset({"sys"}))
    assert shown is not None
    for line in ("class Near:", "limit = 3", "def other(self, x: int) -> str:", "What it is.", "def here", "first ="):
        assert line in shown.text
    assert "import sys" in shown.text
    assert "y_7" not in shown.text
    assert "lines" in shown.text
    assert sum(each.lines for each in shown.omitted) > 60


def test_the_beginning_stays_while_one_types() -> None:
    kept: Shortened | None = shorten(tree_of(PYTHON, "python"), len(PYTHON), 200, cost)
    assert kept is not None
    head = kept.text[: kept.text.index("def here")]
    text = PYTHON
    for typed in ("a = 1\n        ", "b = 2\n        ", "c = os.sep\n        "):
        text += typed
        shown = shorten(tree_of(text, "python"), len(text), 200, cost, before=kept.kept)
        assert shown is not None
        assert shown.text.startswith(head)
        assert shown.text.endswith(typed)
        kept = shown


def test_what_fits_is_shown_whole() -> None:
    text = "a = 1\n\n\ndef f():\n    "
    shown = shorten(tree_of(text, "python"), len(text), 100, cost)
    assert shown == Shortened(text)


def test_no_cut_is_inside_a_string() -> None:
    doc = "\n".join(f"line {i} of it" for i in range(200))
    text = f'def a():\n    x = 1\n\n\ndef f():\n    """{doc}"""\n    return '
    tree = tree_of(text, "python")
    assert tokens.kind_at(tree, len(text) // 2) == "string"
    assert shorten(tree, len(text) // 2, 100, cost) is None


def test_broken_code_is_cut_too() -> None:
    text = PYTHON + "if x ==\n        foo(\n"
    shown = shorten(tree_of(text, "python"), len(text), 200, cost)
    assert shown is not None
    assert "class Near:" in shown.text
    assert "pass  # ..." in shown.text
    assert shown.text.endswith("if x ==\n        foo(\n")
