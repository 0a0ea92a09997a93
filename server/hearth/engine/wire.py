"""Requests of the OpenAI HTTP API, read with errors that name the field."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from hearth.core.errors import RequestError

from .api import PRIORITY_HEADER, Priority
from .drafts import MAX_DRAFT
from .fill import OtherFile
from .sampling import Sampling

_MAX_STOPS = 16
_MAX_LOGPROBS = 20
"""OpenAI's limit for chats; it allows 5 in completions."""
_DEFAULT_COMPLETION_TOKENS = 128
_DEFAULT_CHAT_TOKENS = 1024
_CHAT_REPEAT_PENALTY = 1.1
"""What Ollama takes too: without it small models run into loops in prose. Code completions repeat with good reason."""

_UNSUPPORTED = ("tools", "functions", "best_of", "echo", "response_format", "audio")
_ROLES = ("system", "developer", "user", "assistant")


@attrs.frozen
class Asked:
    """What completions and chats have in common."""

    max_tokens: int
    sampling: Sampling
    stops: tuple[str, ...]
    priority: Priority
    stream: bool
    include_usage: bool
    logprobs: int | None
    """How many likely tokens to tell beside each of the answer; None for no probabilities at all."""
    draft: int
    """Tokens to guess ahead (``"draft": n``, an extension)."""


@attrs.frozen
class Piece:
    """Part of a prompt: text, or the spelling of a control token (``{"control": "…"}``, an extension)."""

    text: str
    control: bool


@attrs.frozen
class CompletionAsked(Asked):
    """``POST /v1/completions``. A prompt of numbers is tokens, one of pieces is spelled out; ``suffix`` asks for fill
    in the middle."""

    prompt: str | tuple[int, ...]
    pieces: tuple[Piece, ...]
    """What the prompt consists of, where it was sent so; ``prompt`` is empty then."""
    suffix: str | None
    filename: str
    """Of the text to complete; only told to the model beside ``others``."""
    others: tuple[OtherFile, ...]
    """``input_extra``, as llama-server's ``/infill`` takes it."""
    exact: bool
    """Evaluate what the engine would otherwise move in its cache (``"exact": true``, an extension)."""

    @property
    def texts(self) -> Iterator[str]:
        """What is to become tokens."""
        if isinstance(self.prompt, str):
            yield self.prompt
        yield from (each.text for each in self.pieces)
        yield self.suffix or ""
        yield from (each.text for each in self.others)


@attrs.frozen
class ChatAsked(Asked):
    """``POST /v1/chat/completions``."""

    messages: tuple[Mapping[str, str], ...]

    @property
    def texts(self) -> Iterator[str]:
        """What is to become tokens."""
        return (each["content"] for each in self.messages)


