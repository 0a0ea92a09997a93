"""What is sent to Ollama, and what its answers mean. The other side is :mod:`contract.fake_ollama`; see there why."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import attrs
import pytest

from contract.fake_ollama import FakeModel, FakeOllama
from contract.http_server import Server, serve
from contract.test_openai import SPELLED
from contract.test_providers import CHAT, collect
from hearth.core.errors import ModelLacks, ModelNotFound, ProviderBroken
from hearth.core.settings import OllamaSettings
from hearth.providers.base import CompletionRequest, Delta, Reason
from hearth.providers.ollama import Ollama

NAME = "qwen2.5-coder:1.5b-base"
ASKED = CompletionRequest("def add(a, b):\n    ", "\n\nprint(add(1, 2))\n", max_tokens=16, seed=7, stop=("\n\n",))


@asynccontextmanager
async def asking(
    models: dict[str, FakeModel], name: str = NAME, **fake: object
) -> AsyncIterator[tuple[Ollama, Server]]:
    async with serve(FakeOllama(models, **fake).handle) as server:  # type: ignore[arg-type]
        provider = Ollama(OllamaSettings(host=server.url, model=name))
        yield provider, server
        await provider.aclose()


async def test_the_suffix_goes_beside_the_prompt() -> None:
    async with asking({NAME: FakeModel()}) as (provider, server):
        text, done = await collect(provider.complete(ASKED))
        body = server.requests[-1].json
        assert (body["prompt"], body["suffix"]) == (ASKED.prefix, ASKED.suffix)
        assert not body.get("raw")
        assert body["keep_alive"] == "30m"
        assert body["options"] == {"num_predict": 16, "temperature": 0.0, "top_p": 1.0, "seed": 7, "stop": ["\n\n"]}
        assert (text, done.reason) == ("return a + b", Reason.STOP)
        assert (done.usage.prompt_tokens, done.usage.completion_tokens) == (26, 3)
        assert (done.usage.prompt_ms, done.usage.completion_ms) == (130.0, 500.0)


@pytest.mark.parametrize("tells", [True, False])
async def test_how_likely_tokens_were_where_ollama_tells_it(tells: bool) -> None:
    async with asking({NAME: FakeModel(logprobs=tells)}) as (provider, server):
        asked = attrs.evolve(ASKED, logprobs=True)
        deltas = [chunk async for chunk in provider.complete(asked) if isinstance(chunk, Delta)]
        assert "".join(delta.text for delta in deltas) == "return a + b"
        assert [value for delta in deltas for value in delta.logprobs] == ([-0.5, -1.5, -2.5] if tells else [])
        await collect(provider.complete(ASKED))
        assert "logprobs" not in server.requests[-1].json, "it costs time, so nobody asks who has no use for it"


async def test_nothing_behind_the_cursor_is_still_a_fill_in() -> None:
    async with asking({NAME: FakeModel()}) as (provider, server):
        await collect(provider.complete(CompletionRequest("x = ", "")))
        assert server.requests[-1].json["suffix"] == "\n"


async def test_a_known_family_without_a_template_is_spelled_out() -> None:
    """As with a GGUF file that somebody imported without a template."""
    for model in (FakeModel(capabilities=("completion",)), FakeModel(capabilities=None, insert=False)):
        async with asking({NAME: model}) as (provider, server):
            for _ in range(2):
                await collect(provider.complete(ASKED))
            body = server.requests[-1].json
            assert body["raw"] is True
            assert body["prompt"] == f"<|fim_prefix|>{ASKED.prefix}<|fim_suffix|>{ASKED.suffix}<|fim_middle|>"
            refused = [each for each in server.asked("/api/generate") if "suffix" in each.json]
            assert len(refused) == (0 if model.capabilities else 1), "what was refused is not asked again"
            told = await provider.capabilities()
            assert told.fim
            assert told.notes


@pytest.mark.parametrize("capabilities", [("completion",), None])
async def test_a_model_that_cannot_insert_names_one_that_can(capabilities: tuple[str, ...] | None) -> None:
    model = FakeModel(capabilities=capabilities, insert=False)
    async with asking({"llama3.2": model}, "llama3.2") as (provider, _server):
        with pytest.raises(ModelLacks) as caught:
            await collect(provider.complete(ASKED))
        assert "ollama pull qwen2.5-coder" in caught.value.hint
        assert (await collect(provider.chat(CHAT)))[0] == "return a + b"
        assert not (await provider.capabilities()).fim


async def test_a_model_that_was_not_pulled() -> None:
    async with asking({}) as (provider, _server):
        for call in (provider.complete(ASKED), provider.chat(CHAT)):
            with pytest.raises(ModelNotFound) as caught:
                await collect(call)
            assert f"ollama pull {NAME}" in caught.value.hint
        assert await provider.models() == []


async def test_abilities() -> None:
    models = {NAME: FakeModel(), "nomic-embed-text": FakeModel(capabilities=("embedding",), context=2048)}
    async with asking(models) as (provider, _server):
        told = await provider.capabilities()
        assert (told.fim, told.chat, told.embeddings, told.context) == (True, True, False, 32768)
        with pytest.raises(ModelLacks):
            await provider.embed(["a"])
        assert await provider.models() == [NAME, "nomic-embed-text"]
    async with asking(models, "nomic-embed-text") as (provider, _server):
        told = await provider.capabilities()
        assert (told.fim, told.chat, told.embeddings, told.context) == (False, False, True, 2048)
        assert await provider.embed(["ab"]) == [[2.0, 1.0]]
        with pytest.raises(ModelLacks):
            await collect(provider.chat(CHAT))


async def test_prepare_loads_the_model() -> None:
    async with asking({NAME: FakeModel()}) as (provider, server):
        steps = [step async for step in provider.prepare()]
        assert NAME in steps[0].message
        body = server.requests[-1].json
        assert server.requests[-1].path == "/api/generate"
        assert not body.get("prompt")


async def test_characters_at_which_the_client_would_cut_a_line() -> None:
    odd = "a\x85b\u2028c\u2029d\x0b\x0c\x1c\x1d\x1ee \U0001f600 \u00e2\u0080\u00a8 <tag> & end \xc2"
    async with asking({NAME: FakeModel(text=odd)}) as (provider, _server):
        request = CompletionRequest("x", "y", max_tokens=100)
        assert (await collect(provider.complete(request)))[0] == odd


async def test_a_runner_that_dies_in_the_middle() -> None:
    async with asking({NAME: FakeModel()}, fail_after=1) as (provider, _server):
        with pytest.raises(ProviderBroken, match="runner process has terminated"):
            await collect(provider.complete(ASKED))


async def test_a_spelled_prompt_is_raw_and_blunted() -> None:
    async with asking({NAME: FakeModel(text="x <\u2060|file_sep|> y<|file_sep|>z")}) as (provider, server):
        text, _done = await collect(provider.spelled(SPELLED))
        body = server.requests[-1].json
        assert (body["raw"], body["prompt"]) == (True, "<|file_sep|>a <\u2060|file_sep|> \ufffd")
        assert (body["options"]["stop"], body["options"]["num_predict"]) == (["<|file_sep|>"], 40)
        assert text == "x <|file_sep|> y"


async def test_control_tokens_in_text_are_blunted_for_the_template() -> None:
    spelled = "<|fim_middle|> and <|im_end|>"
    async with asking({NAME: FakeModel(text="<\u2060|fim_middle|> said")}) as (provider, server):
        text, _done = await collect(provider.complete(CompletionRequest(spelled, spelled)))
        body = server.requests[-1].json
        assert "<|fim_middle|>" not in body["prompt"] + body["suffix"]
        assert text == "<|fim_middle|> said"
        await collect(provider.chat(CHAT))
