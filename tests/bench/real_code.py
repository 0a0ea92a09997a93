"""Real files in several languages that this checkout and its environment have, nothing fetched."""

from __future__ import annotations

import sysconfig
from collections.abc import Mapping
from pathlib import Path

from .report import ROOT

_MODULES = ROOT / "client-vscode" / "node_modules"
_SITE = Path(sysconfig.get_paths()["purelib"])
_PLACES: Mapping[str, tuple[Path, str]] = {
    "python": (Path(sysconfig.get_paths()["stdlib"]), "*.py"),
    "typescript": (_MODULES, "*.d.ts"),
    "javascript": (_MODULES, "*.js"),
    "c": (Path(sysconfig.get_paths()["include"]), "*.h"),
    "cpp": (_SITE / "pyarrow" / "include", "*.h"),
    "css": (_MODULES, "*.css"),
    "markdown": (_MODULES, "*.md"),
    "json": (_MODULES, "*.json"),
}
_SIZES = 3_000, 400_000
"""Characters."""


def files(language: str, most: int) -> list[str]:
    """Texts of up to ``most`` files, spread over all there are, so that no package has many."""
    folder, pattern = _PLACES[language]
    found = [path for path in sorted(folder.rglob(pattern)) if path.is_file()]
    texts: list[str] = []
    for path in found[:: max(1, len(found) // (4 * most))]:
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        # A minified file is not what somebody edits.
        if _SIZES[0] <= len(text) <= _SIZES[1] and len(text) / (text.count("\n") + 1) < 120:
            texts.append(text)
    return texts[:: max(1, len(texts) // most)][:most]


LANGUAGES = tuple(_PLACES)
