"""Code actions with pygls's own client: the scripted model's edit, and whatever the bundled model makes of it."""

from __future__ import annotations

import asyncio

import pytest
from lsprotocol import types as lt
from pygls.exceptions import JsonRpcException
from pytest_lsp import LanguageClient

from hearth.syntax import languages
from hearth.syntax.complete import is_whole
from hearth.syntax.parse import parse
from lsp.test_typed_client import client, initialize, real_client

__all__ = ["client", "real_client"]

URI = "file:///w/a.py"
CODE = "def add(a, b):\n    total = a + b\n    return total\n"


async def chosen(client: LanguageClient, title: str) -> lt.CodeAction:
    item = lt.TextDocumentItem(uri=URI, language_id="python", version=1, text=CODE)
    client.text_document_did_open(lt.DidOpenTextDocumentParams(text_document=item))
    here = lt.Position(line=1, character=4)
    params = lt.CodeActionParams(
        text_document=lt.TextDocumentIdentifier(uri=URI),
        range=lt.Range(start=here, end=here),
        context=lt.CodeActionContext(diagnostics=[]),
    )
    found = await client.text_document_code_action_async(params)
    actions = {each.title: each for each in found or [] if isinstance(each, lt.CodeAction)}
    assert title in actions
    return actions[title]


def result(edit: lt.WorkspaceEdit) -> str:
    """The document after the edit."""
    (change,) = edit.document_changes or ()
    assert isinstance(change, lt.TextDocumentEdit)
    assert change.text_document.version == 1
    text = CODE
    lines = [0]
    for line in CODE.splitlines(keepends=True):
        lines.append(lines[-1] + len(line))
    for each in sorted(change.edits, key=lambda each: (-each.range.start.line, -each.range.start.character)):
        start, end = each.range.start, each.range.end
        new = each.new_text if isinstance(each, lt.TextEdit) else ""
        text = text[: lines[start.line] + start.character] + new + text[lines[end.line] + end.character :]
    return text


@pytest.mark.parametrize("editor", ["visual-studio-code", "neovim"])
async def test_a_scripted_answer_that_is_no_code_is_refused(client: LanguageClient, editor: str) -> None:
    await initialize(client, editor)
    action = await chosen(client, "Inline `total`")
    with pytest.raises(JsonRpcException, match="it holds no code"):
        await client.code_action_resolve_async(action)
    await client.shutdown_session()


@pytest.mark.engine
async def test_the_real_model_makes_a_safe_edit_or_none(real_client: LanguageClient) -> None:
    await initialize(real_client, "visual-studio-code")
    action = await chosen(real_client, "Document `add`")
    async with asyncio.timeout(240):
        try:
            action = await real_client.code_action_resolve_async(action)
        except JsonRpcException as error:
            assert "cannot be used" in str(error)
        else:
            assert action.edit is not None
            text = result(action.edit)
            language = languages.by_name("python")
            assert language is not None
            tree = parse(text, language, deadline=60)
            assert tree is not None
            assert is_whole(tree)
            assert text.replace(" ", "").endswith("total=a+b\nreturntotal\n")
    await real_client.shutdown_session()
