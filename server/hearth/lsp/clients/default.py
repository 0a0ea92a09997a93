"""Any client: what its capabilities say is believed."""

from __future__ import annotations

from .profile import Announced, Profile


def matches(name: str) -> bool:
    """Every client is one."""
    return True


def adapt(profile: Profile, announced: Announced) -> Profile:
    """Nothing to correct."""
    return profile
