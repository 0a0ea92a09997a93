"""Is this file a model, and what can it do? Answered from the GGUF header alone, in milliseconds."""

from __future__ import annotations

from pathlib import Path

import attrs

from hearth.core.errors import ModelInvalid
from hearth.core.gguf_header import GgufHeader, read_header

_FIM_KEYS = tuple(f"tokenizer.ggml.fim_{name}_token_id" for name in ("pre", "suf", "mid"))
_OLD_FIM_KEYS = tuple(f"tokenizer.ggml.{name}_token_id" for name in ("prefix", "suffix", "middle"))
"""Names of the same three before llama.cpp renamed them in 2024; older files still carry them."""


@attrs.frozen
class ModelFacts:
    """What a model file says about itself. Zero or empty where it says nothing."""

    path: Path
    name: str
    architecture: str
    parameters: int
    size_bytes: int
    context: int
    """The window the model was trained for, in tokens."""
    quantization: str
    """The tensor type most of its tensors have, such as ``Q8_0``."""
    fim: bool
    """Its header names tokens to fill in the middle. Where not, llama.cpp may still know them from their spelling."""
    chat_template: bool
    licence: str
    parts: int
    """Files the model is split into; 1 for the usual single file."""


def verify(path: Path) -> ModelFacts:
    """Read the header of ``path``.

    Raises ModelNotFound or ModelInvalid with what to do about it.
    """
    header = read_header(path)
    architecture = header.text("general.architecture")
    if not architecture or not header.tensor_count:
        raise ModelInvalid(
            f"{path} is a GGUF file without a model in it.",
            hint="It may be a vocabulary or an adapter; choose a model.",
        )
    if header.text("general.type") not in ("", "model"):
        raise ModelInvalid(
            f"{path} holds a part of kind {header.text('general.type')!r}, not a whole model.",
            hint="Choose the file of the model itself.",
        )
    return ModelFacts(
        path=path,
        name=header.text("general.name") or path.stem,
        architecture=architecture,
        parameters=header.parameters,
        size_bytes=header.file_bytes,
        context=header.number(f"{architecture}.context_length") or 0,
        quantization=_quantization(header),
        fim=_has_all(header, _FIM_KEYS) or _has_all(header, _OLD_FIM_KEYS),
        chat_template=bool(header.text("tokenizer.chat_template")),
        licence=header.text("general.license"),
        parts=max(1, header.number("split.count") or 1),
    )


def _has_all(header: GgufHeader, keys: tuple[str, ...]) -> bool:
    return all(header.number(key) is not None for key in keys)


def _quantization(header: GgufHeader) -> str:
    # Norms stay F32 in every quantised file and are many but tiny, so they do not vote unless they are alone.
    kinds = {kind: count for kind, count in header.tensor_types.items() if kind != "F32"} or header.tensor_types
    return max(kinds, key=lambda kind: kinds[kind])
