"""The next edit in files that are not open: found through the index, made when they are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hearth.features.indexing.link import Order
from lsp.raw_client import Client
from lsp.test_indexing import begin, eventually, order
from lsp.test_next_edit import accept, change, following

__all__ = ["begin", "order"]

VERSIONED = {"workspaceEdit": {"documentChanges": True}}
SHOP = "def price(items):\n    return sum(items)\n"
TILL = "from shop import price\n\nprint(price([2]))\n"


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    for name, text in {"shop.py": SHOP, "till.py": TILL, "stock.py": TILL}.items():
        (folder / name).write_text(text)
    return folder


def test_one_file_after_the_other_is_opened_and_changed(begin: Callable[..., Client], order: Order, work: Path) -> None:
    client = begin(**VERSIONED)
    uri = (work / "shop.py").as_uri()
    client.open(uri, SHOP)
    eventually(order, "price", "till.py")
    eventually(order, "price", "stock.py")
    change(client, 2, 0, 4, 9, "cost", uri)
    opened = set()
    for _ in range(2):
        found = following(client, uri)
        assert (found["version"], found["newText"], found["title"]) == (None, "cost", "price → cost")
        client.open(found["uri"], TILL)
        bound = following(client, uri)
        assert bound == {**found, "version": 1}, "now that it is open, it is the same edit, for a version"
        accept(client, bound, 2)
        last = following(client, found["uri"])
        assert (last["uri"], last["version"], last["range"]["start"]["line"]) == (found["uri"], 2, 2)
        accept(client, last, 3)
        opened.add(Path(found["uri"]).name)
    assert opened == {"till.py", "stock.py"}
    assert following(client, uri) is None


def test_a_file_that_is_opened_with_another_text_is_looked_at_anew(
    begin: Callable[..., Client], order: Order, work: Path
) -> None:
    (work / "stock.py").unlink()
    client = begin(**VERSIONED)
    uri = (work / "shop.py").as_uri()
    client.open(uri, SHOP)
    eventually(order, "price", "till.py")
    change(client, 2, 0, 4, 9, "cost", uri)
    found = following(client, uri)
    assert found["range"]["start"] == {"line": 0, "character": 17}
    client.open(found["uri"], f"# Moved down.\n{TILL}")
    moved = following(client, uri)
    assert (moved["version"], moved["range"]["start"]) == (1, {"line": 1, "character": 17})
