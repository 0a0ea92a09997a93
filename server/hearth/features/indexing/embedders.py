"""Which embedder the settings ask for, and which reranker."""

from __future__ import annotations

from hearth.core.errors import ModelNotFound, SettingsError
from hearth.core.paths import Paths
from hearth.core.settings import Settings
from hearth.embedding import install
from hearth.embedding.base import Embedder
from hearth.embedding.rerank import Reranker
from hearth.providers.base import Provider

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


async def load_reranker(settings: Settings, paths: Paths) -> Reranker | None:
    """The reranker, ready; None if there is to be none. Raises HearthError if it cannot be had."""
    chosen = settings.index.reranker
    if chosen == "none":
        return None
    from hearth.embedding import rerank  # noqa: PLC0415

    if chosen.startswith(_TRANSFORMERS):
        return await rerank.CrossEncoder.load(chosen.removeprefix(_TRANSFORMERS))
    if chosen == "provider":
        return await rerank.ServerReranker.load(_provider(settings.models.reranking, "reranking", settings, paths))
    raise SettingsError(
        f"index.reranker is {chosen}, which is no reranker.", hint="Set it to none, transformers:MODEL or provider."
    )


async def _of_provider(settings: Settings, paths: Paths) -> Embedder:
    from hearth.embedding.provider import ProviderEmbedder  # noqa: PLC0415

    spec = settings.models.embedding
    return await ProviderEmbedder.load(_provider(spec, "embedding", settings, paths), spec)


def _provider(spec: str, field: str, settings: Settings, paths: Paths) -> Provider:
    from hearth.catalog.select import resolve_model  # noqa: PLC0415
    from hearth.providers.registry import create  # noqa: PLC0415

    if not spec:
        raise ModelNotFound(f"models.{field} is not set.", hint=f"Set models.{field}, such as openai:NAME.")
    return create(spec, settings, paths, resolve_model=resolve_model)
