"""What the server gets from the composition root: everything it needs from layers that it does not know."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from hearth.core.paths import Paths
    from hearth.core.settings import Settings
    from hearth.providers.base import Provider


@attrs.frozen
class Services:
    """Made by :mod:`hearth.app`. Nothing in it has done any work yet."""

    version: str
    """Hearth's version."""
    paths: Callable[[], Paths]
    """The user's folders."""
    create_provider: Callable[[str, Settings], Provider]
    """The provider that a specification such as ``ollama:name`` names. Called in a thread: it may import libraries that
    take a second. Raises SettingsError."""