def read_object(body: bytes) -> dict[str, Any]:
    """The body as a JSON object. Raises RequestError."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RequestError(f"the body is not JSON: {error}.") from error
    if not isinstance(value, dict):
        raise RequestError("the body must be a JSON object.")
    return value


def read_completion(body: dict[str, Any], headers: Mapping[str, str], vocabulary_size: int) -> CompletionAsked:
    """Read a completion request. Raises RequestError."""
    common = _common(body, headers, Priority.INTERACTIVE, _DEFAULT_COMPLETION_TOKENS)
    suffix = body.get("suffix")
    if suffix is not None and not isinstance(suffix, str):
        raise _wrong("suffix", "a string", suffix)
    filename = body.get("filename", "")
    if not isinstance(filename, str):
        raise _wrong("filename", "a string", filename)
    pieces = _pieces(body.get("prompt"))
    if pieces and suffix is not None:
        raise RequestError("a prompt of pieces and a suffix exclude each other.", hint="Leave one out.")
    return CompletionAsked(
        **common,
        logprobs=_integer(body, "logprobs", 0, 0, _MAX_LOGPROBS) if body.get("logprobs") is not None else None,
        prompt="" if pieces else _prompt(body.get("prompt"), vocabulary_size),
        pieces=pieces,
        suffix=suffix,
        filename=filename,
        others=_others(body.get("input_extra")),
        exact=body.get("exact") is True,
    )


def read_chat(body: dict[str, Any], headers: Mapping[str, str]) -> ChatAsked:
    """Read a chat request. Raises RequestError."""
    common = _common({"repeat_penalty": _CHAT_REPEAT_PENALTY, **body}, headers, Priority.CHAT, _DEFAULT_CHAT_TOKENS)
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise _wrong("messages", "a list with at least one message", messages)
    return ChatAsked(**common, messages=tuple(_message(message) for message in messages), logprobs=_chat_logprobs(body))


def read_texts(body: dict[str, Any], field: str) -> list[str]:
    """A string or a list of strings. Raises RequestError."""
    value = body.get(field)
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not texts or not all(isinstance(text, str) for text in texts):
        raise _wrong(field, "a string or a list of strings", value)
    return texts


def read_tokens(body: dict[str, Any], field: str, vocabulary_size: int) -> tuple[int, ...]:
    """A list of token ids. Raises RequestError."""
    value = body.get(field)
    if not isinstance(value, list):
        raise _wrong(field, "a list of token ids", value)
    return _tokens(field, value, vocabulary_size)


def _others(value: object) -> tuple[OtherFile, ...]:
    found: list[OtherFile] = []
    given = value if value is not None else []
    for each in given if isinstance(given, list) else [None]:
        name, text = (each.get("filename"), each.get("text")) if isinstance(each, dict) else (None, None)
        if not isinstance(name, str) or not isinstance(text, str):
            raise _wrong("input_extra", "a list of objects with filename and text", value)
        found.append(OtherFile(name, text))
    return tuple(found)


def _common(
    body: dict[str, Any], headers: Mapping[str, str], priority: Priority, default_tokens: int
) -> dict[str, Any]:
    for name in _UNSUPPORTED:
        if body.get(name):
            raise RequestError(f"{name} is not supported by this engine.", hint=f"Leave {name} out.")
    if body.get("n") not in (None, 1):
        raise RequestError("n must be 1.", hint="Send several requests for several answers.")
    limit = "max_completion_tokens" if body.get("max_completion_tokens") is not None else "max_tokens"
    options = body.get("stream_options") or {}
    if not isinstance(options, dict):
        raise _wrong("stream_options", "an object", options)
    return {
        "max_tokens": _integer(body, limit, default_tokens, 1, 1_000_000),
        "sampling": Sampling(
            temperature=_number(body, "temperature", 1.0, 0, 5),
            top_p=_number(body, "top_p", 1.0, 0, 1),
            top_k=_integer(body, "top_k", 40, 0, 1_000_000),
            min_p=_number(body, "min_p", 0.05, 0, 1),
            seed=None if body.get("seed") is None else _integer(body, "seed", 0, -(2**63), 2**63),
            frequency_penalty=_number(body, "frequency_penalty", 0.0, -2, 2),
            presence_penalty=_number(body, "presence_penalty", 0.0, -2, 2),
            repeat_penalty=_number(body, "repeat_penalty", 1.0, 0.1, 10),
        ),
        "stops": _stops(body.get("stop")),
        "priority": _priority(headers.get(PRIORITY_HEADER), priority),
        "stream": bool(body.get("stream")),
        "include_usage": bool(options.get("include_usage")),
        "draft": _integer(body, "draft", 0, 0, MAX_DRAFT),
    }


def _chat_logprobs(body: dict[str, Any]) -> int | None:
    wanted, most = body.get("logprobs") or False, _integer(body, "top_logprobs", 0, 0, _MAX_LOGPROBS)
    if not isinstance(wanted, bool):
        raise _wrong("logprobs", "true or false in chats", wanted)
    if most and not wanted:
        raise RequestError("top_logprobs needs logprobs to be true.")
    return most if wanted else None


def _prompt(value: Any, vocabulary_size: int) -> str | tuple[int, ...]:
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str | list):
        value = value[0]
    if isinstance(value, str):
        return value
    if isinstance(value, list) and value:
        return _tokens("prompt", value, vocabulary_size)
    raise _wrong("prompt", "one text, or one list of token ids", value)


def _pieces(value: Any) -> tuple[Piece, ...]:
    """A prompt of several parts of which at least one is a control token; empty for any other."""
    if isinstance(value, list) and any(isinstance(each, dict) for each in value):
        return tuple(map(_piece, value))
    return ()


def _piece(value: Any) -> Piece:
    if isinstance(value, str):
        return Piece(value, control=False)
    control = value.get("control") if isinstance(value, dict) else None
    if isinstance(control, str) and control:
        return Piece(control, control=True)
    raise _wrong("prompt", 'texts and {"control": "…"} objects', value)


def _tokens(field: str, value: Sequence[Any], vocabulary_size: int) -> tuple[int, ...]:
    for token in value:
        if type(token) is not int or not 0 <= token < vocabulary_size:
            raise _wrong(field, f"token ids from 0 to {vocabulary_size - 1}", token)
    return tuple(value)


def _message(message: Any) -> Mapping[str, str]:
    if not isinstance(message, dict) or message.get("role") not in _ROLES:
        raise _wrong("messages", f"objects with a role out of {', '.join(_ROLES)}", message)
    content = message.get("content")
    if isinstance(content, list):
        parts = [part.get("text") if isinstance(part, dict) else None for part in content]
        if not all(isinstance(part, str) for part in parts):
            raise RequestError("a message holds a part that is not text.", hint="This model reads text only.")
        content = "".join(str(part) for part in parts)
    if not isinstance(content, str):
        raise _wrong("content", "a string", content)
    role = "system" if message["role"] == "developer" else message["role"]
    return {"role": role, "content": content}


def _stops(value: Any) -> tuple[str, ...]:
    stops = [value] if isinstance(value, str) else value or []
    if not isinstance(stops, list) or len(stops) > _MAX_STOPS or not all(isinstance(stop, str) for stop in stops):
        raise _wrong("stop", f"a string or at most {_MAX_STOPS} strings", value)
    return tuple(stop for stop in stops if stop)


def _priority(value: str | None, default: Priority) -> Priority:
    try:
        return default if value is None else Priority(value)
    except ValueError as error:
        raise _wrong(PRIORITY_HEADER, ", ".join(each.value for each in Priority), value) from error


def _integer(body: dict[str, Any], field: str, default: int, low: int, high: int) -> int:
    value = body.get(field)
    if value is None:
        return default
    if type(value) is not int or not low <= value <= high:
        raise _wrong(field, f"a whole number from {low} to {high}", value)
    return value


def _number(body: dict[str, Any], field: str, default: float, low: float, high: float) -> float:
    value = body.get(field)
    if value is None:
        return default
    if type(value) not in (int, float) or not low <= value <= high:
        raise _wrong(field, f"a number from {low} to {high}", value)
    return float(value)


def _wrong(field: str, wanted: str, value: Any) -> RequestError:
    shown = repr(value)
    return RequestError(f"{field} must be {wanted}, not {shown[:80]}{'…' if len(shown) > 80 else ''}.")
