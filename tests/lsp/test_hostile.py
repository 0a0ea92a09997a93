"""Documents that are made to bring a parser down: the server answers as ever, and what parses dies elsewhere."""

from __future__ import annotations

from collections.abc import Callable

import psutil
import pytest

from lsp.conftest import inline
from lsp.raw_client import Client
from unit.syntax import hostile

SIZE = 300_000


@pytest.mark.slow
@pytest.mark.parametrize("name", ["java, on lines", "csharp, generics that do not end"])
def test_a_hostile_document_does_not_stop_the_server(start: Callable[..., Client], name: str) -> None:
    language, piece = hostile.PIECES[name]
    client = start(completion={"text": "x = 1;"})
    server = psutil.Process(client.process.pid)
    uri = f"file:///w/Bad.{language}"
    client.open(uri, hostile.text(piece, SIZE), language=language)
    asked = client.ask("textDocument/inlineCompletion", inline(uri, 0, 1))
    client.open("file:///w/good.py", "x = ")
    assert client.request("textDocument/inlineCompletion", inline("file:///w/good.py", 0, 4))["items"]
    client.answer(asked)
    assert server.memory_info().rss < 500_000_000
    assert client.exit() == 0
