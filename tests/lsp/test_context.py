"""Completions that see other files, through the real process."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

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


def test_what_was_left_out_of_a_long_document_is_told(stage: Stage) -> None:
    client = stage.client({"HEARTH_COMPLETION__PREFIX_CHARS": "600"}, completion={"text": "return price"})
    client.initialize()
    far = "".join(f"def far_{number}(a):\n    b = a\n    return b\n\n\n" for number in range(60))
    client.open(URI, far + HERE)
    client.request("textDocument/inlineCompletion", inline(URI, 300 + 3, 4))
    (asked,) = stage.events("complete")
    assert "def receipt(cart, country):" in asked["prefix"]
    why = client.request("hearth/completion/why", {"textDocument": {"uri": URI}})
    assert why["prefixChars"] == len(asked["prefix"]) < 1_000
    hidden = {line for each in why["leftOut"] for line in range(each["line"], each["line"] + each["lines"])}
    assert len(hidden) == sum(each["lines"] for each in why["leftOut"]) > 200, "no line is told twice"
    assert max(hidden) <= 300
    assert all(each["why"] for each in why["leftOut"])


def test_without_a_completion_there_is_nothing_to_explain(start: Callable[..., Client]) -> None:
    client = start()
    client.open(URI, HERE)
    why = client.request("hearth/completion/why", {"textDocument": {"uri": URI}})
    assert why["snippets"] == []
    assert why["prefixChars"] == 0


def sources(client: Client) -> dict[str, str]:
    """Source of each snippet that was looked at → why."""
    why = client.request("hearth/completion/why", {"textDocument": {"uri": URI}})
    return {each["source"]: each["why"] for each in why["snippets"]}


def test_what_only_the_editor_sees_is_told_and_shown(stage: Stage) -> None:
    client = stage.client({"HEARTH_COMPLETION__CLIPBOARD": "true"}, completion={"text": "return price"})
    client.initialize()
    client.open("file:///w/cart.py", "\n" * 40 + CART)
    client.open(URI, HERE)
    line = {"start": {"line": 2, "character": 0}, "end": {"line": 2, "character": 5}}
    screen = {"start": {"line": 30, "character": 0}, "end": {"line": 50, "character": 0}}
    wrong = {"range": line, "severity": 1, "message": "Cart has no total_price"}
    hint = {"range": line, "severity": 4, "message": "could be shorter"}
    told = {
        "viewed": [{"uri": "file:///w/cart.py", "range": screen}],
        "diagnostics": [{"uri": URI, "items": [wrong, hint]}],
        "clipboard": "price = shop.total_price(country)\nreceipt.add(price)",
    }
    client.notify("hearth/context", told)
    client.request("textDocument/inlineCompletion", inline(URI, 3, 4))
    (asked,) = stage.events("complete")
    shown = {each["path"]: each["text"] for each in asked["others"]}
    assert "class Cart:" in shown["cart.py"]
    assert shown["a.py.problems"] == "Cart has no total_price: price = cart.total_price(country)"
    assert shown["clipboard"].startswith("price = shop")
    assert sources(client).keys() >= {"viewed", "problem", "clipboard"}


def test_the_clipboard_is_not_shown_unless_somebody_wants_it(start: Callable[..., Client]) -> None:
    client = start(completion={"text": "return price"})
    client.open(URI, HERE)
    client.notify("hearth/context", {"clipboard": "price = shop.total_price(country)"})
    client.request("textDocument/inlineCompletion", inline(URI, 3, 4))
    assert "clipboard" not in sources(client)


def test_what_differs_from_the_last_commit_is_shown(stage: Stage, tmp_path: Path) -> None:
    work = tmp_path / "repository"
    work.mkdir()
    (work / "cart.py").write_text(CART)
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
        subprocess.run(["git", "-c", "user.name=x", "-c", "user.email=x@x", *command], cwd=work, check=True)
    (work / "cart.py").write_text(CART.replace("return 1.0", "return self.price_of(country)"))
    client = stage.client(completion={"text": "return price"})
    client.initialize(rootUri=work.as_uri())
    uri = (work / "a.py").as_uri()
    client.open(uri, HERE)
    client.request("textDocument/inlineCompletion", inline(uri, 3, 4))
    (asked, *_) = stage.events("complete")
    shown = {each["path"]: each["text"] for each in asked["others"]}
    assert "-        return 1.0\n+        return self.price_of(country)" in shown["cart.py.diff"]


def test_problems_move_with_their_lines_and_go_with_an_edit_of_them(start: Callable[..., Client]) -> None:
    client = start(completion={"text": "return price"})
    client.open(URI, HERE)
    marks = [
        {"range": {"start": {"line": line, "character": 0}, "end": {"line": line, "character": 9}}, "message": message}
        for line, message in ((1, "no items"), (2, "no total_price"))
    ]
    client.notify("hearth/context", {"diagnostics": [{"uri": URI, "items": marks}]})
    top = {"line": 0, "character": 0}
    edits = [
        {"range": {"start": top, "end": top}, "text": "import shop\n\n"},
        {"range": {"start": {"line": 3, "character": 22}, "end": {"line": 3, "character": 22}}, "text": "()"},
    ]
    client.notify("textDocument/didChange", {"textDocument": {"uri": URI, "version": 2}, "contentChanges": edits})
    client.request("textDocument/inlineCompletion", inline(URI, 5, 4))
    why = client.request("hearth/completion/why", {"textDocument": {"uri": URI}})
    (found,) = [each for each in why["snippets"] if each["source"] == "problem"]
    assert found["text"] == "no total_price: price = cart.total_price(country)"


def test_where_somebody_asks_is_where_somebody_looks(start: Callable[..., Client]) -> None:
    client = start(completion={"text": "return price"})
    client.open("file:///w/cart.py", CART)
    client.request("textDocument/inlineCompletion", inline("file:///w/cart.py", 3, 8))
    client.open(URI, HERE)
    client.request("textDocument/inlineCompletion", inline(URI, 3, 4))
    assert "viewed" in sources(client)
