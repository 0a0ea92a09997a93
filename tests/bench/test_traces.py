"""The keys that benches replay."""

from __future__ import annotations

import random

from bench.traces import LINES_AFTER, LINES_BEFORE, Place, keys, places


def test_typing_ends_with_the_line_and_slips_are_taken_back() -> None:
    line = "    value = compute_everything(first, second)"
    trace = list(keys([Place("before\n", line, "\nafter", "python")]))
    assert trace[0].kind == "jump" and trace[0].before == "before\n    "
    assert trace[-1].before == f"before\n{line}" and trace[-1].after == "\nafter"
    assert all(key.language == "python" for key in trace)
    slips = [at for at, key in enumerate(trace) if key.kind == "delete"]
    assert slips
    assert all(trace[at].before == trace[at - 2].before for at in slips)


def test_some_lines_are_accepted_in_part() -> None:
    trace = list(keys([Place("", f"line number {number} of all", "") for number in range(3)]))
    assert [key.kind for key in trace].count("accept") == 1


def test_each_project_has_as_many_lines() -> None:
    def text(word: str) -> str:
        return "\n".join(f"{word} = {number}  # a line that is long enough" for number in range(200))

    draw = random.Random(1)  # noqa: S311
    found = places(draw, {"Django": [text("d")], "Rust": [text("r")], "TypeScript": ["too short"]}, 6)
    assert [place.line[0] for place in found] == list("drdrdr")
    assert [place.language for place in found] == ["python", "rust"] * 3
    assert all(place.before.count("\n") == LINES_BEFORE for place in found)
    assert all(place.after.count("\n") == LINES_AFTER for place in found)
