"""Indexes a folder once and tells when what was done: ``python -m bench.index_child FOLDER EMBEDDER THREADS``."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import threading
import time
from pathlib import Path

import psutil

from hearth.core.paths import Paths
from hearth.core.settings import IndexSettings, Settings
from hearth.features.indexing import summary
from hearth.features.indexing.build import FIRST_FILES
from hearth.features.indexing.once import bring_up_to_date
from hearth.features.indexing.progress import Phase
from hearth.index.loading import load
from hearth.index.place import Place

_LOOK_S = 0.02


async def main(folder: Path, embedder: str, threads: int) -> None:
    settings = Settings(index=IndexSettings(embedder=embedder, threads=threads))
    place = Place.of([folder], Paths.of_user())
    memory = Memory()
    await load()
    begun = time.perf_counter()
    first = words = vectors_begun = 0.0
    files = vectors = 0
    async for step in bring_up_to_date(place, settings, Paths.of_user()):
        now = time.perf_counter() - begun
        if step.phase is Phase.READING and step.files_total:
            files = step.files_total
            if step.files_done >= FIRST_FILES and not first:
                first = now
            if step.files_done == step.files_total:
                words = words or now
        elif step.phase is Phase.EMBEDDING:
            vectors_begun = vectors_begun or now
            vectors = max(vectors, step.chunks_total)
        elif step.phase is Phase.IDLE and not vectors_begun:
            words = words or now
    facts = summary.of(place)
    told = {
        "files": files,
        "chunks": facts.chunks,
        "first_s": first,
        "words_s": words,
        "vectors": vectors,
        "vectors_s": time.perf_counter() - begun - vectors_begun if vectors_begun else 0.0,
        "bytes": facts.megabytes * 1e6,
        "peak_mb": memory.peak_mb,
    }
    sys.stdout.write(json.dumps(told))


class Memory:
    """Watches what this process and its children hold together, in MB. What the kernel remembers of a child that has
    ended is no good: it holds what its parent had when it was begun."""

    def __init__(self) -> None:
        self.peak_mb = 0.0
        self._process = psutil.Process()
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while True:
            total = 0
            for process in (self._process, *self._process.children(recursive=True)):
                with contextlib.suppress(psutil.Error):
                    total += process.memory_info().rss
            self.peak_mb = max(self.peak_mb, total / 1e6)
            time.sleep(_LOOK_S)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
