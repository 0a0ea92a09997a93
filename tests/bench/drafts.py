"""Guessing ahead in edits: answers that repeat most of the code that they change, with drafts and without."""

from __future__ import annotations

import queue
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hearth.engine import scheduler as loop
from hearth.engine.drafts import MAX_DRAFT
from hearth.engine.generation import Event, Task, Timings
from hearth.engine.ladder import Rung
from hearth.engine.native import Context
from hearth.engine.sampling import Sampler
from hearth.engine.scheduler import Scheduler

from . import shapes
from .engine import BUNDLED, SHAPED, end_of, engine, mode
from .report import ROOT
from .result import Figure, Of, Result, at_least

NAME = "drafts"
TITLE = "Guessing ahead in edits"
EDITS = ROOT / "tests" / "golden" / "edits"
SCENES = 8
"""The longest of the recorded edits, so that the ends do not count too much."""


def run() -> Result:
    """Each answer with drafts and without, in turn."""
    figures: dict[str, Figure] = {}
    for label, path in ((BUNDLED, shapes.tokenizer_model()), (SHAPED, shapes.model())):
        with engine(path, mode(path) is Rung.FAST) as (scheduler, model), _dictating() as dictated:
            edits = [(tuple(model.tokenize(before)), model.tokenize(after)) for before, after in _edits()]
            rounds = [_round(scheduler, dictated, *edit) for edit in (edits[0], *edits)][1:]
        written = sum(plain.predicted_n for _, plain in rounds)
        ours, peer = (
            written / sum(each.predicted_ms for each in column) * 1000 for column in zip(*rounds, strict=True)
        )
        figures[f"decode of edits, {label}"] = Figure(ours, "tokens/s", peer, at_least(1.8, Of.RATIO))
        drafted = sum(guessed.draft_n for guessed, _ in rounds)
        right = sum(guessed.draft_n_accepted for guessed, _ in rounds)
        figures[f"share of the answer guessed, {label}"] = Figure(right / written, "")
        figures[f"share of guesses right, {label}"] = Figure(right / max(1, drafted), "")
    return Result(
        figures=figures,
        note=(
            f"The {SCENES} longest edits of `tests/golden/edits`: the prompt is the document, the answer is the whole "
            "document after the edit. Answers are dictated: whatever the model would choose, the recorded token is "
            "taken, so that both ways write the same and guesses are right as often as they would be with a model that "
            "makes these edits. The peer is the same engine without drafts. Guesses begin with 4 tokens, double while "
            f"they are right, to {MAX_DRAFT} at most, and shrink to what was right."
        ),
        target="1.8 times as fast with guesses.",
    )


def _edits() -> Iterator[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for path in sorted(EDITS.glob("*.toml")):
        for scene in tomllib.loads(path.read_text(encoding="utf-8"))["scene"]:
            if isinstance(scene.get("document"), str) and isinstance(scene.get("wanted"), str):
                plain = scene["document"].replace("├", "").replace("┤", "")
                found.append((plain, scene["wanted"]))
    found.sort(key=lambda each: len(each[1]), reverse=True)
    yield from found[:SCENES]


def _round(
    scheduler: Scheduler, dictated: list[int], prompt: tuple[int, ...], answer: list[int]
) -> tuple[Timings, Timings]:
    def write(draft: int) -> Timings:
        dictated[:] = answer
        events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        scheduler.submit(Task(prompt, len(answer), draft=draft), events.put)
        return end_of(events)

    return write(MAX_DRAFT), write(0)


@contextmanager
def _dictating() -> Iterator[list[int]]:
    """The tokens that are chosen next, in order, by every sampler that is made meanwhile."""
    tokens: list[int] = []

    class Dictated(Sampler):
        def sample(self, context: Context, row: int) -> int:
            super().sample(context, row)
            return tokens.pop(0)

    module: Any = loop
    original = module.Sampler
    module.Sampler = Dictated
    try:
        yield tokens
    finally:
        module.Sampler = original
