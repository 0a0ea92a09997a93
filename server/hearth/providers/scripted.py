"""A provider that plays a script: the same answer every time, for tests, demonstrations and measurements.

A script is a TOML file; everything in it is optional::

    record = "/tmp/calls.jsonl"    # one JSON line for each thing that happens, for a test in another process

    [completion]                   # [chat] and [spelled] take the same
    text = "return a + b"
    chunk_chars = 4                # one chunk is one "token": it counts for max_tokens and count_tokens
    delay_ms = 0                   # before each chunk
    [[completion.rules]]           # the first rule that fits wins over `text`
    when_prefix_ends = "import "   # for chat: the end of the last message
    text = "os"

    [prepare]
    steps = ["Loading weights", "Warming up"]
    delay_ms = 0

    [fail]                         # raise an error, by its code in hearth.core.errors
    code = "unavailable"
    message = "Nothing answers."
    hint = "Start it."
    during = ["complete", "chat"]  # which calls; empty for all
    after_chunks = 0               # of a stream
    times = 0                      # how often; 0 for always

    [capabilities]
    model = "scripted"
    fim = true
    chat = true
    embeddings = false
    context = 8192
    notes = []
    images = false
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import tomllib
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import aclosing, contextmanager
from pathlib import Path
from typing import Any

import attrs
import cattrs

from hearth.core import errors
from hearth.core.errors import HearthError, ModelLacks, ProviderUnavailable, SettingsError

from .base import (
    Capabilities,
    ChatRequest,
    Chunk,
    CompletionRequest,
    Delta,
    Done,
    Loading,
    Reason,
    SpelledRequest,
    Usage,
)
from .faults import kind_of
from .stream import StopGuard, shaped

_DIMENSIONS = 16


@attrs.frozen
class Rule:
    """Another answer for prompts that end in a certain way."""

    when_prefix_ends: str
    text: str


@attrs.frozen
class Answer:
    """What is answered, and how fast."""

    text: str = ""
    chunk_chars: int = attrs.field(default=4, validator=attrs.validators.ge(1))
    delay_ms: float = 0.0
    rules: tuple[Rule, ...] = ()


@attrs.frozen
class Preparation:
    """Steps of ``prepare``."""

    steps: tuple[str, ...] = ()
    delay_ms: float = 0.0


@attrs.frozen
class Failure:
    """An error to raise; none if ``code`` is empty."""

    code: str = ""
    message: str = "The script says so."
    hint: str = ""
    during: tuple[str, ...] = ()
    after_chunks: int = 0
    times: int = 0


@attrs.frozen
class Abilities:
    """What is claimed."""

    model: str = "scripted"
    fim: bool = True
    chat: bool = True
    embeddings: bool = False
    context: int = 8192
    notes: tuple[str, ...] = ()
    images: bool = False


@attrs.frozen
class Script:
    """A script, read."""

    completion: Answer = Answer()
    chat: Answer = Answer()
    spelled: Answer = Answer()
    prepare: Preparation = Preparation()
    fail: Failure = Failure()
    capabilities: Abilities = Abilities()
    record: str = ""


class Scripted:
    """Plays ``script``. ``counts`` tells how often each thing happened, under the names that ``record`` writes too:
    ``complete``, ``chat``, ``spelled``, ``embed``, ``prepare``, ``done``, ``cancelled``, ``failed``, ``closed``.
    """

    def __init__(self, script: Script) -> None:
        self.name = "scripted"
        self.script = script
        self.counts: Counter[str] = Counter()
        self.running = 0
        """Streams that are open now."""
        self._closed = False

    @classmethod
    def from_file(cls, path: Path) -> Scripted:
        """Read a script. Raises SettingsError with what is wrong in it."""
        hint = "The docstring of hearth.providers.scripted describes scripts."
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingsError(f"The script {path} cannot be read: {error}.", hint=hint) from error
        converter = cattrs.Converter(forbid_extra_keys=True)
        try:
            script = converter.structure(values, Script)
        except Exception as error:
            reasons = "; ".join(cattrs.transform_error(error))
            raise SettingsError(f"The script {path} is wrong: {reasons}.", hint=hint) from error
        if script.fail.code and kind_of(script.fail.code) is None:
            raise SettingsError(f"The script {path} is wrong: there is no error {script.fail.code!r}.", hint=hint)
        return cls(script)

    async def prepare(self) -> AsyncIterator[Loading]:
        """The script's steps."""
        self._note("prepare")
        steps = self.script.prepare.steps
        for index, step in enumerate(steps):
            await asyncio.sleep(self.script.prepare.delay_ms / 1000)
            yield Loading(step, (index + 1) / len(steps))
        self._fail_in("prepare")

    async def complete(self, request: CompletionRequest) -> AsyncIterator[Chunk]:
        """The script's completion."""
        others = [{"path": each.path, "text": each.text} for each in request.others]
        asked = {"prefix": request.prefix, "suffix": request.suffix, "path": request.path}
        self._note("complete", **asked, **({"others": others} if others else {}))
        async with aclosing(self._play("complete", self.script.completion, request, request.prefix)) as stream:
            async for chunk in stream:
                yield chunk

    async def spelled(self, request: SpelledRequest) -> AsyncIterator[Chunk]:
        """The script's answer to a prompt that is spelled out."""
        prompt = "".join(each.text for each in request.prompt)
        self._note("spelled", prompt=prompt, background=request.background)
        async with aclosing(self._play("spelled", self.script.spelled, request, prompt)) as stream:
            async for chunk in stream:
                yield chunk

    async def chat(self, request: ChatRequest) -> AsyncIterator[Chunk]:
        """The script's answer."""
        messages = [[each.role.value, each.content] for each in request.messages]
        pictures = (
            {"images": shown} if (shown := [len(each.images) for each in request.messages if each.images]) else {}
        )
        self._note("chat", messages=messages, **pictures)
        end = request.messages[-1].content if request.messages else ""
        async with aclosing(self._play("chat", self.script.chat, request, end)) as stream:
            async for chunk in stream:
                yield chunk

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Vectors of length 1 made from a hash of each text."""
        self._note("embed", texts=list(texts))
        self._fail_in("embed")
        if not self.script.capabilities.embeddings:
            raise ModelLacks("The script makes no embeddings.", hint="Set `embeddings = true` under [capabilities].")
        return [_vector(text) for text in texts]

    async def capabilities(self) -> Capabilities:
        """What the script claims."""
        self._fail_in("capabilities")
        return Capabilities(**attrs.asdict(self.script.capabilities))

    async def models(self) -> list[str]:
        """The one model."""
        self._fail_in("models")
        return [self.script.capabilities.model]

    async def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Chunks of each text."""
        self._fail_in("count_tokens")
        return [-(-len(text) // self.script.completion.chunk_chars) for text in texts]

    async def aclose(self) -> None:
        """Streams that are open end with an error."""
        self._note("closed")
        self._closed = True

    async def _play(
        self, call: str, answer: Answer, request: CompletionRequest | ChatRequest | SpelledRequest, prompt: str
    ) -> AsyncGenerator[Chunk]:
        fitting = (rule.text for rule in answer.rules if prompt.endswith(rule.when_prefix_ends))
        text = next(fitting, answer.text)
        with self._watched():
            chunks = self._chunks(call, answer, text, request.max_tokens, prompt)
            async with aclosing(shaped(chunks, (StopGuard(request.stop),))) as stream:
                async for chunk in stream:
                    yield chunk

    async def _chunks(
        self, call: str, answer: Answer, text: str, max_tokens: int, prompt: str
    ) -> AsyncGenerator[Chunk]:
        size = answer.chunk_chars
        pieces = [text[at : at + size] for at in range(0, len(text), size)]
        for index, piece in enumerate(pieces[:max_tokens]):
            self._fail_in(call, index)
            await asyncio.sleep(answer.delay_ms / 1000)
            if self._closed:
                raise ProviderUnavailable("The scripted provider was closed.", hint="Ask a new one.")
            yield Delta(piece)
        self._fail_in(call, len(pieces))
        usage = Usage(prompt_tokens=-(-len(prompt) // size), completion_tokens=min(len(pieces), max_tokens))
        yield Done(Reason.LENGTH if len(pieces) > max_tokens else Reason.STOP, usage)

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Count how a stream ends."""
        self.running += 1
        try:
            yield
        except (asyncio.CancelledError, GeneratorExit):
            self._note("cancelled")
            raise
        except HearthError:
            self._note("failed")
            raise
        else:
            self._note("done")
        finally:
            self.running -= 1

    def _fail_in(self, call: str, chunks: int | None = None) -> None:
        fail = self.script.fail
        if not fail.code or (fail.during and call not in fail.during) or (fail.times and self._failures >= fail.times):
            return
        if chunks is not None and chunks < fail.after_chunks:
            return
        self.counts["raised"] += 1
        kind = kind_of(fail.code) or errors.HearthError
        raise kind(fail.message, hint=fail.hint)

    @property
    def _failures(self) -> int:
        return self.counts["raised"]

    def _note(self, event: str, **details: Any) -> None:
        self.counts[event] += 1
        if self.script.record:
            line = json.dumps({"event": event, **details})
            with Path(self.script.record).open("a", encoding="utf-8") as file:
                file.write(f"{line}\n")


def _vector(text: str) -> list[float]:
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_DIMENSIONS).digest()
    values = [byte - 127.5 for byte in digest]
    length = sum(value * value for value in values) ** 0.5
    return [value / length for value in values]
