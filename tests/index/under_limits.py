"""Indexes a folder and searches it: ``python under_limits.py ROOT QUESTION [BYTES]``. No file may grow beyond BYTES, as
on a disk that is full. Answers one line of JSON."""

from __future__ import annotations

import asyncio
import json
import resource
import sys
from pathlib import Path

from hearth.core.errors import HearthError
from hearth.core.paths import Paths
from hearth.core.settings import IndexSettings, Settings
from hearth.features.indexing.answer import Question, ask
from hearth.features.indexing.once import bring_up_to_date
from hearth.index.place import Place

SETTINGS = Settings(index=IndexSettings(embedder="none"))


async def main(root: Path, question: str) -> dict[str, object]:
    place = Place.of([root], Paths.of_user())
    told: dict[str, object] = {"error": "", "hint": "", "read": 0, "notes": []}
    notes: list[str] = []
    try:
        async for step in bring_up_to_date(place, SETTINGS, Paths.of_user()):
            told["read"] = max(step.files_total, int(str(told["read"])))
            notes += [step.message] if step.message else []
    except HearthError as error:
        told |= {"error": error.message, "hint": error.hint}
    found = await ask(place, Question(question), SETTINGS, Paths.of_user())
    return told | {"found": [] if found is None else [hit.path for hit in found.hits], "notes": notes}


if __name__ == "__main__":
    if len(sys.argv) > 3:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
    sys.stdout.write(json.dumps(asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))))
