"""One file per editor: what it can show and how it wants streams, where its capabilities do not tell."""

from __future__ import annotations

from lsprotocol import types as lt

from . import ale, default, emacs, helix, neovim, vscode
from .profile import Profile, announced, from_capabilities

_CLIENTS = (vscode, neovim, helix, emacs, ale, default)
"""The first that matches is taken."""


def profile_of(params: lt.InitializeParams) -> Profile:
    """The profile of the client that sent ``params``."""
    said = announced(params)
    profile = from_capabilities(params, said)
    client = next(each for each in _CLIENTS if each.matches(profile.name))
    adapted: Profile = client.adapt(profile, said)
    return adapted
