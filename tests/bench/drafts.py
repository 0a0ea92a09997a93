"""Guessing ahead: answers that repeat what they were given, and completions, with drafts and without."""

from __future__ import annotations

import ast
import queue
import random
import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import attrs

from hearth.engine import scheduler as loop
from hearth.engine.drafts import MAX_DRAFT
from hearth.engine.generation import Event, Task, Timings
from hearth.engine.ladder import Rung
from hearth.engine.native import Context, Model, lib
from hearth.engine.sampling import Sampler
from hearth.engine.scheduler import Scheduler

from . import corpus, shapes
from .engine import BUNDLED, SHAPED, bare, end_of, engine, mode
from .report import ROOT
from .result import Figure, Of, Result, at_least

NAME = "drafts"
TITLE = "Guessing ahead in edits"
EDITS = ROOT / "tests" / "golden" / "edits"
SCENES = 8
"""The longest of the recorded edits, so that the ends do not count too much."""
REPEATS, REPEAT_TOKENS = 8, 128
COMPLETIONS, COMPLETION_TOKENS = 16, 32
LINES_BEFORE, LINES_AFTER = 30, 10
"""Of a completion's prompt."""
STEPS = 1, 4, 16, 32
"""Rows of steps whose cost is told: no guess brings more than rows by cost."""
SLOW = 4
"""Answers of each kind that the large model is dictated."""
PROMPT_TOKENS = 800
"""Of the longest prompt that the bench's engine is given."""
EQUAL = 4
"""Tokens in a row that make a repetition."""


@attrs.frozen
class Written:
    """An answer that is dictated."""

    prompt: tuple[int, ...]
    answer: tuple[int, ...]

    @property
    def repeated(self) -> float:
        """The part of the answer's runs of :data:`EQUAL` tokens that the prompt has too."""
        runs = list(_runs(self.answer))
        known = set(_runs(self.prompt))
        return sum(run in known for run in runs) / max(1, len(runs))


def run() -> Result:
    """Each answer with drafts and without, in turn."""
    figures: dict[str, Figure] = {}
    sets: dict[str, list[Written]] = {}
    for label, path in ((BUNDLED, shapes.tokenizer_model()), (SHAPED, shapes.model())):
        extra = mode(path) is Rung.FAST
        steps = bare(path, extra, STEPS, sequences=False)
        for rows in STEPS[1:]:
            figures[f"a step of {rows} rows, in steps of one, {label}"] = Figure(steps[rows] / steps[1], "")
        best = max(rows * steps[1] / steps[rows] for rows in STEPS)
        figures[f"decode if every guess were right, {label}"] = Figure(best, "x")
        with engine(path, extra) as (scheduler, model), _choosing() as chooser:
            sets = sets or {
                "edits": [Written(tuple(model.tokenize(one)), tuple(model.tokenize(two))) for one, two in _edits()],
                "answers that repeat": _repeating(scheduler, model, chooser),
                "completions": _completions(scheduler, model, chooser),
            }
            for name, kept in sets.items():
                answers = kept if label == BUNDLED else kept[:SLOW]
                rounds = [_round(scheduler, chooser, each) for each in (answers[0], *answers)][1:]
                target = None if name == "completions" else at_least(1.8, Of.RATIO)
                figures |= _figures(name, label, rounds, target)
    return Result(
        figures=figures,
        note=(
            f"*Edits*: the {SCENES} longest of `tests/golden/edits`; the prompt is the document, the answer is the "
            f"whole document after the edit. *Answers that repeat*: {REPEAT_TOKENS} greedy tokens of the bundled model "
            "after functions of the standard library and the first two lines of them once more, the first "
            f"{REPEATS} of which at least half of all runs of {EQUAL} tokens stand in the prompt. *Completions*: its "
            f"greedy answers at {COMPLETIONS} lines of the standard library, {LINES_BEFORE} lines before and "
            f"{LINES_AFTER} after, at most {COMPLETION_TOKENS} tokens. All answers are dictated: whatever the model "
            "would choose, the recorded token is taken, so that both ways write the same; to the 0.5B shape the "
            f"first {SLOW} of each kind. The peer is "
            "the same engine without drafts. The engine guesses as far as pays by its measure of what a step costs, "
            f"at most {MAX_DRAFT} tokens. What a step costs stands first, for `llama_decode` alone: where a step of "
            "four rows takes as long as two of one, as on a processor without a graphics card, right guesses of "
            "three bring twice the speed and no more, whoever makes them, and one wrong in five takes half of that "
            "back. Beside an engine whose threads disturbed each other, which wrote a quarter as fast without guesses, "
            "the same guesses had brought 2.48 where the bundled model repeats. "
            "Tokens a step count the work, whatever else the machine does. Completions are written without guesses: "
            "they repeat too little."
        ),
        target="1.8 times as fast with guesses where the answer repeats what it was given.",
    )


