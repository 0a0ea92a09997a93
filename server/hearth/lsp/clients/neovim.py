"""Neovim. It drops notifications that it has no handler for without a word."""

from __future__ import annotations

import attrs

from .profile import Announced, Profile


def matches(name: str) -> bool:
    """Whether the client is Neovim."""
    return name.lower() == "neovim"


def adapt(profile: Profile, announced: Announced) -> Profile:
    """It says why an action failed."""
    return attrs.evolve(profile, tells_errors=True)
