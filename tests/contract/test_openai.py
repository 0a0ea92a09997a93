"""Finding out how a server fills in the middle, and what is then sent over the wire."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import attrs
import pytest

from contract.fake_openai import FakeOpenAI
from contract.http_server import Reply, Request, Server, serve
from contract.test_providers import collect
from hearth.core.errors import ModelLacks, ProviderBroken, ProviderRefused, ProviderUnavailable, SettingsError
from hearth.core.settings import OpenAISettings
from hearth.prompts.next_edit import Piece
from hearth.prompts.specials import Specials
from hearth.providers.base import ChatRequest, CompletionRequest, Message, OtherFile, Reason, Role, SpelledRequest
from hearth.providers.openai_compat import OpenAICompat
from models.tiny_gguf import TinyModel, write
from peers.llama_server import LlamaServer

OTHERS = (OtherFile("lib/a.py", "A = 1\nB = 2\n"),)
ASKED = CompletionRequest(
    "def add(a, b):\n    ", "\n\nprint(add(1, 2))\n", path="add.py", max_tokens=16, stop=("\n\n",)
)

SPELLED = SpelledRequest(
    (Piece("<|file_sep|>", control=True), Piece("a <|file_sep|> \ud83d")),
    Specials(("<|file_sep|>",)),
    ("<|file_sep|>",),
    max_tokens=40,
)


@asynccontextmanager
async def asking(fake: FakeOpenAI, **settings: Any) -> AsyncIterator[tuple[OpenAICompat, Server]]:
    async with serve(fake.handle) as server:
        provider = OpenAICompat(OpenAISettings(base_url=f"{server.url}/v1", **settings))
        yield provider, server
        await provider.aclose()


async def test_other_files_go_where_the_way_has_a_place_for_them_and_else_into_comments() -> None:
    request = attrs.evolve(ASKED, others=OTHERS, comment="#")
    commented = "# lib/a.py:\n# A = 1\n# B = 2\n" + ASKED.prefix
    async with asking(FakeOpenAI(model="qwen2.5-coder-0.5b", suffix="refused")) as (provider, server):
        prompt = (await last_body(provider, server, request))["prompt"]
        assert prompt.startswith("<|repo_name|>workspace\n<|file_sep|>lib/a.py\nA = 1\nB = 2\n\n<|file_sep|>add.py\n")
    async with asking(FakeOpenAI(model="codellama", suffix="refused")) as (provider, server):
        assert (await last_body(provider, server, request))["prompt"].startswith(f"<PRE> {commented}")
    async with asking(FakeOpenAI(model="unknown", suffix="read"), fim="suffix") as (provider, server):
        body = await last_body(provider, server, request)
        assert body["prompt"] == commented
        assert "input_extra" not in body


async def last_body(provider: OpenAICompat, server: Server, request: CompletionRequest = ASKED) -> dict[str, Any]:
    await collect(provider.complete(request))
    return dict(server.requests[-1].json)


@pytest.mark.parametrize(
    ("model", "suffix", "prompt"),
    [
        ("Qwen/Qwen2.5-Coder-1.5B", "refused", "<|fim_prefix|>{p}<|fim_suffix|>{s}<|fim_middle|>"),
        ("bigcode/starcoder2-3b", "ignored", "<fim_prefix>{p}<fim_suffix>{s}<fim_middle>"),
        ("codellama-7b.Q4_K_M.gguf", "ignored", "<PRE> {p} <SUF>{s} <MID>"),
        ("mistralai/Codestral-22B-v0.1", "refused", "[SUFFIX]{s}[PREFIX]{p}"),
    ],
)
async def test_the_format_is_known_by_the_models_name(model: str, suffix: str, prompt: str) -> None:
    async with asking(FakeOpenAI(model=model, suffix=suffix)) as (provider, server):
        body = await last_body(provider, server)
        assert body["prompt"] == prompt.format(p=ASKED.prefix, s=ASKED.suffix)
        assert body["model"] == model
        assert "suffix" not in body
        assert body["stop"][0] == "\n\n"
        assert 2 <= len(body["stop"]) <= 4
        told = await provider.capabilities()
        assert any("by the model's name" in note for note in told.notes)
        assert told.context == 4096


async def test_a_spelled_prompt_is_blunted_where_control_tokens_are_read_out_of_text() -> None:
    fake = FakeOpenAI(model="sweep-next-edit", suffix="read", text="x <\u2060|file_sep|> y<|file_sep|>z", stops=False)
    async with asking(fake) as (provider, server):
        text, _done = await collect(provider.spelled(SPELLED))
        body = server.requests[-1].json
        assert body["prompt"] == "<|file_sep|>a <\u2060|file_sep|> \ufffd"
        assert (body["stop"], body["max_tokens"]) == (["<|file_sep|>"], 40)
        assert "suffix" not in body
        assert text == "x <|file_sep|> y"


async def test_a_suffix_that_is_read_is_used() -> None:
    async with asking(FakeOpenAI(suffix="read")) as (provider, server):
        body = await last_body(provider, server)
        assert (body["prompt"], body["suffix"]) == (ASKED.prefix, ASKED.suffix)
        assert body["stop"] == ["\n\n"]
        assert body["stream_options"] == {"include_usage": True}
        await collect(provider.complete(ASKED))
        assert len(server.asked("/props")) == 1, "what was found out is remembered"


async def test_a_model_that_knows_no_format_is_asked_in_words() -> None:
    answer = "```python\nreturn a + b\n```\nThis adds them."
    async with asking(FakeOpenAI(model="some-chat", suffix="ignored", text=answer)) as (provider, server):
        text, done = await collect(provider.complete(ASKED))
        assert (text, done.reason) == ("return a + b", Reason.STOP)
        system, user = server.requests[-1].json["messages"]
        assert "<GAP/>" in system["content"]
        assert user["content"] == f"add.py\n{ASKED.prefix}<GAP/>{ASKED.suffix}"
        told = await provider.capabilities()
        assert any("in words" in note for note in told.notes)


async def test_a_server_without_a_list_of_models() -> None:
    async with asking(FakeOpenAI(lists=False, suffix="read")) as (provider, server):
        assert "model" not in await last_body(provider, server)
        assert await provider.models() == []
        assert (await provider.capabilities()).model
    async with asking(FakeOpenAI(lists=False), model="qwen2.5-coder") as (provider, server):
        assert (await last_body(provider, server))["model"] == "qwen2.5-coder"


async def test_named_ways() -> None:
    async with asking(FakeOpenAI(model="unknown", suffix="read"), fim="starcoder") as (provider, server):
        assert (await last_body(provider, server))["prompt"].startswith("<fim_prefix>")
        assert not server.asked("/props")[1:]
    async with asking(FakeOpenAI(), fim="prefix") as (provider, server):
        assert (await last_body(provider, server))["prompt"] == ASKED.prefix
        assert not (await provider.capabilities()).fim
    async with asking(FakeOpenAI(), fim="quen") as (provider, _server):
        with pytest.raises(SettingsError, match="Did you mean qwen"):
            await collect(provider.complete(ASKED))


async def test_a_way_that_the_server_refuses_names_the_setting() -> None:
    async with asking(FakeOpenAI(suffix="refused"), fim="suffix") as (provider, _server):
        with pytest.raises(ProviderRefused) as caught:
            await collect(provider.complete(ASKED))
        assert "openai.fim" in caught.value.hint
    async with asking(FakeOpenAI(), fim="infill") as (provider, _server):
        with pytest.raises(ProviderRefused, match="404") as caught:
            await collect(provider.complete(ASKED))
        assert "openai.fim" in caught.value.hint


async def test_another_model_behind_the_same_address_is_found_out() -> None:
    fake = FakeOpenAI(suffix="read")
    async with asking(fake) as (provider, server):
        await collect(provider.complete(ASKED))
        fake.suffix = "refused"
        with pytest.raises(ProviderRefused):
            await collect(provider.complete(ASKED))
        await collect(provider.complete(ASKED))
        assert server.requests[-1].json["prompt"].startswith("<|fim_prefix|>")


async def test_a_server_that_loads_its_model_is_waited_for() -> None:
    good, asked = FakeOpenAI(suffix="read"), 0

    async def handle(request: Request, reply: Reply) -> None:
        nonlocal asked
        asked += 1
        if asked <= 4:
            return await reply.json({"error": {"message": "Loading model", "code": 503}}, 503, retry_after="0")
        await good.handle(request, reply)

    async with serve(handle) as server:
        provider = OpenAICompat(OpenAISettings(base_url=f"{server.url}/v1"))
        messages = [step.message async for step in provider.prepare()]
        assert messages[-1] == "The model server is loading its model"
        assert (await collect(provider.complete(ASKED)))[0] == "return a + b"
        await provider.aclose()


async def test_control_tokens_in_text_are_blunted_and_come_back_whole() -> None:
    spelled = "if token == '<|fim_middle|>': pass  # <|im_end|> \u2060<\u2060|fim_middle|>"
    request = CompletionRequest(spelled, spelled, max_tokens=400)
    echo = FakeOpenAI(suffix="ignored")
    async with asking(echo) as (provider, server):
        body = await last_body(provider, server, request)
        prefix = body["prompt"].removeprefix("<|fim_prefix|>").partition("<|fim_suffix|>")[0]
        assert "<|fim_middle|>" not in prefix
        assert "<|im_end|>" not in prefix
        echo.text = prefix
        assert (await collect(provider.complete(request)))[0] == spelled

        chat = ChatRequest((Message(Role.USER, spelled),), max_tokens=400)
        await collect(provider.chat(chat))
        sent = server.requests[-1].json["messages"][0]["content"]
        assert "<|im_end|>" not in sent
        echo.text = sent
        assert (await collect(provider.chat(chat)))[0] == spelled


async def test_more_stop_texts_than_the_wire_takes_are_enforced_here() -> None:
    async with asking(FakeOpenAI(text="one two three", suffix="read")) as (provider, server):
        stops = ("1", "2", "3", "4", "5", "thr")
        request = CompletionRequest("a", "b", stop=stops)
        text, done = await collect(provider.complete(request))
        assert (text, done.reason) == ("one two ", Reason.STOP)
        assert server.requests[-1].json["stop"] == ["1", "2", "3", "4"]


async def test_halves_of_a_character_in_two_events_are_joined() -> None:
    async def handle(request: Request, reply: Reply) -> None:
        if request.path != "/v1/completions":
            return await reply.json({}, 404)
        await reply.start("text/event-stream; charset=latin-1")
        for text in ("\\ud83d", "\\ude00 \\ud83d", "x"):
            await reply.send(b'data: {"choices": [{"text": "%b"}]}\n\n' % text.encode())
        whole = 'data: {"choices": [{"text": "\u4e2d\u2028"}]}\n\ndata: [DONE]\n\n'.encode()
        for byte in whole:
            await reply.send(bytes([byte]))

    async with serve(handle) as server:
        provider = OpenAICompat(OpenAISettings(base_url=f"{server.url}/v1", fim="suffix"))
        assert (await collect(provider.complete(ASKED)))[0] == "\U0001f600 \ufffdx\u4e2d\u2028"
        await provider.aclose()


async def test_a_server_is_asked_anew_when_it_was_gone() -> None:
    """Another, with another model, may have taken its place."""
    async with serve(FakeOpenAI(suffix="read").handle) as server:
        provider = OpenAICompat(OpenAISettings(base_url=f"{server.url}/v1"))
        await collect(provider.complete(ASKED))
    with pytest.raises(ProviderUnavailable):
        await collect(provider.complete(ASKED))
    async with serve(FakeOpenAI(model="starcoder2", suffix="refused").handle, port=server.port) as other:
        await collect(provider.complete(ASKED))
        assert other.requests[-1].json["prompt"].startswith("<fim_prefix>")
        await provider.aclose()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_loopback_needs_no_proxy(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    async with serve(FakeOpenAI(suffix="read").handle) as server:
        address = server.url.replace("127.0.0.1", host)
        provider = OpenAICompat(OpenAISettings(base_url=f"{address}/v1"))
        assert (await collect(provider.complete(ASKED)))[0] == "return a + b"
        await provider.aclose()


@pytest.mark.peer
@pytest.mark.parametrize(("fim", "path"), [(True, "/infill"), (False, "in words")])
async def test_llama_server_is_recognised(
    llama_starter: Callable[..., LlamaServer], tmp_path: Path, fim: bool, path: str
) -> None:
    model = write(tmp_path / "model.gguf", TinyModel(fim=fim))
    with llama_starter(model, "-np", "1", "-t", "1") as server:
        provider = OpenAICompat(OpenAISettings(base_url=f"{server.url}/v1"))
        told = await provider.capabilities()
        assert told.context == 512
        assert any("in words" in note for note in told.notes) is (path == "in words")
        _text, done = await collect(provider.complete(ASKED))
        assert done.usage.prompt_ms is not None
        assert done.usage.completion_ms is not None
        _text, again = await collect(provider.complete(ASKED))
        assert (again.usage.cached_tokens or 0) > 0, "the prompt is kept warm"
        await provider.aclose()


async def test_texts_are_ranked_in_their_order() -> None:
    async with asking(FakeOpenAI(model="bge-reranker", ranks=True)) as (provider, server):
        assert await provider.rerank("b", ["a", "b", "c b"]) == [0.0, 1.0, 1.0]
        assert server.requests[-1].json["model"] == "bge-reranker"


async def test_a_server_that_ranks_nothing_says_what_to_do() -> None:
    async with asking(FakeOpenAI()) as (provider, _):
        with pytest.raises(ModelLacks, match="ranks no texts") as caught:
            await provider.rerank("b", ["a"])
        assert "models.reranking" in caught.value.hint


@pytest.mark.parametrize("results", [None, [], [{"index": 0}], [{"index": 0, "relevance_score": "high"}]])
async def test_a_ranking_that_is_none_is_refused(results: object) -> None:
    fake = FakeOpenAI()

    async def handle(request: Request, reply: Reply) -> None:
        if request.path == "/v1/rerank":
            return await reply.json({"results": results})
        await fake.handle(request, reply)

    async with serve(handle) as server:
        provider = OpenAICompat(OpenAISettings(base_url=f"{server.url}/v1"))
        with pytest.raises(ProviderBroken, match="ranking"):
            await provider.rerank("b", ["a"])
        await provider.aclose()
