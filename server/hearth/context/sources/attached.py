"""What an editor puts beside a question that is no file: problems, the terminal, changes."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

import attrs

from hearth.context.source import Source, whole_lines
from hearth.workspace.secrets import is_secret

SCHEME = "hearth"
"""Of the URIs of such sources: ``hearth:terminal``."""
TITLES = {
    "diff": "Changes since the last commit",
    "problems": "Problems that the editor shows",
    "terminal": "The end of what the terminal shows",
}
_LANGUAGES = {"diff": "diff"}
_FILE = re.compile(r"^(?=diff --git )", re.MULTILINE)
_PATHS = re.compile(r"^diff --git \"?a/(.*?)\"? \"?b/(.*?)\"?$", re.MULTILINE)
_CONTROLS = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])|[\x00-\x08\x0b-\x1f\x7f]")
_LEAST_OF_FILE = 200
"""Characters of a changed file that say anything."""


@attrs.frozen
class Attached:
    """A text and what it is: a key of :data:`TITLES`."""

    kind: str
    text: str = attrs.field(repr=False)


def source(attached: Attached, chars: int) -> Source | None:
    """At most ``chars`` of it; None if it is empty or nothing is known of its kind."""
    if attached.kind not in TITLES or chars <= 0:
        return None
    text = _CONTROLS.sub("", attached.text.replace("\r\n", "\n"))
    cut = {"diff": changes, "terminal": _last_lines}.get(attached.kind, whole_lines)(text.strip("\n"), chars)
    if not cut.strip():
        return None
    uri, title = f"{SCHEME}:{attached.kind}", attached.kind
    language = _LANGUAGES.get(attached.kind, "")
    return Source(uri, title, language, cut, 0, cut.count("\n") + 1, heading=TITLES[attached.kind])


def changes(diff: str, chars: int) -> str:
    """A diff in at most ``chars``: each file gets its fair share, files that may hold secrets are only named."""
    parts = [_shown(part) for part in _FILE.split(diff) if part.strip()]
    # What small files leave goes to the larger ones.
    by_size = sorted(range(len(parts)), key=lambda at: len(parts[at]))
    left, cut = chars, dict.fromkeys(range(len(parts)), "")
    for done, at in enumerate(by_size):
        share = left // (len(parts) - done)
        cut[at] = _cut(parts[at], share)
        left -= len(cut[at])
    kept = [cut[at] for at in range(len(parts)) if cut[at]]
    missing = len(parts) - len(kept)
    return "".join(kept) + (f"(and {missing} more changed files)\n" if missing else "")


def _shown(part: str) -> str:
    match = _PATHS.match(part)
    if match is not None and any(is_secret(PurePosixPath(path)) for path in match.groups()):
        return f"{part.splitlines()[0]}\n(may hold secrets, so it is not shown)\n"
    return part


def _cut(part: str, chars: int) -> str:
    if len(part) <= chars:
        return part
    shown = whole_lines(part, max(0, chars - 40))
    if len(shown) >= _LEAST_OF_FILE:
        return f"{shown}({part.count(chr(10)) - shown.count(chr(10))} more lines)\n"
    first = part.splitlines(keepends=True)[0]
    return first if len(first) <= chars else ""


def _last_lines(text: str, chars: int) -> str:
    if len(text) <= chars:
        return text
    cut = text[len(text) - chars :]
    return cut[cut.find("\n") + 1 :]
