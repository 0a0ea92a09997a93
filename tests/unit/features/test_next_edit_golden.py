"""The next edit, in several languages: data files of documents before and after an edit, and of what follows it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from hearth.features.next_edit import run
from hearth.syntax.complete import no_worse
from unit.features.next_edits import applied, tree_of

FOLDER = Path(__file__).resolve().parents[2] / "golden" / "next_edit"
MOST = 30


def cases() -> list[Any]:
    return [
        pytest.param(case, id=f"{path.stem}: {case['name']}")
        for path in sorted(FOLDER.glob("*.toml"))
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    ]


def follow(before: str, after: str, language: str, other: str | None, stem: str) -> tuple[str, str | None, list[str]]:
    """Accept everything that is offered, one after the other, in the document and then in another one."""
    tree = tree_of(after, language)
    titles: list[str] = []
    meant = run.meaning(before, tree)
    if meant is None:
        return after, other, titles
    edit, found = meant
    at = edit.new_end
    text = after
    for _ in range(MOST):
        made = run.here(found, tree, at, defines=True)
        if made is None:
            break
        titles.append(made.title)
        old, text = text, applied(text, made.place)
        at = made.place.start + len(made.place.text)
        newer = tree_of(text, language)
        assert no_worse(tree, newer)
        tree = newer
        rest = run.accepted(found, made.place)
        if rest is None:
            again = run.meaning(old, tree)
            if again is None:
                break
            rest = again[1]
        found = rest
    else:
        pytest.fail(f"it never ends: {text}")
    for number in range(MOST):
        made = run.there(found, tree_of(other, language), stem, begun=number > 0) if other is not None else None
        if made is None or other is None:
            break
        titles.append(made.title)
        other = applied(other, made.place)
    else:
        pytest.fail(f"it never ends in the other file: {other}")
    return text, other, titles


@pytest.mark.parametrize("case", cases())
def test_what_follows(case: dict[str, Any]) -> None:
    before, after = case["before"], case["after"]
    text, other, titles = follow(before, after, case["language"], case.get("other"), case.get("stem", "shop"))
    assert text == case.get("wanted", after)
    assert other == case.get("other_wanted", case.get("other"))
    assert titles[:1] == ([case["title"]] if "title" in case else [])
