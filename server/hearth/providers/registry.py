"""The providers there are, by name. Adding one is one file and one line in ``_MAKERS``.

Importing this module stays light: a provider's own module, and its HTTP library, is imported when it is created.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from pathlib import Path

from hearth.core.errors import SettingsError
from hearth.core.paths import Paths
from hearth.core.settings import Settings

from .base import Provider

ModelResolver = Callable[[str, Paths], Path]
"""Turns the name of a model (``bundled``, a path, an installed model's name) into the absolute path of a GGUF file.

:func:`hearth.catalog.select.resolve_model` is one. It is passed in because the catalogue stands above the providers.
"""


def create(spec: str, settings: Settings, paths: Paths, *, resolve_model: ModelResolver) -> Provider:
    """The provider that ``spec`` names, ``name`` or ``name:argument``.

    ``embedded[:model]``, ``openai[:model]`` and ``ollama[:model]`` take the rest from ``settings``, and the model too
    if none is given; ``scripted:PATH`` plays a script. Nothing is opened, started or resolved yet: trouble with a model
    or an endpoint shows when the provider is used. Raises SettingsError if there is no such provider.
    """
    name, _, argument = spec.strip().partition(":")
    maker = _MAKERS.get(name)
    if maker is None:
        close = difflib.get_close_matches(name.lower(), _MAKERS, n=1)
        known = ", ".join(_MAKERS)
        raise SettingsError(
            f"There is no model provider {name!r}.",
            hint=f"Did you mean {close[0]}? There are: {known}." if close else f"There are: {known}.",
        )
    return maker(argument.strip(), settings, paths, resolve_model)


def _embedded(model: str, settings: Settings, paths: Paths, resolve_model: ModelResolver) -> Provider:
    from .embedded import Embedded  # noqa: PLC0415

    return Embedded(settings.engine, paths, model=model or settings.engine.model, resolve_model=resolve_model)


def _openai(model: str, settings: Settings, _paths: Paths, _resolve: ModelResolver) -> Provider:
    from .openai_compat import OpenAICompat  # noqa: PLC0415

    return OpenAICompat(settings.openai, model=model)


def _ollama(model: str, settings: Settings, _paths: Paths, _resolve: ModelResolver) -> Provider:
    from .ollama import Ollama  # noqa: PLC0415

    return Ollama(settings.ollama, model=model)


def _scripted(path: str, _settings: Settings, _paths: Paths, _resolve: ModelResolver) -> Provider:
    from .scripted import Scripted  # noqa: PLC0415

    if not path:
        raise SettingsError("The scripted provider needs a script.", hint="Write scripted:/path/to/script.toml.")
    return Scripted.from_file(Path(path).expanduser())


_MAKERS: dict[str, Callable[[str, Settings, Paths, ModelResolver], Provider]] = {
    "embedded": _embedded,
    "openai": _openai,
    "ollama": _ollama,
    "scripted": _scripted,
}