def _figures(name: str, label: str, rounds: Sequence[tuple[Timings, Timings]], target: Any) -> dict[str, Figure]:
    """Sums over all answers, with guesses and without."""
    guessed, plain = ([pair[at] for pair in rounds] for at in (0, 1))
    written = sum(each.predicted_n for each in plain)
    ours, peer = (written / sum(each.predicted_ms for each in column) * 1000 for column in (guessed, plain))
    drafted = sum(each.draft_n for each in guessed)
    right = sum(each.draft_n_accepted for each in guessed)
    return {
        f"decode of {name}, {label}": Figure(ours, "tokens/s", peer, target),
        f"{name}: tokens a step, {label}": Figure(written / (written - right), "", 1.0),
        f"{name}: share of guesses right, {label}": Figure(right / max(1, drafted), ""),
    }


def _edits() -> Iterator[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for path in sorted(EDITS.glob("*.toml")):
        for scene in tomllib.loads(path.read_text(encoding="utf-8"))["scene"]:
            if isinstance(scene.get("document"), str) and isinstance(scene.get("wanted"), str):
                plain = scene["document"].replace("├", "").replace("┤", "")
                found.append((plain, scene["wanted"]))
    found.sort(key=lambda each: len(each[1]), reverse=True)
    yield from found[:SCENES]


def _repeating(scheduler: Scheduler, model: Model, chooser: Chooser) -> list[Written]:
    found: list[Written] = []
    draw = random.Random(5)  # noqa: S311
    for body, first in _functions(draw):
        prompt = tuple(model.tokenize(f"{body}\n\n\n{first}\n"))
        if len(prompt) > PROMPT_TOKENS:
            continue
        answer = _recorded(scheduler, model, chooser, prompt, REPEAT_TOKENS)
        written = Written(prompt, answer)
        if len(answer) >= REPEAT_TOKENS // 2 and written.repeated >= 1 / 2:
            found.append(written)
        if len(found) == REPEATS:
            break
    return found


def _functions(draw: random.Random) -> Iterator[tuple[str, str]]:
    """Text and first two lines of functions, without end."""
    files = _files()
    while True:
        text = draw.choice(files)
        found = [
            node
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.FunctionDef) and 10 <= (node.end_lineno or 0) - node.lineno <= 40
        ]
        if found:
            node = draw.choice(found)
            lines = text.split("\n")[node.lineno - 1 : node.end_lineno]
            yield "\n".join(lines), "\n".join(lines[:2])


def _completions(scheduler: Scheduler, model: Model, chooser: Chooser) -> list[Written]:
    draw = random.Random(6)  # noqa: S311
    assert model.fill is not None
    found: list[Written] = []
    files = _files()
    while len(found) < COMPLETIONS:
        lines = draw.choice(files).split("\n")
        row = draw.randrange(LINES_BEFORE, len(lines) - LINES_AFTER) if len(lines) > 2 * LINES_BEFORE else 0
        if not lines[row].strip() or not row:
            continue
        indent = lines[row][: len(lines[row]) - len(lines[row].lstrip())]
        before = "\n".join([*lines[row - LINES_BEFORE : row], indent])
        after = "\n" + "\n".join(lines[row + 1 : row + 1 + LINES_AFTER])
        prompt = tuple(model.fill.prompt(model.tokenize, before, after))
        if len(prompt) > PROMPT_TOKENS:
            continue
        answer = _recorded(scheduler, model, chooser, prompt, COMPLETION_TOKENS)
        if len(answer) > 1:
            found.append(Written(prompt, answer))
    return found


def _files() -> list[str]:
    sized = [path for path in sorted(corpus.stdlib().glob("*.py")) if 4_000 < path.stat().st_size < 60_000]
    return [path.read_text("utf-8") for path in sized]


def _recorded(
    scheduler: Scheduler, model: Model, chooser: Chooser, prompt: tuple[int, ...], most: int
) -> tuple[int, ...]:
    """The model's own greedy answer."""
    chooser.dictate = None
    chooser.chosen.clear()
    _answer(scheduler, Task(prompt, most))
    ends = (at for at, token in enumerate(chooser.chosen) if lib.llama_vocab_is_eog(model.vocab, token))
    return tuple(chooser.chosen[: next(ends, most)])


def _round(scheduler: Scheduler, chooser: Chooser, written: Written) -> tuple[Timings, Timings]:
    def write(draft: int) -> Timings:
        chooser.dictate = iter(written.answer).__next__
        return _answer(scheduler, Task(written.prompt, len(written.answer), draft=draft))

    return write(MAX_DRAFT), write(0)


def _answer(scheduler: Scheduler, task: Task) -> Timings:
    events: queue.SimpleQueue[Event] = queue.SimpleQueue()
    scheduler.submit(task, events.put)
    return end_of(events)


def _runs(tokens: Sequence[int]) -> Iterator[tuple[int, ...]]:
    return (tuple(tokens[at : at + EQUAL]) for at in range(len(tokens) - EQUAL + 1))


@attrs.define
class Chooser:
    """What every sampler takes for the next token: what is dictated, else what the model chooses."""

    dictate: Callable[[], int] | None = None
    chosen: list[int] = attrs.field(factory=list)


@contextmanager
def _choosing() -> Iterator[Chooser]:
    chooser = Chooser()

    class Dictated(Sampler):
        def sample(self, context: Context, row: int) -> int:
            chosen = super().sample(context, row)
            token = chooser.dictate() if chooser.dictate is not None else chosen
            chooser.chosen.append(token)
            return token

    module: Any = loop
    original = module.Sampler
    module.Sampler = Dictated
    try:
        yield chooser
    finally:
        module.Sampler = original
