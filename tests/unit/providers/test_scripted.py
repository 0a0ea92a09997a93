"""The provider that plays a script."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from hearth.core.aio import closing
from hearth.core.errors import EngineBusy, ModelLacks, ProviderUnavailable, SettingsError
from hearth.providers.base import ChatRequest, CompletionRequest, Delta, Done, Message, Reason, Role
from hearth.providers.scripted import Scripted

SCRIPT = """
record = "{record}"
[completion]
text = "return a + b"
chunk_chars = 6
[[completion.rules]]
when_prefix_ends = "import "
text = "os"
[chat]
text = "A list is a list."
[[chat.rules]]
when_prefix_ends = "why?"
text = "Because."
[prepare]
steps = ["Loading", "Warming up"]
[capabilities]
model = "demo"
embeddings = true
notes = ["a script"]
"""


@pytest.fixture
def record(tmp_path: Path) -> Path:
    return tmp_path / "calls.jsonl"


@pytest.fixture
def provider(tmp_path: Path, record: Path) -> Scripted:
    script = tmp_path / "script.toml"
    script.write_text(SCRIPT.format(record=record))
    return Scripted.from_file(script)


def written(record: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in record.read_text().splitlines()]


def failing(tmp_path: Path, fail: str) -> Scripted:
    script = tmp_path / "fails.toml"
    script.write_text(f'[completion]\ntext = "abcdefgh"\n[chat]\ntext = "fine"\n[fail]\n{fail}')
    return Scripted.from_file(script)


async def text_of(provider: Scripted, prefix: str, **more: int) -> list[Delta | Done]:
    return [chunk async for chunk in provider.complete(CompletionRequest(prefix, "", **more))]  # type: ignore[arg-type]


async def test_it_plays(provider: Scripted) -> None:
    *deltas, done = await text_of(provider, "x = ")
    assert deltas == [Delta("return"), Delta(" a + b")]
    assert isinstance(done, Done)
    assert (done.reason, done.usage.completion_tokens) == (Reason.STOP, 2)
    assert (await text_of(provider, "import "))[0] == Delta("os")
    *_, cut = await text_of(provider, "x = ", max_tokens=1)
    assert isinstance(cut, Done)
    assert cut.reason is Reason.LENGTH
    chat = ChatRequest((Message(Role.USER, "but why?"),))
    assert "".join([c.text async for c in provider.chat(chat) if isinstance(c, Delta)]) == "Because."
    assert [(step.message, step.fraction) async for step in provider.prepare()] == [
        ("Loading", 0.5),
        ("Warming up", 1.0),
    ]
    assert (await provider.capabilities()).notes == ("a script",)
    assert await provider.models() == ["demo"]
    one, again, other = await provider.embed(["a", "a", "b"])
    assert one == again != other
    assert sum(value * value for value in one) == pytest.approx(1)


async def test_it_counts_and_records(provider: Scripted, record: Path) -> None:
    await text_of(provider, "x = ")
    stream = provider.complete(CompletionRequest("y = ", "z"))
    async with closing(stream):
        await anext(stream)
        assert provider.running == 1
    await provider.aclose()
    assert provider.running == 0
    assert provider.counts == {"complete": 2, "done": 1, "cancelled": 1, "closed": 1}
    lines = written(record)
    assert [line["event"] for line in lines] == ["complete", "done", "complete", "cancelled", "closed"]
    assert (lines[2]["prefix"], lines[2]["suffix"]) == ("y = ", "z")


async def test_a_cancelled_task_counts(provider: Scripted) -> None:
    slow = Scripted(provider.script.__class__(completion=provider.script.completion.__class__("abc", delay_ms=60_000)))
    task = asyncio.create_task(text_of(slow, ""))
    while not slow.running:  # noqa: ASYNC110 - the provider tells no other way.
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert slow.counts["cancelled"] == 1


async def test_it_fails_as_told(tmp_path: Path) -> None:
    always = failing(tmp_path, 'code = "unavailable"\nmessage = "Gone."\nhint = "Start it."\nduring = ["complete"]')
    with pytest.raises(ProviderUnavailable) as caught:
        await text_of(always, "")
    assert (caught.value.message, caught.value.hint) == ("Gone.", "Start it.")
    assert [c async for c in always.chat(ChatRequest((Message(Role.USER, "x"),)))]

    midway = failing(tmp_path, 'code = "engine_busy"\nafter_chunks = 1')
    stream = midway.complete(CompletionRequest("", ""))
    async with closing(stream):
        assert await anext(stream) == Delta("abcd")
        with pytest.raises(EngineBusy):
            await anext(stream)

    once = failing(tmp_path, 'code = "timeout"\ntimes = 1\nduring = ["complete"]')
    with pytest.raises(Exception, match="The script says so"):
        await text_of(once, "")
    assert len(await text_of(once, "")) == 3
    with pytest.raises(ModelLacks):
        await once.embed(["a"])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[completion", "cannot be read"),
        ("[completion]\ntextt = 'a'", "textt"),
        ("[completion]\nchunk_chars = 0", "completion"),
        ("[fail]\ncode = 'no-such-error'", "no-such-error"),
        ("completion = 3", "wrong"),
    ],
)
def test_a_wrong_script_says_what_is_wrong(tmp_path: Path, text: str, reason: str) -> None:
    script = tmp_path / "wrong.toml"
    script.write_text(text)
    with pytest.raises(SettingsError, match=reason):
        Scripted.from_file(script)
