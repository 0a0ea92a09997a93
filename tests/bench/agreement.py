"""What moved text does to answers: the answer over it beside that to the same prompt evaluated whole."""

from __future__ import annotations

import random
import statistics
from collections.abc import Sequence
from pathlib import Path

import attrs
import numpy as np

from hearth.engine import editing
from hearth.engine.editing import Held
from hearth.engine.native import Context, Model, lib
from hearth.engine.options import ContextOptions, Entry, LoadOptions

from .result import Figure, at_least, at_most

PLACES = 100
ANSWER = 12
WINDOW = 2048
BATCH = 512
STEPS = 100
"""Tokens of a step of the peer, which moves nothing."""
BURSTS = (4, 24, 96, 192)
"""Characters typed without a pause, one request after each."""
LINES_BEFORE, LINES_TYPED, LINES_AFTER = 60, 30, 25
SEED = 11
NOTE = (
    f"Agreement: {PLACES} places in the same files, the bundled model, one request after each typed character and no "
    "pause at all; the answer over moved text beside that to the same prompt evaluated whole; loss is that of the true "
    "rest of the line at the cursor. The peer moves nothing, and evaluates the same prompts in steps of "
    f"{STEPS} tokens in place of {BATCH}: so much the rounding of sums alone does to this model. "
    "*Behind the cursor* is what most models have, the text after the cursor behind that before it: the bundled "
    "model was trained the other way round and is weak in this order. *Before the cursor* "
    "is its own order, in which text moves when something is typed into the text after the cursor. In use the "
    "difference is smaller: moved text is evaluated again in every pause, in short ones after "
    f"{editing.SOON_STALE} changed tokens, and whole after {editing.MAX_STALE}."
)


def figures(path: Path, texts: Sequence[str]) -> dict[str, Figure]:
    """By typed characters since the text was last evaluated."""
    places = _places(random.Random(SEED), texts)  # noqa: S311
    model = Model(path, LoadOptions(extra_buffers=False, gpu_layers=0), lambda _fraction: True)
    context = Context(model, ContextOptions(size=2 * WINDOW, batch=BATCH, sequences=2, threads=2))
    found: dict[str, Figure] = {}
    try:
        for where, own in (("behind", False), ("before", True)):
            trial = Trial(model, context, own_order=own)
            floor = trial.of(places, 0, steps=STEPS)
            for burst in BURSTS:
                first, same, loss = trial.of(places, burst)
                what = f"text moved {where} the cursor, {burst} typed"
                found[f"same first token as exact, {what}"] = Figure(first, "%", floor[0], at_least(98))
                found[f"same {ANSWER} greedy tokens, {what}"] = Figure(same, "%", floor[1])
                found[f"loss added, {what}"] = Figure(loss, "nats/token", None, at_most(0.02))
    finally:
        context.close()
        model.close()
    return found


@attrs.frozen
class Passage:
    """Some lines of a file, and where in it something is typed."""

    before: str
    typed: str
    after: str


@attrs.frozen
class Answer:
    """What the model says at the end of a prompt."""

    tokens: list[int]
    """Greedy."""
    loss: float
    """Mean of the line's true rest."""


def _places(draw: random.Random, texts: Sequence[str]) -> list[Passage]:
    files = [lines for text in texts if len(lines := text.split("\n")) > LINES_BEFORE + LINES_TYPED + LINES_AFTER]
    found: list[Passage] = []
    while len(found) < PLACES:
        lines = draw.choice(files)
        row = draw.randrange(LINES_BEFORE, len(lines) - LINES_TYPED - LINES_AFTER + 1)
        before, rest = lines[row - LINES_BEFORE : row], lines[row:]
        typed = "\n".join(rest[:LINES_TYPED])
        if rest[0].strip() and before[-1].strip() and len(typed) > 2 * max(BURSTS):
            found.append(Passage("\n".join(before) + "\n", typed, "\n".join(rest[LINES_TYPED:][:LINES_AFTER])))
    return found


