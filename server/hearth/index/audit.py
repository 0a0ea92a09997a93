"""Brings manifest and database together again after a crash, a restored backup or a lost file."""

from __future__ import annotations

import attrs

from .manifest import UNKNOWN, Manifest, State
from .store import Store


@attrs.frozen
class Audit:
    """What did not fit."""

    doubled: int
    """Files of which an older generation was left."""
    lost: int
    """Files that the manifest knows and the database does not: they are indexed again."""
    unknown: int
    """Files that the database knows and the manifest does not, or with other content: they are read again."""

    @property
    def clean(self) -> bool:
        """Nothing was wrong."""
        return not (self.doubled or self.lost or self.unknown)


async def audit(store: Store, manifest: Manifest) -> Audit:
    """Compare both, repair what can be repaired without reading the workspace, and mark the rest as to be read."""
    stored, known = await store.files(), manifest.all()
    doubled = {path: file.newest for path, file in stored.items() if file.generations > 1}
    await store.drop_older(doubled)
    lost = [path for path, state in known.items() if state.chunks and path not in stored]
    strange = {
        path: State(UNKNOWN, 0, file.hash, file.chunks)
        for path, file in stored.items()
        if path not in known or (known[path].hash, known[path].chunks) != (file.hash, file.chunks)
    }
    if lost or strange:
        manifest.update(strange, lost)
    return Audit(len(doubled), len(lost), len(strange))
