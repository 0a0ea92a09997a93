"""How likely the tokens of an answer were: right, in OpenAI's shapes, and as far as the provider."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import attrs
import numpy as np
import openai
import pytest

from engine.by_hand import Loop, loop
from engine.running import EXACT, Engine, Engines
from hearth.engine import launch
from hearth.engine.generation import Chosen, Text
from hearth.engine.likely import LEAST, logprobs
from hearth.engine.output import TextOutput
from hearth.providers import engine_link
from hearth.providers.base import CompletionRequest, Delta

PROMPT = "def f(x):\n    return x\n" * 3


@pytest.fixture
def engine(models) -> Iterator[Loop]:
    with loop(models(EXACT)) as running:
        yield running


def told(engine: Loop, **options: object) -> tuple[str, list[Chosen]]:
    asked = engine.until_over(engine.ask(PROMPT, 30, **options))
    return asked.text, [token for event in asked.events if isinstance(event, Text) for token in event.tokens]


def test_nothing_is_told_or_looked_at_unasked(engine: Loop) -> None:
    looked = []
    logits = engine.context.logits
    engine.context.logits = lambda row: looked.append(row) or logits(row)  # type: ignore[method-assign,func-returns-value]
    assert told(engine)[1] == []
    assert looked == []
    assert len(told(engine, logprobs=0)[1]) == len(looked) == 30


def test_a_greedy_answer_is_the_likeliest(engine: Loop) -> None:
    text, tokens = told(engine, logprobs=3)
    assert b"".join(token.piece for token in tokens).decode("utf-8", "replace") == text
    for token in tokens:
        assert token.logprob == token.others[0].logprob < 0
        assert [other.logprob for other in token.others] == sorted((o.logprob for o in token.others), reverse=True)
        assert len(token.others) == 3
    assert all(not token.others for token in told(engine, logprobs=0)[1])


def test_all_probabilities_together_are_one(engine: Loop) -> None:
    _, tokens = told(engine, logprobs=engine.model.vocabulary_size)
    for token in tokens:
        assert sum(math.exp(other.logprob) for other in token.others) == pytest.approx(1, abs=1e-4)


def test_guessing_ahead_tells_the_same(engine: Loop) -> None:
    plain, guessed = told(engine, logprobs=0)[1], told(engine, logprobs=0, draft=8)[1]
    assert [token.piece for token in guessed] == [token.piece for token in plain]
    assert [token.logprob for token in guessed] == pytest.approx([token.logprob for token in plain], abs=1e-3)


async def test_the_official_client_reads_them(engines: Engines, tiny) -> None:
    engine = await engines.start(tiny)
    asked = {"model": "any", "temperature": 0, "max_tokens": 8}
    chat = {"messages": [{"role": "user", "content": "hello"}], "logprobs": True, "top_logprobs": 2}
    async with openai.AsyncOpenAI(base_url=f"{engine.address.url}/v1", api_key=engine.address.token) as remote:
        whole = (await remote.completions.create(prompt=PROMPT, logprobs=2, **asked)).choices[0]
        assert whole.logprobs is not None
        assert [len(each) for each in whole.logprobs.top_logprobs or ()] == [2] * len(whole.logprobs.tokens or ())
        stream = await remote.completions.create(prompt=PROMPT, logprobs=2, stream=True, **asked)
        parts = [event.choices[0] async for event in stream if event.choices[0].logprobs is not None]
        values = [value for part in parts for value in part.logprobs.token_logprobs]
        assert values == pytest.approx(whole.logprobs.token_logprobs, abs=0.05)
        assert [name for part in parts for name in part.logprobs.tokens] == whole.logprobs.tokens
        assert [at for part in parts for at in part.logprobs.text_offset] == whole.logprobs.text_offset
        answer = (await remote.chat.completions.create(**chat, **asked)).choices[0]
        assert answer.logprobs is not None
        content = answer.logprobs.content or []
        assert (
            bytes(byte for token in content for byte in token.bytes or ()).decode("utf-8", "replace")
            == answer.message.content
        )
        assert [len(token.top_logprobs) for token in content] == [2] * len(content)


async def asked_of(engine: Engine, model: Path, request: CompletionRequest) -> list[Delta]:
    """What the language server's provider hears."""
    health = await launch.status(engine.address)
    provider = engine_link.connect(engine.address, model, health, "bare")
    try:
        return [chunk async for chunk in provider.complete(request) if isinstance(chunk, Delta)]
    finally:
        await provider.aclose()


