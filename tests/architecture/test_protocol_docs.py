"""``client-vscode/src/protocol.ts`` and ``docs/protocol.md`` follow from ``hearth.lsp.protocol``."""

from __future__ import annotations

import re
from typing import Any

import attrs
import pytest

from architecture.generate import files, protocol_model, protocol_page, protocol_types
from hearth.lsp import protocol


@pytest.mark.parametrize("module", [protocol_types, protocol_page])
def test_the_file_is_in_step(module: Any) -> None:
    for path, text in module.outputs(files.ROOT).items():
        assert files.current(path) == text, f"{path} is out of step: run `make generate`."


def test_a_change_of_a_message_alone_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    before = files.outputs()
    more = protocol.Message("hearth/new", protocol.Direction.NOTIFICATION_TO_CLIENT, protocol.ChatDeltaParams)
    for module in (protocol_types, protocol_page):
        monkeypatch.setattr(module, "MESSAGES", (*protocol.MESSAGES, more))
    after = files.outputs()
    assert {path for path in before if before[path] != after[path]} == {protocol_types.PATH, protocol_page.PATH}


def test_every_method_is_a_message() -> None:
    names = {value for name, value in vars(protocol).items() if isinstance(value, str) and value.startswith("hearth/")}
    assert names == {message.method for message in protocol.MESSAGES}


def test_every_class_of_the_protocol_is_part_of_a_message() -> None:
    kinds = {kind for each in protocol_model.MODULES for kind in vars(each).values() if isinstance(kind, type)}
    kinds = {kind for kind in kinds if protocol_model.is_own(kind)}
    assert kinds - set(protocol_model.own_classes()) == {protocol.Direction, protocol.Message}


def test_every_message_says_what_it_is_for() -> None:
    for kind in protocol_model.own_classes():
        assert protocol_model.plain(kind.__doc__ or "").rstrip("*").endswith("."), kind.__name__


def test_names_on_the_wire_are_those_the_server_reads_and_writes() -> None:
    codec = pytest.importorskip("hearth.lsp.codec")
    for kind in protocol_model.own_classes():
        if attrs.has(kind):
            written = [wire for _, wire, _, _ in codec._fields(kind)]
            assert [field.name for field in protocol_model.fields_of(kind)] == written


def test_links_inside_the_page_lead_somewhere() -> None:
    page = files.current(protocol_page.PATH) or ""
    headings = {name.lower() for name in re.findall(r"^#+ `?(\w+)`?", page, flags=re.MULTILINE)}
    assert set(re.findall(r"\]\(#([^)]+)\)", page)) <= headings
