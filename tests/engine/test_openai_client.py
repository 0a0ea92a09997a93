"""Proof from outside: the official client, unmodified, works with the engine."""

from __future__ import annotations

import openai
import pytest

from engine.running import Engines
from models.tiny_gguf import TinyModel

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:openai")


def client(engine: object) -> openai.AsyncOpenAI:
    address = engine.address  # type: ignore[attr-defined]
    return openai.AsyncOpenAI(base_url=f"{address.url}/v1", api_key=address.token, max_retries=0)


async def test_streams_a_completion_with_usage(engines: Engines, tiny) -> None:
    engine = await engines.start(tiny)
    async with client(engine) as remote:
        stream = await remote.completions.create(
            model="any",
            prompt="def add(a, b):\n    return ",
            suffix="\n",
            stream=True,
            max_tokens=12,
            temperature=0,
            stream_options={"include_usage": True},
        )
        events = [event async for event in stream]
    text = "".join(event.choices[0].text for event in events if event.choices)
    whole = await engine.complete("def add(a, b):\n    return ", suffix="\n", max_tokens=12)
    assert text == whole["choices"][0]["text"] != ""
    assert [event.choices[0].finish_reason for event in events if event.choices][-1] in ("length", "stop")
    assert events[-1].usage.completion_tokens == whole["usage"]["completion_tokens"] > 0


async def test_streams_a_chat(engines: Engines, tiny) -> None:
    engine = await engines.start(tiny)
    async with client(engine) as remote:
        stream = await remote.chat.completions.create(
            model="any", messages=[{"role": "user", "content": "Say something."}], stream=True, max_tokens=9, seed=3
        )
        events = [event async for event in stream]
    assert events[0].choices[0].delta.role == "assistant"
    assert any(event.choices[0].delta.content for event in events)
    assert events[-1].choices[0].finish_reason in ("length", "stop")


async def test_lists_models_and_refuses_a_wrong_key(engines: Engines, tiny) -> None:
    engine = await engines.start(tiny)
    async with client(engine) as remote:
        listed = await remote.models.list()
        assert [model.id for model in listed.data] == ["tiny-test"]
        with pytest.raises(openai.AuthenticationError):
            await remote.with_options(api_key="wrong").models.list()


async def test_embeddings_or_a_clear_refusal(engines: Engines, models) -> None:
    import gguf

    able = await engines.start(models(TinyModel(pooling=gguf.PoolingType.MEAN)))
    async with client(able) as remote:
        made = await remote.embeddings.create(model="any", input=["one", "two", "one"], encoding_format="float")
        one, two, again = (entry.embedding for entry in made.data)
        assert len(one) == 64
        assert one == again != two
    unable = await engines.start(models(TinyModel()))
    async with client(unable) as remote:
        with pytest.raises(openai.BadRequestError, match="not an embedding model"):
            await remote.embeddings.create(model="any", input="one", encoding_format="float")
