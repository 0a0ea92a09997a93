"""A next-edit model is at work until the next key, whoever waits."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

from hearth.core.aio import Tasks
from hearth.core.settings import ModelsSettings, Settings
from hearth.lsp.documents import Documents
from hearth.lsp.predicting import Predicting

URI = "file:///w/shop.py"
PATIENCE_S = 60.0


async def test_a_changed_document_ends_it() -> None:
    documents = Documents()
    documents.open(URI, "python", 1, "x = 1\n")
    session: Any = SimpleNamespace(
        documents=documents,
        tasks=Tasks(),
        settings=Settings(models=ModelsSettings(next_edit="ollama:zeta")),
        models=SimpleNamespace(model=lambda _use: None),
        is_answering=lambda _uri: False,
    )
    predicting = Predicting(session)
    begun, ended = asyncio.Event(), asyncio.Event()

    async def ask(*_: object) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    predicting._ask = ask  # type: ignore[method-assign]
    snapshot = documents.snapshot(URI)
    assert snapshot is not None
    waiting = asyncio.create_task(predicting.get(snapshot, ""))
    async with asyncio.timeout(PATIENCE_S):
        await begun.wait()
        assert predicting.is_asking
        documents.changed()
        assert await waiting is None
        await ended.wait()
    assert not predicting.is_asking
