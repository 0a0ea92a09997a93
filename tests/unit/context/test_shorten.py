"""What is shown of a long file parses as well as the file does, keeps what encloses the cursor, and fits."""

from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path

import pytest

from hearth.context.pieces import elision
from hearth.context.shorten import Cut, cut
from hearth.syntax import languages, tokens
from hearth.syntax.complete import damage
from hearth.syntax.languages import Language
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


def strings(tree: Tree) -> Counter[bytes]:
    """How often each string stands in a text."""
    found: Counter[bytes] = Counter()
    cursor = tree.root.walk()
    while (node := cursor.node) is not None:
        if node.type in tree.language.nodes.strings:
            found[tree.data[node.start_byte : node.end_byte]] += 1
        elif cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return found
    return found


def check_what_is_left_out(before: str, shown: str, language: Language) -> None:
    """Every line is a line of the file, or says in a comment of the language how many are missing."""
    own = set(before.split("\n"))
    told, marks = 0, 0
    for line in shown.split("\n"):
        if line in own:
            continue
        counts = re.findall(r"\.\.\. (\d+) lines?\b", line)
        if not counts and language.name == "python" and line.endswith(('"""', "'''")):
            told += before.split(line[:-3])[1].partition(line[-3:])[0].count("\n")  # The first line of a docstring.
            continue
        assert len(counts) == 1, line
        assert elision(int(counts[0]), language) in line
        told, marks = told + int(counts[0]), marks + 1
    missing = before.count("\n") - shown.count("\n")
    assert abs(told - missing) <= marks, "a mark is a line itself, or is none"


def broken(text: str, rng: random.Random) -> str:
    """The text as it is while somebody works on it: a few characters are gone somewhere, or too many."""
    at = rng.randrange(len(text))
    return text[:at] + rng.choice(("", "(", '"', "{", "if")) + text[at + rng.randrange(12) :]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_broken_files_are_cut_to_what_is_no_more_broken(path: Path) -> None:
    whole = path.read_bytes().decode("utf-8", "replace").replace("\r\n", "\n")
    language = languages.of_path(path)
    assert language is not None
    rng = random.Random(path.name)  # noqa: S311
    for _ in range(3):
        text = broken(whole, rng)
        tree = parse(text, language)
        if tree is None:
            continue
        offset = text.find("\n", rng.randrange(len(text)))
        shown = shorten(tree, offset, cost(text[:offset]) // 2) if offset > 0 else None
        if shown is not None:
            after = parse(shown + text[offset:], language)
            assert after is not None
            assert damage(after) <= damage(tree)


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
            check_what_is_left_out(text[:offset], shown, language)
            if language.name != "python":  # Of a long docstring the first line is shown.
                assert strings(after) <= strings(tree), "no cut is inside of a string"


def test_every_language_with_statements_can_be_cut() -> None:
    cuttable = {name for name in languages.every() if (known := languages.by_name(name)) and known.nodes.blocks}
    done = set()
    for path in samples():
        language = languages.of_path(path)
        text = path.read_bytes().decode("utf-8", "replace")
        tree = parse(text, language) if language is not None else None
        if tree is not None:
            ends = [match.end() - 1 for match in re.finditer("\n", text)]
            budgets = (cost(text) * share // 10 for share in (8, 6, 4))
            cuts = (cut(tree, end, budget, cost) for budget in budgets for end in reversed(ends))
            if any(found is not None and found.omitted for found in cuts):
                done.add(tree.language.name)
    assert done == cuttable


def test_what_is_kept_first() -> None:
    """The smallest budget that shows each thing."""
    tree = tree_of(PYTHON, "python")
    looked_for = {
        "encloses": ("class Near:", "def here(self) -> str:"),
        "nearest": ("first = sys.argv",),
        "used import": ("import sys",),
        "field": ("limit = 3",),
        "sibling": ("def other(self, x: int) -> str:", "What it is."),
        "signature": ("def far_29(a: int) -> int:",),
        "body": ("y_7 = x",),
        "all": ("def far_0(", "y_29 = x"),
    }
    least: dict[str, int] = {}
    for budget in range(10, cost(tree.text) * 2, 2):
        found = cut(tree, len(tree.text), budget, cost, used=frozenset({"sys"}))
        shown = found.text(tree.text, len(tree.text)) if found is not None else ""
        for name, texts in looked_for.items():
            if all(text in shown for text in texts):
                least.setdefault(name, budget)
    assert list(least) == list(looked_for)
    assert least["encloses"] <= 40


def test_a_long_comment_at_the_top_is_left_out_first() -> None:
    """A licence says nothing about the code, and stands in front of most files."""
    text = "# A line of a licence that goes on and on.\n" * 60 + "\n" + PYTHON
    shown = shorten(tree_of(text, "python"), len(text), 150)
    assert shown is not None
    assert "licence" not in shown
    assert "class Near:" in shown


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
