"""A HEARTH_HOME of its own, so that a bench meets no index, engine or settings of the user's."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from hearth.core.paths import Paths
from hearth.embedding import install


@contextlib.contextmanager
def scratch(embedder: Path | None = None) -> Iterator[Path]:
    """A folder that is gone after the block; its ``home`` is HEARTH_HOME meanwhile. ``embedder`` is the folder of an
    installed embedding model, if there is one, that is installed there too."""
    with tempfile.TemporaryDirectory() as folder:
        before = os.environ.get("HEARTH_HOME")
        os.environ["HEARTH_HOME"] = str(Path(folder) / "home")
        try:
            if embedder is not None and embedder.is_dir():
                target = install.folder(Paths.of_user())
                target.parent.mkdir(parents=True)
                target.symlink_to(embedder)
            yield Path(folder)
        finally:
            os.environ.pop("HEARTH_HOME") if before is None else os.environ.update(HEARTH_HOME=before)
