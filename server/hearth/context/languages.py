"""Names of languages for files that no editor has opened: the editor tells them for those that it has."""

from __future__ import annotations

from pathlib import PurePath

_BY_SUFFIX = {
    ".py": "python",
    ".pyi": "python",
    ".ts": "typescript",
    ".tsx": "typescriptreact",
    ".js": "javascript",
    ".mjs": "javascript",
    ".cjs": "javascript",
    ".jsx": "javascriptreact",
    ".rs": "rust",
    ".go": "go",
    ".c": "c",
    ".h": "c",
    ".cc": "cpp",
    ".cpp": "cpp",
    ".hpp": "cpp",
    ".java": "java",
    ".kt": "kotlin",
    ".rb": "ruby",
    ".sh": "shellscript",
    ".md": "markdown",
    ".yml": "yaml",
    ".yaml": "yaml",
    ".toml": "toml",
    ".json": "json",
}


def of_path(path: PurePath) -> str:
    """The LSP language identifier of a file by its name, or its bare suffix."""
    suffix = path.suffix.lower()
    return _BY_SUFFIX.get(suffix, suffix.removeprefix("."))
