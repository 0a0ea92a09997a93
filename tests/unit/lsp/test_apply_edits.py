"""Edits that the editor is asked to apply."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import attrs
import pytest
from lsprotocol import types as lt

from hearth.core.text import Encoding
from hearth.lsp import convert, edits
from hearth.lsp.clients import profile_of
from hearth.lsp.documents import Documents
from hearth.lsp.rpc import Protocol
from hearth.workspace.roots import Roots

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


@pytest.mark.parametrize(
    ("text", "begun", "rest", "column"),
    [
        ("urn a + b", "return a + b", "", 0),
        ("urn max(a, b)", "return max", "(a, b)", 14),
        ("urn é(a)", "return é", "(a)", 13),
        ("urn [\n        a]", "return [", "\n        a]", 12),
        ("(a)", "ret", "(a)", 7),
    ],
)
def test_ale_gets_the_rest_of_an_item_as_an_edit_behind_it(text: str, begun: str, rest: str, column: int) -> None:
    documents = Documents(Encoding.UTF8)
    documents.open("file:///a.py", "python", 1, "    ret\n")
    snapshot = documents.snapshot("file:///a.py")
    assert snapshot is not None
    cursor = convert.list_cursor(snapshot, lt.Position(line=0, character=7), Roots(), automatic=True)
    params = lt.InitializeParams(capabilities=lt.ClientCapabilities(), initialization_options={"editor": "ale"})
    item = convert.list_item(cursor, text, profile_of(params))
    assert item.text_edit is not None
    assert item.text_edit.new_text == begun
    place = lt.Position(line=0, character=column)
    behind = [lt.TextEdit(range=lt.Range(start=place, end=place), new_text=rest)]
    assert item.additional_text_edits == (behind if rest else None)
    whole = convert.list_item(cursor, text, profile_of(attrs.evolve(params, initialization_options=None)))
    assert whole.text_edit is not None
    assert (whole.text_edit.new_text, whole.additional_text_edits) == (begun + rest, None)
