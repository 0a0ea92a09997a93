"""An index in a temporary folder."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hearth.core.paths import Paths
from hearth.index import opening
from hearth.index.opening import Opened
from hearth.index.place import Place
from hearth.index.right import take


@pytest.fixture
def place(tmp_path: Path) -> Place:
    root = tmp_path / "work"
    root.mkdir(exist_ok=True)
    return Place.of([root], Paths.of_user())


@pytest.fixture
async def opened(place: Place) -> AsyncIterator[Opened]:
    lock = take(place)
    assert lock is not None
    index = await opening.open_writing(place, lock)
    yield index
    index.close()
