"""ALE in Vim, which says no name: its configuration says it for it, as ``initializationOptions.hearth.editor``."""

from __future__ import annotations

import attrs

from .profile import Announced, Profile


def matches(name: str) -> bool:
    """Whether the client is ALE."""
    return name.lower() == "ale"


def adapt(profile: Profile, announced: Announced) -> Profile:
    """It carries edits out without saying so and without an answer, counts columns in bytes, and shows no status."""
    return attrs.evolve(
        profile,
        status=announced.status is True,
        applies_edits=True,
        answers_edits=False,
        counts="utf-8",
        cuts_items=True,
    )
