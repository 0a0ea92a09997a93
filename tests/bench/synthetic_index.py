"""Large indexes of made-up code, to search in."""

from __future__ import annotations

import asyncio
import random
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hearth.core.paths import Paths
from hearth.index import opening, upkeep
from hearth.index.opening import Opened
from hearth.index.place import Place
from hearth.index.records import Record
from hearth.index.right import take
from hearth.index.vectors import Vectors

KEY, DIMENSIONS = "bench", 384
CHUNKS_OF_A_FILE = 20
_FILES_AT_ONCE = 250
_CLUSTERS = 200
_VERBS = [
    "get",
    "set",
    "parse",
    "read",
    "write",
    "open",
    "close",
    "find",
    "make",
    "load",
    "save",
    "send",
    "check",
    "merge",
    "split",
    "sort",
    "map",
    "fold",
    "build",
    "run",
]
_NOUNS = [
    "header",
    "socket",
    "buffer",
    "record",
    "index",
    "chunk",
    "token",
    "file",
    "path",
    "node",
    "tree",
    "cache",
    "queue",
    "worker",
    "signal",
    "widget",
    "session",
    "request",
    "answer",
    "filter",
    "vector",
    "matrix",
    "string",
    "number",
    "window",
    "cursor",
    "editor",
    "client",
    "server",
    "engine",
    "model",
]


def path(number: int) -> str:
    """Name of a made-up file."""
    return f"pkg{number % 40}/mod{number % 400}/file_{number}.py"


def records(number: int, salt: str = "") -> list[Record]:
    """The chunks of a made-up file, the same every time."""
    dice = random.Random(f"{number}{salt}")  # noqa: S311
    made = []
    for each in range(CHUNKS_OF_A_FILE):
        words = [f"{dice.choice(_VERBS)}_{dice.choice(_NOUNS)}" for _ in range(24)]
        symbol = f"{words[0]}_{dice.randrange(1000)}"
        body = "\n".join(f"    {one} = self.{two}({one}, {dice.randrange(99)})" for one, two in pairwise(words))
        text = f"def {symbol}(self, {words[1]}):\n{body}\n"
        start = each * 26 + 1
        made.append(
            Record(
                path(number),
                "python",
                "function",
                symbol,
                f"def {symbol}",
                start,
                start + 24,
                text,
                (symbol,),
                hash=f"{number}-{each}-{salt}",
            )
        )
    return made


def write(folder: Path, files: int) -> None:
    """A workspace of made-up files below ``folder``."""
    for number in range(files):
        target = folder / path(number)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("\n\n".join(record.text for record in records(number)), encoding="utf-8")


def question(dice: random.Random) -> str:
    """A question of four words."""
    return f"{dice.choice(_VERBS)} the {dice.choice(_NOUNS)} and {dice.choice(_VERBS)} a {dice.choice(_NOUNS)}"


class Cloud:
    """Vectors in clusters, as those of real code are."""

    def __init__(self) -> None:
        self._dice = np.random.default_rng(1)
        self._centres = self._dice.standard_normal((_CLUSTERS, DIMENSIONS)).astype(np.float32)

    def draw(self, count: int) -> npt.NDArray[np.float32]:
        """Vectors of length 1."""
        chosen = self._centres[self._dice.integers(0, _CLUSTERS, count)]
        vectors = chosen + 0.7 * self._dice.standard_normal((count, DIMENSIONS)).astype(np.float32)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


async def build(folder: Path, chunks: int, cloud: Cloud) -> tuple[Opened, Vectors]:
    """An index of about so many chunks, compact, with vectors."""
    await asyncio.to_thread(folder.mkdir, parents=True)
    place = Place.of([folder], Paths.of_user())
    lock = take(place)
    if lock is None:
        raise RuntimeError("somebody else writes")
    opened = await opening.open_writing(place, lock)
    vectors = opened.vectors = await Vectors.create(opened.store.connection, KEY, DIMENSIONS)
    files = chunks // CHUNKS_OF_A_FILE
    for start in range(0, files, _FILES_AT_ONCE):
        numbers = range(start, min(start + _FILES_AT_ONCE, files))
        made = {path(number): ("h", records(number)) for number in numbers}
        await opened.store.replace(made, set())
        hashes = [record.hash for _, each in made.values() for record in each]
        await vectors.add(hashes, cloud.draw(len(hashes)))
    await upkeep.tidy(opened.store, vectors)
    return opened, vectors
