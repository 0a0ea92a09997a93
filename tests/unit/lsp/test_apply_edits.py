"""Edits that the editor is asked to apply."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest
from lsprotocol import types as lt

from hearth.lsp import edits
from hearth.lsp.clients import profile_of
from hearth.lsp.rpc import Protocol

EDIT = lt.ApplyWorkspaceEditParams(edit=lt.WorkspaceEdit(changes={}))


class Silent:
    """Nothing is ever answered; what was asked and how long an answer was waited for is kept."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, float]] = []

    async def ask(self, method: str, _: Any, wait_s: float, *, repeatable: bool) -> Any:
        self.asked.append((method, wait_s))
        raise TimeoutError


def applied(wire: Silent, options: Any) -> Any:
    params = lt.InitializeParams(capabilities=lt.ClientCapabilities(), initialization_options=options)
    return asyncio.run(edits.apply(cast("Protocol", wire), EDIT, profile_of(params), 30.0))


def test_no_answer_is_waited_for_from_ale() -> None:
    wire = Silent()
    assert applied(wire, {"hearth": {"editor": "ale"}}) is None
    assert wire.asked == [("workspace/applyEdit", 0)]


def test_other_editors_have_to_answer() -> None:
    wire = Silent()
    with pytest.raises(TimeoutError):
        applied(wire, None)
    assert wire.asked == [("workspace/applyEdit", 30.0)]
