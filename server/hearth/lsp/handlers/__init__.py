"""One file per conversation of LSP; each has ``register(server)``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import actions, chat, completion, documents, index, lifecycle, status

if TYPE_CHECKING:
    from hearth.lsp.server import HearthServer


def register_all(server: HearthServer) -> None:
    """Register every handler."""
    for each in (lifecycle, documents, completion, chat, actions, index, status):
        each.register(server)
