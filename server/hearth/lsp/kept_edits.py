"""Changes that an editor did not take, kept as patches: what a model wrote for minutes is not lost."""

from __future__ import annotations

import datetime
import re
from difflib import unified_diff
from pathlib import Path

from hearth.core.paths import write_private

_FOLDER = "edits"
_MOST = 20
"""Patches; the oldest go."""
_NAME_CHARS = 40


def keep(folder: Path, name: str, before: str, after: str) -> Path:
    """Write what makes ``after`` of ``before`` where ``patch -p1`` and ``git apply`` find the file ``name``.

    The newest are kept, below ``folder``. Blocking. Raises OSError.
    """
    folder = folder / _FOLDER
    stamp = datetime.datetime.now(tz=datetime.UTC).astimezone().strftime("%Y-%m-%d-%H%M%S-%f")
    short = re.sub(r"[^\w.-]+", "-", name.rpartition("/")[2])[-_NAME_CHARS:]
    path = folder / f"{stamp}-{short}.patch"
    write_private(path, _patch(name, before, after))
    for old in sorted(folder.glob("*.patch"))[:-_MOST]:
        old.unlink(missing_ok=True)
    return path


def _patch(name: str, before: str, after: str) -> str:
    rows = unified_diff(_lines(before), _lines(after), f"a/{name}", f"b/{name}")
    return "".join(row if row.endswith("\n") else f"{row}\n\\ No newline at end of file\n" for row in rows)


def _lines(text: str) -> list[str]:
    """Lines with their ends; only a line feed ends one, as in patches."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)
