"""JSON to messages and back: strict, and silent about values."""

from __future__ import annotations

import json
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types as lt
from lsprotocol.converters import get_converter

from hearth.lsp import codec, protocol
from hearth.lsp.protocol import Direction, State, StatusResult
from hearth.lsp.protocol_chat import ChatAskParams, ChatRole, ChatTurn

CONVERTER = get_converter()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)
KEYS = ("question", "token", "messages", "textDocument", "selection")


def decode(value: Any) -> ChatAskParams:
    found = codec.decode(ChatAskParams, value, CONVERTER)
    assert isinstance(found, ChatAskParams)
    return found


def test_a_whole_message_there_and_back() -> None:
    where = lt.Range(start=lt.Position(line=1, character=2), end=lt.Position(line=3, character=4))
    params = ChatAskParams(
        question="Why?",
        token="t",
        messages=(ChatTurn(ChatRole.USER, "a"), ChatTurn(ChatRole.ASSISTANT, "b")),
        text_document=lt.TextDocumentIdentifier(uri="file:///a"),
        selection=where,
    )
    wire = codec.encode(params, CONVERTER)
    assert wire["textDocument"] == {"uri": "file:///a"}
    assert wire["messages"][0] == {"role": "user", "content": "a", "images": []}
    assert decode(json.loads(json.dumps(wire))) == params


def test_names_are_camel_case_and_nothing_is_left_out() -> None:
    wire = codec.encode(StatusResult(State.READY, "Ready."), CONVERTER)
    assert list(wire) == [
        "state",
        "message",
        "hint",
        "completionModel",
        "chatModel",
        "tokensPerSecond",
        "version",
        "chatImages",
        "chatImagesHint",
        "code",
    ]
    assert (wire["state"], wire["tokensPerSecond"]) == ("ready", None)


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        ({}, "params.question is missing"),
        ({"question": None}, "params.question is missing"),
        ({"question": 5}, "params.question must be a string"),
        ({"question": True}, "params.question must be a string"),
        ({"question": "q", "messages": {}}, "params.messages must be a list"),
        ({"question": "q", "messages": ["x"]}, "params.messages[0] must be an object"),
        ({"question": "q", "messages": [{"role": "x", "content": "y"}]}, "must be one of user, assistant"),
        ({"question": "q", "messages": [{"role": [], "content": "y"}]}, "must be one of user, assistant"),
        ({"question": "q", "selection": {"start": 5}}, "params.selection is not a valid Range"),
        ([], "params must be an object"),
        ("text", "params must be an object"),
    ],
)
def test_complaints(value: Any, complaint: str) -> None:
    with pytest.raises(codec.Mismatch) as caught:
        decode(value)
    assert complaint in str(caught.value)


@given(JSON | st.dictionaries(st.sampled_from(KEYS), JSON, max_size=5))
def test_anything_is_decoded_or_refused(value: Any) -> None:
    try:
        decode(value)
    except codec.Mismatch as error:
        assert "\n" not in str(error)


def test_unknown_keys_of_newer_clients_are_ignored() -> None:
    assert decode({"question": "q", "mood": "good"}).question == "q"


def test_numbers() -> None:
    @attrs.frozen
    class Numbers:
        whole: int = 0
        real: float | None = None

    Numbers.__annotations__.update(whole=int, real=float | None)
    assert codec.decode(Numbers, {"whole": 2, "real": 3}, CONVERTER) == Numbers(2, 3.0)
    for wrong in ({"whole": 2.0}, {"whole": True}, {"real": "3"}, {"real": False}):
        with pytest.raises(codec.Mismatch):
            codec.decode(Numbers, wrong, CONVERTER)


def test_every_message_is_described() -> None:
    for message in protocol.MESSAGES:
        text = message.params.__doc__ or ""
        from_server = message.direction is Direction.NOTIFICATION_TO_CLIENT
        sides = ("Server → client",) if from_server else ("Client → server",)
        assert all(side in text for side in sides), message.method
        if message.result is not None:
            assert "Errors:" in text
