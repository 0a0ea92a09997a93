"""One suite for all providers: what the layers above may rely on."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from contract.subjects import PATIENCE_S, Subject
from hearth.core.aio import closing
from hearth.core.errors import ContextTooLong, HearthError, ModelLacks, ProviderAuth
from hearth.core.settings import OpenAISettings
from hearth.prompts.next_edit import Piece
from hearth.prompts.specials import Specials
from hearth.providers.base import (
    Capabilities,
    ChatRequest,
    Chunk,
    CompletionRequest,
    Delta,
    Done,
    Message,
    Provider,
    Reason,
    Role,
    SpelledRequest,
    Speller,
)
from hearth.providers.openai_compat import OpenAICompat

PREFIX = "def add(first, second):\n    total = "
SUFFIX = "\n    return total\n"
SHORT = CompletionRequest(PREFIX, SUFFIX, max_tokens=24)
LONG = CompletionRequest(PREFIX * 20, SUFFIX, max_tokens=3000)
CHAT = ChatRequest((Message(Role.SYSTEM, "You are brief."), Message(Role.USER, "What is a list?")), max_tokens=24)

Start = Callable[[Provider, int], AsyncIterator[Chunk]]


def complete(provider: Provider, tokens: int) -> AsyncIterator[Chunk]:
    return provider.complete(CompletionRequest(PREFIX * 20, SUFFIX, max_tokens=tokens))


def chat(provider: Provider, tokens: int) -> AsyncIterator[Chunk]:
    return provider.chat(ChatRequest((Message(Role.USER, PREFIX * 20),), max_tokens=tokens, temperature=0.0))


def spelled(provider: Provider, tokens: int) -> AsyncIterator[Chunk]:
    assert isinstance(provider, Speller)
    control = ("<|file_sep|>", "<|endoftext|>")
    pieces = (Piece(control[0], control=True), Piece(f"{PREFIX}{control[0]}" * 20))
    return provider.spelled(SpelledRequest(pieces, Specials(control), control, max_tokens=tokens))


either = pytest.mark.parametrize("start", [complete, chat, spelled])


async def collect(stream: AsyncIterator[Chunk]) -> tuple[str, Done]:
    """The text and the end of a stream, which must keep the rules of streams."""
    async with asyncio.timeout(PATIENCE_S), closing(stream):
        chunks = [chunk async for chunk in stream]
    *deltas, done = chunks
    assert isinstance(done, Done)
    assert all(isinstance(delta, Delta) for delta in deltas)
    texts = [delta.text for delta in deltas if isinstance(delta, Delta)]
    assert all(texts), "an empty delta"
    text = "".join(texts)
    text.encode("utf-8")
    return text, done


async def until(state: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not await state():  # noqa: ASYNC110 - the state is that of another process
            await asyncio.sleep(0.01)


@either
async def test_a_stream_is_deltas_and_then_one_done(subject: Subject, start: Start) -> None:
    text, done = await collect(start(subject.provider, 24))
    assert text
    assert done.usage.completion_tokens in (None, 24)


@either
async def test_max_tokens_end_it_by_length(subject: Subject, start: Start) -> None:
    _text, done = await collect(start(subject.provider, 2))
    assert done.reason is Reason.LENGTH
    assert done.usage.completion_tokens in (None, 2)


async def test_usage_tells_of_the_work(subject: Subject) -> None:
    _text, done = await collect(subject.provider.complete(SHORT))
    assert done.usage.prompt_tokens is not None
    assert done.usage.prompt_tokens > 0
    assert (done.usage.cached_tokens or 0) <= done.usage.prompt_tokens


def varied(start: Start, provider: Provider, stop: tuple[str, ...] = ()) -> AsyncIterator[Chunk]:
    """A long answer with many different characters in it."""
    if start is complete:
        return provider.complete(CompletionRequest(PREFIX, SUFFIX, max_tokens=400, temperature=1.0, seed=1, stop=stop))
    message = Message(Role.USER, PREFIX)
    return provider.chat(ChatRequest((message,), max_tokens=400, temperature=1.0, seed=1, stop=stop))


def frequent(text: str) -> tuple[str, ...]:
    """Characters of ``text``, the most frequent first."""
    return tuple(char for char, _ in Counter(filter(str.isprintable, text)).most_common() if char.isascii())


@either
async def test_a_stop_text_ends_it_and_is_no_part_of_it(subject: Subject, start: Start) -> None:
    text, _done = await collect(varied(start, subject.provider))
    stops = frequent(text)[:4]
    stopped, done = await collect(varied(start, subject.provider, stops))
    assert done.reason is Reason.STOP
    assert not set(stops) & set(stopped)


@either
async def test_more_stop_texts_than_servers_take(subject: Subject, start: Start) -> None:
    text, _done = await collect(varied(start, subject.provider))
    stops = (*(f"never there {number}" for number in range(6)), *frequent(text)[:6])
    stopped, done = await collect(varied(start, subject.provider, stops))
    assert done.reason is Reason.STOP
    assert not set(stops) & set(stopped)


@either
async def test_closing_a_stream_early_frees_the_model(subject: Subject, start: Start) -> None:
    before = await subject.aborted()
    stream = start(subject.provider, 3000)
    async with asyncio.timeout(PATIENCE_S):
        assert isinstance(await anext(stream), Delta)
        assert await subject.busy() == 1
        await stream.aclose()  # type: ignore[attr-defined]
    await until(lambda: _idle(subject))
    assert await subject.aborted() > before


@either
async def test_cancelling_frees_the_model(subject: Subject, start: Start) -> None:
    """Also before the first token, while the prompt is still read."""
    task = asyncio.create_task(collect(start(subject.provider, 3000)))
    await until(lambda: _busy(subject, task))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until(lambda: _idle(subject))
    text, _done = await collect(subject.provider.complete(SHORT))
    assert text


async def test_requests_run_side_by_side(subject: Subject) -> None:
    streams = [subject.provider.complete(SHORT), subject.provider.chat(CHAT), subject.provider.complete(SHORT)]
    answers = await asyncio.gather(*(collect(stream) for stream in streams))
    assert all(text for text, _done in answers)


@pytest.mark.parametrize(
    ("prefix", "suffix"),
    [
        ("# \U0001f600 grin \u00e4\u00df \u4e2d\u6587\nx = ", "\n# \U0001f680\n"),
        ("x = '\ud83d", "\ude00'\n"),
        ("a <|fim_middle|> <fim_prefix> [SUFFIX] <|im_end|> \u2060 b = ", "</s> <EOT>"),
        ("x = ", ""),
        ("line\r\nline\u2028line\x85line\x0cline\x00 = ", "\r\n"),
    ],
    ids=["astral", "half a surrogate pair", "control tokens", "nothing behind the cursor", "odd line ends"],
)
async def test_any_text_can_be_sent(subject: Subject, prefix: str, suffix: str) -> None:
    await collect(subject.provider.complete(CompletionRequest(prefix, suffix, max_tokens=8)))
    await collect(subject.provider.chat(ChatRequest((Message(Role.USER, prefix + suffix),), max_tokens=8)))


async def test_embeddings_or_a_clear_no(subject: Subject) -> None:
    if not subject.embeds:
        with pytest.raises(ModelLacks) as caught:
            await subject.provider.embed(["a"])
        assert caught.value.message
        return
    vectors = await subject.provider.embed(["a", "bcd", ""])
    assert [vector[0] for vector in vectors] == [1.0, 3.0, 0.0]
    assert await subject.provider.embed([]) == []


async def test_token_counts_or_a_clear_no(subject: Subject) -> None:
    if not subject.counts_tokens:
        with pytest.raises(ModelLacks):
            await subject.provider.count_tokens(["a"])
        return
    empty, one, control, many = await subject.provider.count_tokens(["", "a", "<|im_start|>", "a b " * 100])
    assert empty == 0
    assert 1 <= one < control < many, "what the text spells must not be read as a control token"


async def test_what_it_says_of_itself(subject: Subject) -> None:
    told = await subject.provider.capabilities()
    assert isinstance(told, Capabilities)
    assert told.model
    assert told.fim
    assert told.chat
    assert told.embeddings is subject.embeds
    assert told.context is None or told.context >= 512
    assert all(await subject.provider.models())


async def test_prepare_can_be_called_again(subject: Subject) -> None:
    for _ in range(2):
        async with asyncio.timeout(PATIENCE_S):
            async for step in subject.provider.prepare():
                assert step.message
                assert step.fraction is None or 0 <= step.fraction <= 1


async def test_a_prompt_that_is_too_long_says_so(server_subject: Subject) -> None:
    with pytest.raises(ContextTooLong) as caught:
        await collect(server_subject.provider.chat(ChatRequest((Message(Role.USER, "word " * 20_000),), max_tokens=8)))
    assert caught.value.hint
    assert (await collect(server_subject.provider.complete(SHORT)))[0]


async def test_a_wrong_key_says_so(server_subject: Subject) -> None:
    for key in ("", "wrong", "\u00e4", "a\nb: c"):
        stranger = OpenAICompat(OpenAISettings(base_url=server_subject.address, api_key=key))
        for stream in (stranger.complete(SHORT), stranger.chat(CHAT)):
            with pytest.raises(ProviderAuth) as caught:
                await collect(stream)
            assert "openai.api_key" in caught.value.hint
        with pytest.raises(ProviderAuth):
            await stranger.capabilities()
        await stranger.aclose()


async def test_closing_the_provider_ends_its_streams_with_an_error(subject: Subject) -> None:
    stream = subject.provider.complete(LONG)
    async with asyncio.timeout(PATIENCE_S), closing(stream):
        await anext(stream)
        await subject.provider.aclose()
        with pytest.raises(HearthError):
            async for _ in stream:
                pass
    await until(lambda: _idle(subject))
    with pytest.raises(HearthError):
        await collect(subject.provider.complete(SHORT))


async def _idle(subject: Subject) -> bool:
    return await subject.busy() == 0


async def _busy(subject: Subject, task: asyncio.Task[tuple[str, Done]]) -> bool:
    return await subject.busy() > 0 or task.done()
