"""The next edit from a model, through the real process."""

from __future__ import annotations

from typing import Any

from lsp.conftest import Stage
from lsp.raw_client import Client
from lsp.test_next_edit import change, following

URI = "file:///w/ws/shop.py"
CODE = "def price(items):\n    total = 0\n    return total\n\n\ndef show(items):\n    print(price(items))\n"
EDITED = CODE.replace("total = 0", "total = sum(items)")
ANSWER = EDITED.replace("    print(price(items))", '    print("total", price(items))')


def begin(stage: Stage, answer: str, **spelled: Any) -> Client:
    spec = stage.script("sweep-next-edit", spelled={"text": "\n" + answer.rstrip("\n"), **spelled})
    client = stage.client({"HEARTH_MODELS__NEXT_EDIT": spec}, chat={"text": "never asked"})
    client.initialize()
    client.open(URI, CODE)
    change(client, 2, 1, 12, 13, "sum(items)")
    return client


def test_where_syntax_finds_nothing_the_model_is_asked(stage: Stage) -> None:
    client = begin(stage, ANSWER)
    edit = following(client)
    assert (edit["uri"], edit["version"], edit["newText"]) == (URI, 2, '"total", ')
    assert edit["range"]["start"] == edit["range"]["end"] == {"line": 6, "character": 10}
    (asked,) = stage.events("spelled")
    assert asked["background"]
    assert asked["prompt"] == (
        f"<|file_sep|>original/shop.py\n{CODE}<|file_sep|>current/shop.py\n{EDITED}<|file_sep|>updated/shop.py"
    )
