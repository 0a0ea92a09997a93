"""What context is worth to a model: its loss on the line that was really written, with each way of choosing context."""

from __future__ import annotations

import asyncio
import math
from pathlib import Path

import numpy as np

from hearth.context.assemble import Assembler
from hearth.context.counting import Tokens
from hearth.context.frame import Place, Room, Surroundings
from hearth.context.trees import Trees
from hearth.engine.fill import Fill, OtherFile
from hearth.engine.native import Context, ContextOptions, Entry, LoadOptions, Model, lib
from hearth.index.handle import Handle

from . import homes, packages, shapes
from .context import PACKAGES, Case, measured, sides, windows, words
from .result import Figure, Result

NAME = "context-loss"
TITLE = "What the context is worth"
CASES = 70
"""Of each package."""
WINDOW = 2048
_OTHERS = 512
"""Tokens for text of other files."""
_PREFIX, _SUFFIX = 2000, 600
"""Characters of the file around the cursor, beside other files; without them it has their room too."""
_CHARS = 3.0
WAYS = ("ours", "the file alone", "windows of open files", "chunks by BM25")


def run() -> Result:
    """Mean loss a token of each way."""
    path = shapes.tokenizer_model()
    model = Model(path, LoadOptions(False, 0), lambda _fraction: True)
    context = Context(model, ContextOptions(size=WINDOW, batch=WINDOW, sequences=1, threads=2))
    losses: dict[str, list[float]] = {way: [] for way in WAYS}
    tokens = 0
    try:
        with homes.scratch():
            for name in PACKAGES:
                root = packages.fetch(name)

                async def measure(case: Case, index: Handle, root: Path = root) -> None:
                    nonlocal tokens
                    line = sides(root, case).line
                    for way, (prefix, suffix, others) in (await _shown(root, case, index)).items():
                        lost, count = _loss(model, context, prefix, suffix, others, line)
                        losses[way].append(lost)
                        tokens += count if way == WAYS[0] else 0

                asyncio.run(measured(root, measure, CASES))
    finally:
        context.close()
        model.close()
    means = {way: sum(values) / tokens for way, values in losses.items()}
    best = min(mean for way, mean in means.items() if way != WAYS[0])
    figures = {f"loss, {WAYS[0]}": Figure(means[WAYS[0]], "nats/token", peer=best)}
    figures |= {f"loss, {way}": Figure(means[way], "nats/token") for way in WAYS[1:]}
    return Result(
        figures,
        note=(
            f"{len(losses[WAYS[0]])} lines of {', '.join(PACKAGES)} as in the bench `context`, {tokens:,} tokens, with "
            f"{model.name}, which has seen most of these packages in its training. Each way has {_OTHERS} tokens for "
            "other files, and the file's own text around the cursor; the file alone has that room for its own text. "
            "The peer is the best of the other ways."
        ),
        target="ours is the lowest.",
    )


async def _shown(root: Path, case: Case, index: Handle) -> dict[str, tuple[str, str, list[OtherFile]]]:
    split = sides(root, case)
    text = f"{split.head}\n{split.tail}"
    tree = await Trees().get(case.path, text, "python")
    place = Place(case.path, text, len(split.head), case.path, "python")
    room = Room(_PREFIX, _SUFFIX, _OTHERS, patient=True)
    made = await Assembler().assemble(place, tree, room, Surroundings(index, name=case.path), Tokens())
    tail = ("\n" + split.tail)[:_SUFFIX]
    near = split.head[-_PREFIX:]
    alone = split.head[-_PREFIX - int(_OTHERS * _CHARS) :]
    files: dict[str, list[str]] = {}
    for each in made.others:
        files.setdefault(each.path, []).append(each.text)
    ours = [OtherFile(path, "\n\n".join(texts)) for path, texts in files.items()]
    like = [OtherFile("open.py", windows(root, case, split.before, _OTHERS))]
    found = [OtherFile("found.py", await words(index, case, split.before, _OTHERS))]
    return dict(
        zip(WAYS, [(made.prefix, tail, ours), (alone, tail, []), (near, tail, like), (near, tail, found)], strict=True)
    )


def _loss(
    model: Model, context: Context, prefix: str, suffix: str, others: list[OtherFile], line: str
) -> tuple[float, int]:
    """Sum of the loss over the tokens of ``line``, and their number."""
    fill = model.fill
    assert isinstance(fill, Fill)
    asked = [
        *model.bos,
        *fill.prompt(model.tokenize, prefix, suffix, "file.py", [each for each in others if each.text]),
    ]
    answer = model.tokenize(line)
    asked = asked[-(WINDOW - len(answer) - 1) :]
    tokens = [*asked, *answer]
    first = len(asked) - 1
    context.clear()
    if context.decode([Entry(token, at, 0, at >= first) for at, token in enumerate(tokens)]):
        raise RuntimeError("the prompt could not be decoded")
    total = 0.0
    for number, token in enumerate(answer):
        raw = lib.llama_get_logits_ith(context.handle, first + number)
        logits = np.ctypeslib.as_array(raw, shape=(model.vocabulary_size,)).astype(np.float64)
        most = float(logits.max())
        total += most + math.log(float(np.exp(logits - most).sum())) - float(logits[token])
    return total, len(answer)
