"""What a provider is. Every provider passes the same suite, ``tests/contract``.

A stream yields :class:`Delta` values and ends with exactly one :class:`Done`; closing it early (``aclose``) frees the
model at once. Errors are those of :mod:`hearth.core.errors`; cancellation passes through.
"""

from __future__ import annotations

import base64
import enum
from collections.abc import AsyncIterator, Sequence
from typing import Protocol, runtime_checkable

import attrs

from hearth.core.text import well_formed
from hearth.prompts.next_edit import Piece
from hearth.prompts.specials import Specials


@attrs.frozen
class OtherFile:
    """Text of another file, for a completion to look at."""

    path: str
    text: str = attrs.field(repr=False)


@attrs.frozen
class CompletionRequest:
    """Fill in the middle: what stands between ``prefix`` and ``suffix``? Both are plain text, never control tokens."""

    prefix: str
    suffix: str = ""
    path: str = ""
    """Path of the file within the workspace, for formats that name it; empty if unknown."""
    language: str = ""
    """LSP language identifier."""
    others: tuple[OtherFile, ...] = ()
    """Shown before the prefix, the first farthest from it: what changes least should come first. A way to a model that
    has no place for files of their own shows them as comments."""
    comment: str = ""
    """What opens a comment in ``language``; empty where there is none, or it is not known."""
    max_tokens: int = 96
    temperature: float = 0.0
    top_p: float = 1.0
    seed: int | None = None
    stop: tuple[str, ...] = ()
    """Texts that end the answer; not part of it. At most four, as many as every OpenAI-compatible server takes."""
    background: bool = False
    """Nobody waits for it, so it may come after everything else."""
    logprobs: bool = False
    """Tell how likely the answer's tokens were. Servers that cannot, or only at a price, tell nothing all the same."""

    @property
    def texts(self) -> tuple[str, ...]:
        """All that is shown."""
        return (self.prefix, self.suffix, *(each.text for each in self.others))


@attrs.frozen
class SpelledRequest:
    """A prompt that is spelled out as one family of models wants it, and goes on where it ends.

    Control tokens are pieces of their own. What the others spell is never read as one: a server that takes them by
    number gets the text as it is, any other gets it blunted.
    """

    prompt: tuple[Piece, ...] = attrs.field(repr=False)
    specials: Specials
    """The family's control tokens."""
    stop: tuple[str, ...] = ()
    """Control tokens that end the answer; at most four."""
    max_tokens: int = 512
    temperature: float = 0.0
    top_p: float = 1.0
    seed: int | None = None
    background: bool = False
    """As in :class:`CompletionRequest`."""
    repeats: bool = False
    """As in :class:`ChatRequest`."""

    @property
    def blunted(self) -> str:
        """As one text."""
        blunt = self.specials.blunt
        return "".join(each.text if each.control else blunt(well_formed(each.text)) for each in self.prompt)


class Role(enum.Enum):
    """Who speaks in a chat."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


@attrs.frozen
class Image:
    """A picture."""

    kind: str
    """Media type, such as ``image/png``."""
    data: bytes = attrs.field(repr=False)

    @property
    def base64(self) -> str:
        """Its bytes as text."""
        return base64.b64encode(self.data).decode("ascii")


@attrs.frozen
class Message:
    """One turn of a conversation."""

    role: Role
    content: str
    images: tuple[Image, ...] = ()
    """Shown with it. Only for models whose capabilities say so."""


@attrs.frozen
class ChatRequest:
    """A conversation that waits for the assistant's next turn."""

    messages: tuple[Message, ...]
    max_tokens: int = 1024
    temperature: float = 0.2
    top_p: float = 1.0
    seed: int | None = None
    stop: tuple[str, ...] = ()
    repeats: bool = False
    """The answer is to repeat much of the conversation, as edited code does: repeating is not held against it, and a
    server that can guess ahead does."""


@attrs.frozen
class Delta:
    """Text that was just generated; never empty."""

    text: str
    logprobs: tuple[float, ...] = ()
    """Natural logarithms of the probabilities of the tokens that begin in it, within -9999..0; only where they were
    asked for and the server tells them."""


