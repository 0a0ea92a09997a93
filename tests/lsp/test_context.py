"""Completions that see other files, through the real process."""

from __future__ import annotations

from collections.abc import Callable

from lsp.conftest import Stage, inline
from lsp.raw_client import Client

URI = "file:///w/a.py"
CART = "class Cart:\n    items: list[str]\n\n    def total_price(self, country: str) -> float:\n        return 1.0\n"
HERE = "def receipt(cart, country):\n    items = cart.items\n    price = cart.total_price(country)\n    "


def test_what_is_open_and_was_edited_is_shown_and_explained(start: Callable[..., Client], stage: Stage) -> None:
    client = start(completion={"text": "return price"})
    client.open("file:///w/cart.py", "")
    client.open("file:///w/.env", "TOTAL_PRICE_country_items=1\n" * 8)
    start_of = {"line": 0, "character": 0}
    change = {"range": {"start": start_of, "end": start_of}, "text": CART}
    document = {"uri": "file:///w/cart.py", "version": 2}
    client.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
    client.open(URI, HERE)
    client.request("textDocument/inlineCompletion", inline(URI, 3, 4))
    (asked,) = stage.events("complete")
    assert [each["path"] for each in asked["others"]] == ["cart.py"]
    assert "def total_price(self, country: str) -> float:" in asked["others"][0]["text"]
    why = client.request("hearth/completion/why", {"textDocument": {"uri": URI}})
    assert why["prefixChars"] == len(HERE)
    shown = [each for each in why["snippets"] if each["shown"]]
    assert {each["source"] for each in shown} <= {"similar", "edited"}
    assert all(each["tokens"] > 0 and each["why"] for each in why["snippets"])
    assert {each["name"] for each in why["stages"]} >= {"sources", "rank"}


def test_without_a_completion_there_is_nothing_to_explain(start: Callable[..., Client]) -> None:
    client = start()
    client.open(URI, HERE)
    why = client.request("hearth/completion/why", {"textDocument": {"uri": URI}})
    assert why["snippets"] == []
    assert why["prefixChars"] == 0
