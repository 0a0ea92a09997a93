"""Real files in many languages that are on this machine anyway, and the samples."""

from __future__ import annotations

import sysconfig
from collections.abc import Iterator
from pathlib import Path

from hearth.syntax import languages

ROOT = Path(__file__).resolve().parents[3]
PLACES = (
    Path(sysconfig.get_paths()["stdlib"]),
    ROOT / "client-vscode" / "node_modules",
    ROOT / "client-vscode" / "src",
    Path("/usr/include"),
    ROOT / "server" / "hearth",
    ROOT / "docs",
)
EACH = 6
"""Files of one language below one place."""

_LARGEST = 120_000
_LOOKED_AT = 6_000


def samples() -> list[Path]:
    return sorted(path for path in languages.folder().glob("*/samples/*") if path.is_file())


def real() -> Iterator[Path]:
    """The same few files of each language on each run."""
    for place in PLACES:
        by_language: dict[str, list[Path]] = {}
        for number, path in enumerate(sorted(place.rglob("*.*")) if place.is_dir() else []):
            language = languages.of_path(path)
            if number % 7 == 0 and language and path.is_file() and 200 < path.stat().st_size < _LARGEST:
                by_language.setdefault(language.name, []).append(path)
            if number > _LOOKED_AT * 7:
                break
        for paths in by_language.values():
            yield from paths[:: max(1, len(paths) // EACH)][:EACH]


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")