class Reason(enum.Enum):
    """Why a stream ended."""

    STOP = "stop"
    """The model ended by itself, or a stop text was met."""
    LENGTH = "length"
    """``max_tokens`` or the context was used up."""


@attrs.frozen
class Usage:
    """Work done for one answer. Counts are tokens, times are milliseconds; None where the server does not tell."""

    prompt_tokens: int | None = None
    cached_tokens: int | None = None
    """Of the prompt's tokens, those that were not evaluated again."""
    completion_tokens: int | None = None
    prompt_ms: float | None = None
    completion_ms: float | None = None

    @property
    def tokens_per_second(self) -> float | None:
        """Speed of the generation, None if the server does not tell."""
        if not self.completion_tokens or not self.completion_ms:
            return None
        return self.completion_tokens / self.completion_ms * 1000


@attrs.frozen
class Done:
    """The last value of a stream."""

    reason: Reason
    usage: Usage = Usage()


Chunk = Delta | Done


@attrs.frozen
class Loading:
    """A step on the way to a ready model. ``fraction`` is in 0..1, None if unknown."""

    message: str
    fraction: float | None = None


@attrs.frozen
class Speed:
    """Tokens a second."""

    prefill: float
    """Of a prompt that is read."""
    decode: float
    """Of an answer that is written."""


@attrs.frozen
class Capabilities:
    """What the chosen model can do at this provider."""

    model: str
    """Name to show to a person."""
    fim: bool
    """Reads the text after the cursor too."""
    chat: bool
    embeddings: bool
    context: int | None = None
    """Window in tokens, None if the server does not tell."""
    notes: tuple[str, ...] = ()
    """Sentences for the doctor: a safe mode, a guessed FIM format."""
    speed: Speed | None = None
    """As the server measured it when it loaded the model; None if it does not tell."""
    images: bool = False
    """Sees pictures in a conversation."""
    no_images: str = ""
    """What to do to have one that does, as a sentence; empty if nothing is known."""

    @property
    def blindness(self) -> str:
        """That it does not see, for a person."""
        return f"{self.model or 'The model'} reads text and does not see pictures."


@runtime_checkable
class Completer(Protocol):
    """Completes code."""

    def complete(self, request: CompletionRequest) -> AsyncIterator[Chunk]:
        """Stream the text between prefix and suffix."""
        ...


@runtime_checkable
class Speller(Protocol):
    """Takes prompts that are spelled out."""

    def spelled(self, request: SpelledRequest) -> AsyncIterator[Chunk]:
        """Stream what follows the prompt."""
        ...


@runtime_checkable
class Chatter(Protocol):
    """Answers conversations."""

    def chat(self, request: ChatRequest) -> AsyncIterator[Chunk]:
        """Stream the assistant's next turn."""
        ...


@runtime_checkable
class Embedder(Protocol):
    """Turns texts into vectors."""

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """One vector per text, all of the same length, in the order of ``texts``. ModelLacks if the model cannot."""
        ...


@runtime_checkable
class Reranker(Protocol):
    """Says how well texts fit a question. Few providers do."""

    async def rerank(self, question: str, texts: Sequence[str]) -> list[float]:
        """One number for each text, in their order, the higher the better. ModelLacks if the model cannot."""
        ...


@runtime_checkable
class Provider(Completer, Chatter, Embedder, Protocol):
    """All of it, with a life cycle. Constructing one does no work and opens nothing."""

    name: str

    def prepare(self) -> AsyncIterator[Loading]:
        """Make the model ready, telling progress; ends when it is. Safe to call at any time, and more than once."""
        ...

    async def capabilities(self) -> Capabilities:
        """What the model can do. Raises ProviderUnavailable if nothing answers."""
        ...

    async def models(self) -> list[str]:
        """Names of the models that could be chosen."""
        ...

    async def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, control tokens not read. ModelLacks if the server cannot tell."""
        ...

    async def aclose(self) -> None:
        """Close connections. What still streams ends with an error."""
        ...
