"""Real files in several languages that this checkout and its environment have, nothing fetched."""

from __future__ import annotations

import itertools
import sysconfig
from collections.abc import Mapping
from pathlib import Path

from hearth.syntax import languages
from hearth.syntax.parse import parse

from .report import ROOT

_MODULES = ROOT / "client-vscode" / "node_modules"
_SITE = Path(sysconfig.get_paths()["purelib"])
_CLIENT = ROOT / "client-vscode" / "src"
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


def whole(language: str, lines: int) -> str:
    """Real files behind one another, up to the last statement of the top level that ends within so many lines, so that
    nothing is torn. The TypeScript is this project's own: declarations from packages do not go behind one another.
    """
    known = languages.by_name(language)
    if language == "typescript":
        texts = [path.read_text(encoding="utf-8") for path in sorted(_CLIENT.rglob("*.ts"))]
    else:
        texts = files(language, 40)
    kept = list(itertools.islice(itertools.cycle(text for each in texts for text in each.split("\n")), lines))
    tree = parse("\n".join(kept), known, deadline=60) if known is not None else None
    if tree is None:
        raise RuntimeError(f"a file in {language} does not parse")
    # What is open at the end is one error, and so is what goes on behind the last line.
    for node in reversed(tree.root.children):
        cut = parse(tree.data[: node.end_byte].decode() + "\n", tree.language, deadline=60)
        if cut is not None and not cut.has_error:
            return cut.text
    raise RuntimeError(f"no part of a file in {language} is whole")


LANGUAGES = tuple(_PLACES)
