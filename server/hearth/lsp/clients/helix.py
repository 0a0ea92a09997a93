"""Helix. It logs a line for every notification it does not know, and it has no inline completion."""

from __future__ import annotations

import attrs

from .profile import Announced, Profile


def matches(name: str) -> bool:
    """Whether the client is Helix."""
    return name.lower() == "helix"


def adapt(profile: Profile, announced: Announced) -> Profile:
    """No status unless it is asked for. It shows Markdown in the documentation of items and selects the one that says
    so, but announces neither.

    It stands still until an action is resolved, however long a model takes for it, so an action is a command.
    """
    return attrs.evolve(profile, status=announced.status is True, markdown=True, preselects=True, resolves_edits=False)
