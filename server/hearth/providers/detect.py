"""What stands at the other end: asked once, remembered by the provider.

Order of the questions for ``openai.fim = "auto"``: is it a llama-server, and does ``/infill`` work? Does the prompt
grow by what is sent as ``suffix``? (Many servers accept the parameter and drop it in silence; vLLM refuses it.) Is the
model's name one whose format is known? If all fail, the model is asked in words.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

import attrs

from hearth.core.errors import ModelLacks, ModelNotFound, ProviderBroken, ProviderRefused, SettingsError
from hearth.prompts import fim

from .base import Speed
from .fim_way import Kind, Way
from .http import Http
from .openai_wire import usage_of
from .resilience import retried

_PROBE_PREFIX = "def f("
_PROBE_SUFFIX = "):\n    total = alpha + beta * gamma\n    return [total, delta]\n" * 2
_PREFIX_TOKENS = 9
"""Most tokens that the probe's prefix can have: one a byte, and those that a server puts around it."""

_REFUSALS = (ProviderRefused, ProviderBroken, ModelLacks, ModelNotFound)
"""Answers to a probe that mean no. Silence, a wrong key and the like are passed on instead."""


@attrs.frozen
class Found:
    """What is known about a server and its model."""

    model: str
    """As requests name it; empty if the server lists none."""
    way: Way
    chat: bool = True
    context: int | None = None
    notes: tuple[str, ...] = ()
    speed: Speed | None = None
    images: bool = False
    """It sees pictures."""


async def find(http: Http, base: str, model: str, setting: str) -> Found:
    """Ask the server at ``base`` (the address with ``/v1``). Raises HearthError if it cannot be asked."""
    root = root_of(base)
    listed = await list_models(http, base)
    entry = next((each for each in listed if each["id"] == model), None) if model else next(iter(listed), None)
    name = model or (entry["id"] if entry else "")
    props = await _props(http, root)
    context, images = _context(props, entry or {}), _sees(props, entry or {})
    if setting != "auto":
        return Found(name, named_way(setting), context=context, images=images)
    if props is not None and await _infill_works(http, root):
        return Found(name, Way(Kind.INFILL, exact_tokens=True), context=context, images=images)
    if props is None and await _suffix_is_read(http, base, name):
        return Found(name, Way(Kind.SUFFIX), context=context, images=images)
    known = fim.for_model(name)
    if known is not None:
        note = f"The way to fill in the middle was chosen by the model's name: {known.name}."
        return Found(name, Way(Kind.FORMAT, known), context=context, notes=(note,), images=images)
    note = (
        f"{name or 'The model'} has no known way to fill in the middle, so it is asked in words. "
        "A code model such as Qwen2.5-Coder completes far better; or set `openai.fim`."
    )
    return Found(name, Way(Kind.INSTRUCT), context=context, notes=(note,), images=images)


def named_way(setting: str) -> Way:
    """The way that ``openai.fim`` names. Raises SettingsError."""
    if setting == Kind.INFILL.value:
        return Way(Kind.INFILL, exact_tokens=True)
    for kind in (Kind.SUFFIX, Kind.PREFIX, Kind.INSTRUCT):
        if setting == kind.value:
            return Way(kind)
    if (known := fim.named(setting)) is not None:
        return Way(Kind.FORMAT, known)
    names = ["auto", *(kind.value for kind in Kind if kind is not Kind.FORMAT), *fim.NAMES]
    close = difflib.get_close_matches(setting, names, n=1)
    raise SettingsError(
        f"openai.fim is {setting!r}, which is no known way to fill in the middle.",
        hint=f"Did you mean {close[0]}?" if close else f"There are: {', '.join(names)}.",
    )


def root_of(base: str) -> str:
    """The server's address without ``/v1``."""
    return base.rstrip("/").removesuffix("/v1")


async def list_models(http: Http, base: str) -> list[dict[str, Any]]:
    """The entries of ``/v1/models`` that have an id; none where the server has no such list."""
    try:
        answer = await retried(lambda: http.call("GET", f"{base}/models"))
    except (ProviderRefused, ModelLacks, ModelNotFound):
        return []
    data = answer.get("data") if isinstance(answer, dict) else None
    entries = data if isinstance(data, list) else []
    return [each for each in entries if isinstance(each, dict) and isinstance(each.get("id"), str) and each["id"]]


async def _props(http: Http, root: str) -> Mapping[str, Any] | None:
    """What llama-server says of itself; None if this is another server."""
    try:
        answer = await retried(lambda: http.call("GET", f"{root}/props"))
    except _REFUSALS:
        return None
    return answer if isinstance(answer, dict) and "default_generation_settings" in answer else None


async def _infill_works(http: Http, root: str) -> bool:
    """Has the model the tokens? Nothing is generated for the answer."""
    body = {"input_prefix": "", "input_suffix": "", "n_predict": 0}
    try:
        await retried(lambda: http.call("POST", f"{root}/infill", body, wait_s=http.waits.answer_s))
    except _REFUSALS:
        return False
    return True


async def _suffix_is_read(http: Http, base: str, model: str) -> bool:
    """Is a prompt with a long suffix longer than the prefix alone could be?"""
    body = {"prompt": _PROBE_PREFIX, "suffix": _PROBE_SUFFIX, "max_tokens": 1, "temperature": 0}
    body |= {"model": model} if model else {}
    try:
        answer = await retried(lambda: http.call("POST", f"{base}/completions", body, wait_s=http.waits.answer_s))
    except _REFUSALS:
        return False
    usage = usage_of(answer) if isinstance(answer, dict) else None
    return usage is not None and (usage.prompt_tokens or 0) > _PREFIX_TOKENS


def _sees(props: Mapping[str, Any] | None, entry: Mapping[str, Any]) -> bool:
    """Whether the model sees pictures, where a server tells: llama-server, Mistral, OpenRouter and their like."""
    for place, key in (((props or {}).get("modalities"), "vision"), (entry.get("capabilities"), "vision")):
        if isinstance(place, dict) and isinstance(place.get(key), bool):
            return bool(place[key])
    architecture = entry.get("architecture")
    for place in (architecture, entry):
        kinds = place.get("input_modalities") if isinstance(place, dict) else None
        if isinstance(kinds, list):
            return "image" in kinds
    return False


def _context(props: Mapping[str, Any] | None, entry: Mapping[str, Any]) -> int | None:
    """The window in tokens, wherever the server tells it."""
    defaults = (props or {}).get("default_generation_settings")
    meta = entry.get("meta")
    for place, key in ((defaults, "n_ctx"), (meta, "n_ctx"), (entry, "max_model_len"), (entry, "context_length")):
        value = place.get(key) if isinstance(place, dict) else None
        if isinstance(value, int) and value > 0:
            return value
    return None
