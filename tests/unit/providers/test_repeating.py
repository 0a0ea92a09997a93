"""An answer that is to repeat what it was given is asked for as such, where the server understands it."""

from __future__ import annotations

import pytest

from hearth.prompts.next_edit import Piece
from hearth.prompts.specials import Specials
from hearth.providers.base import ChatRequest, Message, Role, SpelledRequest
from hearth.providers.fim_way import chat_call, spelled_call

ASKED = (Message(Role.USER, "hello"),)


@pytest.mark.parametrize(("own", "repeats"), [(True, True), (True, False), (False, True)])
def test_only_hearths_engine_is_asked_to_guess(own: bool, repeats: bool) -> None:
    spelled = SpelledRequest((Piece("hello"),), Specials(()), repeats=repeats)
    for body in (
        chat_call(ChatRequest(ASKED, repeats=repeats), "m", exact_tokens=own).body,
        spelled_call(spelled, "m", exact_tokens=own).body,
    ):
        assert ("draft" in body, body.get("repeat_penalty")) == ((True, 1.0) if own and repeats else (False, None))
