"""Which embedder the settings ask for."""

from __future__ import annotations

from hearth.core.errors import ModelNotFound, SettingsError
from hearth.core.paths import Paths
from hearth.core.settings import Settings
from hearth.embedding import install
from hearth.embedding.base import Embedder

_TRANSFORMERS = "transformers:"


async def load(settings: Settings, paths: Paths) -> Embedder | None:
    """The embedder, ready; None if there is to be none. Raises HearthError if it cannot be had."""
    chosen = settings.index.embedder
    if chosen == "auto":
        chosen = "minilm" if install.is_installed(paths) else "none"
    if chosen == "none":
        return None
    if chosen == "minilm":
        from hearth.embedding.minilm import MiniLM  # noqa: PLC0415

        return await MiniLM.load(install.folder(paths), settings.index.threads)
    if chosen.startswith(_TRANSFORMERS):
        from hearth.embedding.transformers import SentenceTransformers  # noqa: PLC0415

        return await SentenceTransformers.load(chosen.removeprefix(_TRANSFORMERS), settings.index.threads)
    if chosen == "provider":
        return await _of_provider(settings, paths)
    raise SettingsError(
        f"index.embedder is {chosen}, which is no embedder.",
        hint="Set it to auto, none, minilm, transformers:MODEL or provider.",
    )


async def _of_provider(settings: Settings, paths: Paths) -> Embedder:
    from hearth.catalog.select import resolve_model  # noqa: PLC0415
    from hearth.embedding.provider import ProviderEmbedder  # noqa: PLC0415
    from hearth.providers.registry import create  # noqa: PLC0415

    spec = settings.models.embedding
    if not spec:
        raise ModelNotFound("No provider of embeddings is set.", hint="Set models.embedding, such as ollama:NAME.")
    return await ProviderEmbedder.load(create(spec, settings, paths, resolve_model=resolve_model), spec)
