"""Emacs: Eglot, whose older versions have no name, and lsp-mode, which asks for inline completions unannounced."""

from __future__ import annotations

import attrs

from .profile import Announced, Profile


def matches(name: str) -> bool:
    """Whether the client is one of them."""
    return name.lower() in ("eglot", "emacs")


def adapt(profile: Profile, announced: Announced) -> Profile:
    """No status unless it is asked for: lsp-mode warns about notifications that it does not know.

    Both wait ten seconds for a resolved action and stand still meanwhile, so an action is a command.

    lsp-mode leaves its loop over the messages of one read by a ``throw`` when one of them answers a request that it
    waits for; those behind it are never seen.
    """
    return attrs.evolve(
        profile,
        status=announced.status is True,
        resolves_edits=False,
        loses_behind_answers=profile.name.lower() == "emacs",
    )
