"""URIs of documents and folders, and the paths they stand for."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

_DRIVE = re.compile(r"/[A-Za-z]:(?:/|$)")


def to_path(uri: str) -> Path | None:
    """The absolute path of a ``file:`` URI; None for anything else, which is never touched on disk."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    path = unquote(parts.path, errors="surrogateescape")
    if parts.scheme.lower() != "file" or "\0" in path or not path.startswith("/"):
        return None
    if parts.netloc and parts.netloc.lower() != "localhost":
        return Path(f"//{parts.netloc}{path}") if os.name == "nt" else None
    return Path(path[1:] if os.name == "nt" and _DRIVE.match(path) else path)


def to_uri(path: Path) -> str:
    """The ``file:`` URI of an absolute path."""
    text = path.as_posix()
    return "file://" + quote(os.fsencode(text if text.startswith("/") else f"/{text}"), safe="/:~@!$&'()*+,;=")
