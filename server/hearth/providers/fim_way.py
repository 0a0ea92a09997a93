"""How the text after the cursor reaches a model, and the request that says it."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any

import attrs

from hearth.engine.drafts import MAX_DRAFT
from hearth.prompts import fim
from hearth.prompts.fim import FimFormat
from hearth.prompts.specials import Specials

from .base import ChatRequest, CompletionRequest, Message, Role, SpelledRequest
from .stream import MAX_WIRE_STOPS, StopGuard, Surrogates, TextFilter, Unfenced, whole

REPOSITORY = "workspace"
"""The name of every repository: its own would tell a server more than it needs."""


class Kind(enum.Enum):
    """The ways there are; all but the last two put control tokens in by number or by a known spelling."""

    INFILL = "infill"
    """llama-server's ``/infill``."""
    SUFFIX = "suffix"
    """The ``suffix`` of ``/v1/completions``."""
    FORMAT = "format"
    """A raw prompt on ``/v1/completions``, spelled as the model family wants it."""
    PREFIX = "prefix"
    """The text before the cursor alone."""
    INSTRUCT = "instruct"
    """A chat that asks for the missing code."""


class Dialect(enum.Enum):
    """How an answer's events look."""

    LLAMA = "llama"
    COMPLETIONS = "completions"
    CHAT = "chat"


@attrs.frozen
class Way:
    """A kind, and the format that :attr:`Kind.FORMAT` uses."""

    kind: Kind
    format: FimFormat | None = None
    exact_tokens: bool = False
    """The server never reads control tokens out of the user's text, so it is sent as it is."""
    files: bool = False
    """The server takes other files beside prefix and suffix, as llama-server does: ``input_extra``."""
    logprobs: bool = False
    """The server tells how likely the tokens of a completion were, and that costs it next to nothing. llama-server
    sorts its whole vocabulary for each token, and others refuse the request."""

    @property
    def reads_suffix(self) -> bool:
        """Does the text after the cursor arrive?"""
        return self.kind is not Kind.PREFIX


@attrs.frozen
class Call:
    """One request: where, with what, how the answer looks and what its text goes through."""

    path: str
    """Below the base address; ``/infill`` is at the root."""
    body: Mapping[str, Any]
    dialect: Dialect
    filters: tuple[TextFilter, ...]


def completion_call(way: Way, request: CompletionRequest, model: str) -> Call:
    """The call that completes ``request`` in this way."""
    request = request if _takes_files(way) else with_comments(request)
    prefix, suffix = whole(request.prefix), whole(request.suffix)
    others = [(whole(each.path), whole(each.text)) for each in request.others]
    extra = [{"filename": path, "text": text} for path, text in others]
    if way.kind is Kind.INFILL:
        body = {
            "input_prefix": prefix,
            "input_suffix": suffix,
            "n_predict": request.max_tokens,
            "cache_prompt": True,
            **({"input_extra": extra} if extra else {}),
            **_sampling(request, request.stop),
        }
        return Call("/infill", body, Dialect.LLAMA, _filters(request.stop))
    if way.kind is Kind.INSTRUCT:
        return _instruct_call(way, request, model)
    specials = _specials(way)
    stops = (*request.stop, *(way.format.stop if way.format else ()))
    body = {**_model(model), "max_tokens": request.max_tokens, **_sampling(request, stops), **_STREAM}
    if way.format is not None and way.kind is Kind.FORMAT:
        body["prompt"] = way.format.render(prefix, suffix, path=request.path, repository=REPOSITORY, files=others)
    elif way.kind is Kind.SUFFIX:
        body["prompt"] = specials.blunt(prefix) if specials else prefix
        body["suffix"] = specials.blunt(suffix) if specials else suffix
        if extra:
            body |= {"input_extra": extra, "filename": whole(request.path)}
    else:
        body["prompt"] = specials.blunt(prefix) if specials else prefix
    if way.logprobs and request.logprobs:
        body["logprobs"] = 0
    own = way.format.stop if way.format else ()
    return Call("/v1/completions", body, Dialect.COMPLETIONS, _filters(request.stop, specials, own))


def _takes_files(way: Way) -> bool:
    if way.kind is Kind.FORMAT:
        return way.format is not None and bool(way.format.file)
    return way.kind is Kind.INFILL or (way.kind is Kind.SUFFIX and way.files)