async def test_completions_of_the_language_server_know_them(engines: Engines, bundled_model: Path) -> None:
    engine = await engines.start(bundled_model)
    request = CompletionRequest("import os\n\n\ndef read(path):\n    with open(", "\n", max_tokens=12, logprobs=True)
    deltas = await asked_of(engine, bundled_model, request)
    assert len(deltas) > 3
    assert all(delta.logprobs and max(delta.logprobs) <= 0 for delta in deltas)
    unasked = await asked_of(engine, bundled_model, attrs.evolve(request, logprobs=False))
    assert [delta.text for delta in unasked] == [delta.text for delta in deltas]
    assert not any(delta.logprobs for delta in unasked)
    before = await engine.complete(request.prefix, suffix="\n", max_tokens=12, logprobs=0)
    assert sum(len(delta.logprobs) for delta in deltas) == len(before["choices"][0]["logprobs"]["tokens"])


def test_tokens_come_with_the_text_that_they_begin_in(engine: Loop) -> None:
    """The random model writes halves of characters, and what follows a stop text is not told."""
    text, tokens = told(engine, logprobs=0)
    assert [token.start for token in tokens] == sorted(token.start for token in tokens)
    assert all(token.start < len(text) for token in tokens)
    stop = text[10:12]
    cut, before = told(engine, logprobs=0, stops=(stop,))
    assert cut == text[: text.index(stop)]
    within = [token for token in tokens if token.start < len(cut)]
    assert [(token.piece, token.start) for token in before] == [(token.piece, token.start) for token in within]


@pytest.mark.parametrize(
    ("pieces", "starts"),
    [
        ([b"a", b"bc", b"d"], [0, 1, 3]),
        ([b"a\xc3", b"\xa9", b"b"], [0, 1, 2]),
        ([b"\xe6", b"\xd5", b"x"], [0, 1, 2]),  # No character: each byte stands for itself.
        ([b"", b"a", b"", b"\xf0\x9f", b"\x98", b"\x80"], [0, 0, 1, 1, 1, 1]),
    ],
)
def test_where_tokens_begin(pieces: list[bytes], starts: list[int]) -> None:
    output = TextOutput(())
    found = []
    for piece in pieces:
        output.push(piece)
        found.append(output.start(piece))
    assert found == starts


def test_the_row_of_a_broken_model() -> None:
    row = np.array([1.0, 2.0, -math.inf, 2.0], dtype=np.float32)
    assert logprobs(row, 2, 9)[0] == LEAST
    assert [token for token, _ in logprobs(row, 0, 9)[1]] == [1, 3, 0, 2], "equal ones in the order of the vocabulary"
    assert sum(math.exp(value) for _, value in logprobs(row, 0, 9)[1]) == pytest.approx(1)
    value, ((_, other),) = logprobs(np.full(4, math.nan, dtype=np.float32), 0, 1)
    assert value == other == LEAST
    sure = np.array([1e4, 0.0], dtype=np.float32)
    assert logprobs(sure, 0, 0) == (0.0, [])


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("/v1/completions", {"prompt": "a", "logprobs": 21}, "logprobs must be a whole number from 0 to 20"),
        ("/v1/completions", {"prompt": "a", "logprobs": True}, "logprobs must be"),
        ("/v1/chat/completions", {"logprobs": 2}, "logprobs must be true or false"),
        ("/v1/chat/completions", {"top_logprobs": 2}, "top_logprobs needs logprobs"),
        ("/v1/chat/completions", {"logprobs": True, "top_logprobs": 21}, "top_logprobs must be"),
    ],
)
async def test_requests_that_make_no_sense(shared_engine: Engine, path: str, body: dict, said: str) -> None:
    chat = {"messages": [{"role": "user", "content": "x"}]} if "chat" in path else {}
    answer = await shared_engine.post(path, **chat, **body)
    assert answer.status_code == 400
    assert said in answer.json()["error"]["message"]
