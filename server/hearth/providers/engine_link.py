"""The embedded provider's connection to a running engine. Imported with the HTTP client, when one is needed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hearth.core.settings import OpenAISettings
from hearth.engine.api import EngineAddress

from .base import Speed
from .detect import Found
from .faults import Endpoint
from .fim_way import Kind, Way
from .openai_compat import OpenAICompat
from .resilience import Waits

_CONNECT_S = 2.0
"""On the loopback address a connection is made at once or not at all."""


def connect(address: EngineAddress, model: Path, health: Mapping[str, Any], safe_mode: str) -> OpenAICompat:
    """A provider for the engine at ``address``. ``health`` is what it tells of itself; nothing more is asked."""
    return OpenAICompat(
        OpenAISettings(base_url=f"{address.url}/v1", api_key=address.token),
        hearth=True,
        waits=Waits(connect_s=_CONNECT_S),
        where=_where(address),
        known=_found(health, model, safe_mode),
    )


def _found(health: Mapping[str, Any], model: Path, safe_mode: str) -> Found:
    """What the engine says of its model."""
    name, context, mode = health.get("model"), health.get("context"), health.get("mode")
    notes: list[str] = []
    fim, chat = health.get("fim") is not False, health.get("chat") is not False
    if isinstance(mode, str) and mode not in ("fast", safe_mode):
        notes.append(f"The engine runs in the safer mode {mode!r}, because a faster one crashed on this machine.")
    if isinstance(note := health.get("note"), str) and note:
        notes.append(note)
    if fim:
        way = Way(Kind.SUFFIX, exact_tokens=True, files=health.get("files") is True, logprobs=True)
    else:
        way = Way(Kind.INSTRUCT if chat else Kind.PREFIX, exact_tokens=True, logprobs=True)
        notes.append(
            "This model has no tokens to fill in the middle; "
            + ("it is asked in words." if chat else "it sees only the text before the cursor.")
        )
    return Found(
        model=name if isinstance(name, str) else model.stem,
        way=way,
        chat=chat,
        context=context if isinstance(context, int) else None,
        notes=tuple(notes),
        speed=_speed(health),
    )


def _speed(health: Mapping[str, Any]) -> Speed | None:
    prefill, decode = health.get("prefill_tokens_per_second"), health.get("decode_tokens_per_second")
    if isinstance(prefill, int | float) and isinstance(decode, int | float) and prefill > 0 and decode > 0:
        return Speed(float(prefill), float(decode))
    return None


def _where(address: EngineAddress) -> Endpoint:
    return Endpoint(
        what="The engine",
        address=address.url,
        start_hint=f"It is started again by the next request; if that fails too, see {address.log}.",
        key_hint="Another program answers on the engine's port; `hearth engine stop` and try again.",
    )