@attrs.define
class Trial:
    """The engine's own editing, step by step, without its loop."""

    model: Model
    context: Context
    own_order: bool
    """The model's own order of the parts, with something typed into the text after the cursor."""

    def of(self, places: Sequence[Passage], burst: int, steps: int = BATCH) -> tuple[float, float, float]:
        """(percent of equal first tokens, of equal greedy answers, mean loss added); ``steps`` of the moved side."""
        pairs = [pair for place in places if (pair := self._compare(place, burst, steps)) is not None]
        return (
            100 * statistics.mean(moved.tokens[:1] == exact.tokens[:1] for moved, exact in pairs),
            100 * statistics.mean(moved.tokens == exact.tokens for moved, exact in pairs),
            statistics.mean(moved.loss - exact.loss for moved, exact in pairs),
        )

    def _compare(self, place: Passage, burst: int, steps: int) -> tuple[Answer, Answer] | None:
        """(over moved text, exact); None where a prompt is too long."""
        self.context.clear()
        held = Held(0, 1)
        for length in range(burst + 1):
            prompt, rest = self._prompt(place, length)
            if len(prompt) + ANSWER > WINDOW:
                return None
            self._evaluate(held, prompt, steps)
        moved = self._answer(held, rest)
        self.context.clear()
        held = Held(0, 1)
        self._evaluate(held, prompt)
        return moved, self._answer(held, rest)

    def _prompt(self, place: Passage, length: int) -> tuple[list[int], list[int]]:
        """The prompt after so many typed characters, and what follows at the cursor."""
        fill = self.model.fill
        assert fill is not None
        if self.own_order:
            head, _, line = place.before.rstrip("\n").rpartition("\n")
            cursor = (len(line) + len(line) - len(line.lstrip())) // 2
            before, rest = f"{head}\n{line[:cursor]}", line[cursor:]
            after = f"\n{place.after}\n{place.typed[:length]}\n{place.after[::2]}"
        else:
            fill = attrs.evolve(fill, suffix_first=False)
            before, rest = place.before + place.typed[:length], place.typed[length:].partition("\n")[0]
            after = f"\n{place.after}"
        return fill.prompt(self.model.tokenize, before, after), self.model.tokenize(rest + "\n")[:ANSWER]

    def _evaluate(self, held: Held, prompt: list[int], steps: int = BATCH) -> None:
        editing.apply(self.context, held, editing.plan(held, prompt, editable=True, exact=False))
        if held.parked is not None:
            self._decode(held, prompt[len(held.tokens) : len(prompt) - 1 - len(held.parked.tokens)])
            editing.unpark(self.context, held)
        self._decode(held, prompt[len(held.tokens) :], steps)
        held.tail_end = len(prompt) - 1

    def _answer(self, held: Held, rest: Sequence[int]) -> Answer:
        end, marker = len(held.tokens), held.tokens[-1]
        loss = 0.0
        rows = self._rows(held, end, marker)
        for token in rest:
            loss -= float(rows[token] - np.log(np.exp(rows - rows.max()).sum()) - rows.max())
            rows = self._decode(held, [token])
        rows = self._rows(held, end, marker)
        greedy: list[int] = []
        while len(greedy) < ANSWER and not self.model.is_end(token := int(rows.argmax())):
            greedy.append(token)
            rows = self._decode(held, [token])
        return Answer(greedy, loss / max(1, len(rest)))

    def _rows(self, held: Held, end: int, marker: int) -> np.ndarray:
        """The logits at the prompt's end."""
        editing.cut(self.context, held, end - 1)
        return self._decode(held, [marker])

    def _decode(self, held: Held, tokens: Sequence[int], steps: int = BATCH) -> np.ndarray:
        """Evaluate ``tokens`` and return the logits after the last."""
        for first in range(0, len(tokens), steps):
            part = tokens[first : first + steps]
            start = len(held.tokens)
            entries = [Entry(token, start + n, held.sequence, n + 1 == len(part)) for n, token in enumerate(part)]
            if self.context.decode(entries):
                raise RuntimeError("llama_decode failed")
            held.tokens.extend(part)
        logits = lib.llama_get_logits_ith(self.context.handle, -1)
        return np.ctypeslib.as_array(logits, (self.model.vocabulary_size,)).astype(np.float64)
