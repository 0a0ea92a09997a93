"""VS Code and what is built from it. Its extension announces deltas and status by itself."""

from __future__ import annotations

from .profile import Announced, Profile

_NAMES = ("visual studio code", "code-server", "vscodium", "code - oss", "cursor", "windsurf")


def matches(name: str) -> bool:
    """Whether the client calls itself by one of the names."""
    return name.lower().startswith(_NAMES)


def adapt(profile: Profile, announced: Announced) -> Profile:
    """Nothing to correct: vscode-languageclient tells all it can do."""
    return profile
