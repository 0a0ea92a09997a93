"""Writes an index for ever, to be killed: ``python victim.py ROOT``. One line on stdout says that it has begun."""

from __future__ import annotations

import asyncio
import itertools
import sys
from pathlib import Path

from hearth.core.paths import Paths
from hearth.features.indexing.build import Indexer
from hearth.features.indexing.pace import Pace
from hearth.index import opening, upkeep
from hearth.index.place import Place
from hearth.index.right import take
from hearth.workspace.walk import Limits


async def main(root: Path) -> None:
    place = Place.of([root], Paths.of_user())
    lock = take(place)
    if lock is None:
        raise SystemExit("somebody else writes")
    opened = await opening.open_writing(place, lock)
    indexer = Indexer(opened, Limits(), Pace())
    sys.stdout.write(f"begun {opened.audit}\n")
    sys.stdout.flush()
    for number in itertools.count():
        chosen = [root / f"m{(number * 7 + each) % 20}.py" for each in range(3)]
        for file in chosen:
            file.write_text("".join(f"def word{number}x{each}():\n    return {each}\n\n\n" for each in range(4)))
        async for _ in indexer.refresh(chosen if number % 4 else None):
            pass
        if number % 6 == 5:
            await upkeep.tidy(opened.store, None)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
