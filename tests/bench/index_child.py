"""Indexes a folder once and tells when what was done: ``python -m bench.index_child FOLDER EMBEDDER THREADS``."""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from pathlib import Path

from hearth.core.paths import Paths
from hearth.core.settings import IndexSettings, Settings
from hearth.features.indexing import summary
from hearth.features.indexing.once import bring_up_to_date
from hearth.features.indexing.progress import Phase
from hearth.index.place import Place


async def main(folder: Path, embedder: str, threads: int) -> None:
    settings = Settings(index=IndexSettings(embedder=embedder, threads=threads))
    place = Place.of([folder], Paths.of_user())
    begun = time.perf_counter()
    first = words = vectors_begun = 0.0
    files = vectors = 0
    async for step in bring_up_to_date(place, settings, Paths.of_user()):
        now = time.perf_counter() - begun
        if step.phase is Phase.READING and step.files_total:
            files = step.files_total
            if step.files_done and not first:
                first = now
            words = now
        elif step.phase is Phase.EMBEDDING:
            vectors_begun = vectors_begun or now
            vectors = max(vectors, step.chunks_total)
        elif step.phase is Phase.IDLE and not vectors_begun:
            words = now
    facts = summary.of(place)
    told = {
        "files": files,
        "chunks": facts.chunks,
        "first_s": first,
        "words_s": vectors_begun or words,
        "vectors": vectors,
        "vectors_s": time.perf_counter() - begun - vectors_begun if vectors_begun else 0.0,
        "bytes": facts.megabytes * 1e6,
        "peak_mb": peak_mb(),
    }
    sys.stdout.write(json.dumps(told))


def peak_mb() -> float:
    """Of this process and the largest of its children together, as if both had their peaks at once."""
    return sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
