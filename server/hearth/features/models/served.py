"""Models that other servers have: those that the settings name, and no others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

from hearth.core.errors import HearthError
from hearth.core.settings import Settings
from hearth.providers.base import Provider

from .entry import Entry, Use

SERVERS = {"ollama": "Ollama", "openai": "the model server"}
_ANSWER_S = 4.0
"""Longest wait for a server's list; the page is drawn without it then."""
_MOST = 100
"""Of one server. Services list hundreds."""
_EMBEDS = ("embed", "bge", "minilm", "e5-")
"""In the names of models that make vectors and nothing else."""


async def served(settings: Settings, create: Callable[[str], Provider]) -> list[Entry]:
    """What the servers that the settings name have. One that does not answer in time has nothing."""
    models = settings.models
    specs = {Use.COMPLETION: models.completion, Use.CHAT: models.chat}
    if settings.index.embedder == "provider":
        specs[Use.EMBEDDING] = models.embedding
    named = [name for name in SERVERS if any(spec.partition(":")[0] == name for spec in specs.values())]
    lists = await asyncio.gather(*(_list(create, name) for name in named))
    return [entry for name, found in zip(named, lists, strict=True) for entry in _entries(name, found, specs, settings)]


async def _list(create: Callable[[str], Provider], name: str) -> list[str]:
    try:
        async with asyncio.timeout(_ANSWER_S):
            provider = await asyncio.to_thread(create, name)
            try:
                return (await provider.models())[:_MOST]
            finally:
                await provider.aclose()
    except (HearthError, TimeoutError):
        return []


def _entries(server: str, found: list[str], specs: dict[Use, str], settings: Settings) -> Iterator[Entry]:
    default = settings.ollama.model if server == "ollama" else settings.openai.model or next(iter(found), "")
    host = settings.ollama.host if server == "ollama" else settings.openai.base_url
    for model in found:
        embeds = any(part in model.lower() for part in _EMBEDS)
        chosen = tuple(use for use, spec in specs.items() if _names(spec, server, model, default))
        yield Entry(
            name=f"{server}:{model}",
            title=model,
            installed=True,
            uses=(Use.EMBEDDING,) if embeds else (Use.COMPLETION, Use.CHAT),
            chosen=chosen,
            about=f"At {SERVERS[server]}, {host}.",
        )


def _names(spec: str, server: str, model: str, default: str) -> bool:
    provider, _, own = spec.strip().partition(":")
    named = own.strip() or default
    # Ollama adds the tag itself where a name has none.
    return provider == server and model in (named, f"{named}:latest")
