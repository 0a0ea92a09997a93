"""Names of languages for files that no editor has opened: the editor tells them for those that it has."""

from __future__ import annotations

from pathlib import PurePath

from hearth.syntax import languages


def of_path(path: PurePath) -> str:
    """The LSP language identifier of a file by its name, or its bare suffix."""
    language = languages.of_path(path)
    return language.lsp_id(path) if language else path.suffix.lower().removeprefix(".")
