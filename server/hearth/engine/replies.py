"""Answers in the OpenAI HTTP API's shapes."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Sequence
from typing import Any

import attrs

from hearth.core.errors import (
    ContextTooLong,
    EngineBusy,
    EngineError,
    HearthError,
    ModelError,
    ModelLacks,
    ModelNotFound,
    RequestError,
)

from .generation import Finished, Likely, Text, Timings

DONE = b"data: [DONE]\n\n"

_STATUS: tuple[tuple[type[HearthError], int], ...] = (
    (ContextTooLong, 400),
    (RequestError, 400),
    (ModelLacks, 400),
    (ModelNotFound, 404),
    (ModelError, 500),
    (EngineBusy, 429),
    (EngineError, 503),
)


def status_of(error: HearthError) -> int:
    """The HTTP status that says ``error``."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def error_body(error: HearthError) -> dict[str, Any]:
    """An error as OpenAI clients read it, with Hearth's hint beside."""
    return {"error": {"message": str(error), "type": error.code, "code": error.code, "hint": error.hint}}


def event(value: dict[str, Any]) -> bytes:
    """One server-sent event."""
    return b"data: " + json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n\n"


@attrs.frozen
class Shape:
    """The answer to one request: what its chunks and its whole look like."""

    model: str
    chat: bool
    id: str = attrs.field(init=False)
    created: int = attrs.field(init=False, factory=lambda: int(time.time()))

    def __attrs_post_init__(self) -> None:
        prefix = "chatcmpl" if self.chat else "cmpl"
        object.__setattr__(self, "id", f"{prefix}-{secrets.token_hex(12)}")

    def first(self) -> dict[str, Any] | None:
        """The chunk that opens a chat answer; completions have none."""
        return self._chunk({"delta": {"role": "assistant", "content": ""}}) if self.chat else None

    def text(self, part: Text) -> dict[str, Any]:
        """A chunk of new text, and its tokens if they are told."""
        choice: dict[str, Any] = {"delta": {"content": part.text}} if self.chat else {"text": part.text}
        return self._chunk(choice | {"logprobs": self._logprobs([part])})

    def last(self, finished: Finished) -> dict[str, Any]:
        """The chunk that says why it ended, with llama-server's ``timings``."""
        choice: dict[str, Any] = {"delta": {}} if self.chat else {"text": ""}
        return self._chunk(choice, finished.reason) | {"timings": timings(finished.timings)}

    def usage(self, finished: Finished) -> dict[str, Any]:
        """The extra chunk that ``stream_options.include_usage`` asks for."""
        return self._envelope(chunk=True) | {"choices": [], "usage": usage(finished.timings)}

    def whole(self, parts: Sequence[Text], finished: Finished) -> dict[str, Any]:
        """The answer to a request that does not stream."""
        text, told = "".join(part.text for part in parts), self._logprobs(parts)
        choice: dict[str, Any] = {"index": 0, "finish_reason": finished.reason, "logprobs": told}
        choice |= {"message": {"role": "assistant", "content": text}} if self.chat else {"text": text}
        extra = {"usage": usage(finished.timings), "timings": timings(finished.timings)}
        return self._envelope(chunk=False) | {"choices": [choice]} | extra

    def _logprobs(self, parts: Sequence[Text]) -> dict[str, Any] | None:
        tokens = [token for part in parts for token in part.tokens]
        if not tokens:
            return None
        if self.chat:
            return {"content": [_likely(each) | {"top_logprobs": [*map(_likely, each.others)]} for each in tokens]}
        return {
            "tokens": [_name(each) for each in tokens],
            "token_logprobs": [each.logprob for each in tokens],
            "top_logprobs": [{_name(other): other.logprob for other in each.others} for each in tokens],
            "text_offset": [each.start for each in tokens],
        }

    def _chunk(self, choice: dict[str, Any], reason: str | None = None) -> dict[str, Any]:
        entry = {"index": 0, "finish_reason": reason, "logprobs": None, **choice}
        return self._envelope(chunk=True) | {"choices": [entry]}

    def _envelope(self, *, chunk: bool) -> dict[str, Any]:
        chat_kind = "chat.completion.chunk" if chunk else "chat.completion"
        return {
            "id": self.id,
            "object": chat_kind if self.chat else "text_completion",
            "created": self.created,
            "model": self.model,
        }


def _text(token: Likely) -> str:
    return token.piece.decode("utf-8", "replace")


def _name(token: Likely) -> str:
    """The text, or the bytes spelled as OpenAI spells those of a token that is no whole character."""
    try:
        return token.piece.decode()
    except UnicodeDecodeError:
        return "bytes:" + "".join(f"\\x{byte:02x}" for byte in token.piece)


def _likely(token: Likely) -> dict[str, Any]:
    return {"token": _text(token), "logprob": token.logprob, "bytes": list(token.piece)}


def usage(timings: Timings) -> dict[str, Any]:
    """OpenAI's ``usage``."""
    prompt = timings.prompt_n + timings.cache_n
    return {
        "prompt_tokens": prompt,
        "completion_tokens": timings.predicted_n,
        "total_tokens": prompt + timings.predicted_n,
        "prompt_tokens_details": {"cached_tokens": timings.cache_n},
    }


def timings(timings: Timings) -> dict[str, float]:
    """llama-server's ``timings``."""
    return attrs.asdict(timings)


def model_list(name: str, window: int | None) -> dict[str, Any]:
    """``/v1/models``."""
    entry = {"id": name, "object": "model", "created": 0, "owned_by": "local", "context_length": window}
    return {"object": "list", "data": [entry]}


def embedding_list(model: str, vectors: list[list[float]], tokens: int) -> dict[str, Any]:
    """``/v1/embeddings``."""
    data = [{"object": "embedding", "index": index, "embedding": vector} for index, vector in enumerate(vectors)]
    return {
        "object": "list",
        "data": data,
        "model": model,
        "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
    }