def with_comments(request: CompletionRequest) -> CompletionRequest:
    """The request with other files as comments in front of the prefix, for ways that have no place for them."""
    comments = "".join(fim.commented(each.path, each.text, request.comment) for each in request.others)
    return attrs.evolve(request, prefix=comments + request.prefix, others=())


def chat_call(request: ChatRequest, model: str, *, exact_tokens: bool, extra: tuple[TextFilter, ...] = ()) -> Call:
    """The call that answers a conversation."""
    specials = None if exact_tokens else fim.chat_specials()

    def content(text: str) -> str:
        return specials.blunt(whole(text)) if specials else whole(text)

    body = {
        **_model(model),
        "messages": [
            {"role": each.role.value, "content": _parts(content(each.content), each)} for each in request.messages
        ],
        "max_tokens": request.max_tokens,
        **_sampling(request, request.stop),
        **_STREAM,
        **(_REPEATING if exact_tokens and request.repeats else {}),
    }
    return Call("/v1/chat/completions", body, Dialect.CHAT, (*_filters((), specials), *extra, StopGuard(request.stop)))


def spelled_call(request: SpelledRequest, model: str, *, exact_tokens: bool) -> Call:
    """The call that continues a prompt that is spelled out. Hearth's engine takes pieces (``exact_tokens``)."""
    pieces = [{"control": each.text} if each.control else whole(each.text) for each in request.prompt]
    body = {
        **_model(model),
        "prompt": pieces if exact_tokens else request.blunted,
        "max_tokens": request.max_tokens,
        # The engine ends at control tokens by itself, and text that only spells one is no reason to end there.
        **_sampling(request, () if exact_tokens else request.stop),
        **_STREAM,
        **(_REPEATING if exact_tokens and request.repeats else {}),
    }
    filters = (Surrogates(),) if exact_tokens else _filters((), request.specials, request.stop)
    return Call("/v1/completions", body, Dialect.COMPLETIONS, filters)


def _parts(text: str, message: Message) -> str | list[dict[str, Any]]:
    """Text alone as it always was, for servers that know nothing else; with pictures as parts, the pictures first."""
    if not message.images:
        return text
    pictures = [
        {"type": "image_url", "image_url": {"url": f"data:{each.kind};base64,{each.base64}"}} for each in message.images
    ]
    return [*pictures, {"type": "text", "text": text}]


_REPEATING: Mapping[str, Any] = {"draft": MAX_DRAFT, "repeat_penalty": 1.0}
"""For Hearth's engine, which guesses only what is chosen without a penalty."""

_STREAM: Mapping[str, Any] = {"stream_options": {"include_usage": True}}


def _instruct_call(way: Way, request: CompletionRequest, model: str) -> Call:
    words = fim.instruct()
    asked = ChatRequest(
        messages=(
            Message(Role.SYSTEM, words.system),
            Message(Role.USER, words.ask(request.prefix, request.suffix, request.path)),
        ),
        max_tokens=request.max_tokens,
        temperature=request.temperature,
        top_p=request.top_p,
        seed=request.seed,
        stop=request.stop,
    )
    return chat_call(asked, model, exact_tokens=way.exact_tokens, extra=(Unfenced(),))


def _specials(way: Way) -> Specials | None:
    """Whose control tokens are blunted in the user's text."""
    if way.exact_tokens:
        return None
    return way.format.specials if way.format is not None else fim.any_specials()


def _filters(
    stops: tuple[str, ...], specials: Specials | None = None, own_stops: tuple[str, ...] = ()
) -> tuple[TextFilter, ...]:
    """Whole characters, then the model's own stops in the model's spelling, then the user's in the user's."""
    filters: list[TextFilter] = [Surrogates()]
    if own_stops:
        filters.append(StopGuard(own_stops))
    if specials is not None:
        filters.append(specials.restoring())
    if stops:
        filters.append(StopGuard(stops))
    return tuple(filters)


def _sampling(request: CompletionRequest | ChatRequest | SpelledRequest, stops: tuple[str, ...]) -> dict[str, Any]:
    sampling: dict[str, Any] = {"stream": True, "temperature": request.temperature, "top_p": request.top_p}
    if request.seed is not None:
        sampling["seed"] = request.seed
    if wire := [whole(stop) for stop in stops if stop][:MAX_WIRE_STOPS]:
        sampling["stop"] = wire
    return sampling


def _model(model: str) -> dict[str, str]:
    return {"model": model} if model else {}
