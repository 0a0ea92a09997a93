"""Pictures beside a question: what is taken as one, and who may be shown it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from pathlib import Path

import attrs

from hearth.core.errors import InputError, ModelLacks
from hearth.providers.base import Capabilities, Image, Message

from .conversation import Ask

MOST = 8
"""In one question."""
MOST_BYTES = 8_000_000
"""Of one picture. VS Code makes them smaller before it sends them."""
_KINDS = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif", b"BM": "image/bmp"}
"""First bytes of what models' servers read, and its media type. WebP is not among them: llama-server has no reader."""


def picture(data: bytes) -> Image:
    """``data`` as a picture. Raises InputError if it is none, or too large."""
    if len(data) > MOST_BYTES:
        raise InputError(
            f"A picture has {len(data) / 1e6:.1f} MB; more than {MOST_BYTES / 1e6:.0f} are not sent.",
            hint="Make it smaller.",
        )
    for start, kind in _KINDS.items():
        if data.startswith(start):
            return Image(kind, data)
    raise InputError("This is no picture that models read.", hint="Use a PNG or JPEG file.")


def decoded(texts: Sequence[str]) -> tuple[Image, ...]:
    """Pictures from base64. Raises InputError."""
    if len(texts) > MOST:
        raise InputError(f"{len(texts)} pictures are too many for one question.", hint=f"Send at most {MOST}.")
    found = []
    for text in texts:
        if len(text) > MOST_BYTES * 4 // 3 + 4:
            raise InputError(f"A picture has more than {MOST_BYTES / 1e6:.0f} MB.", hint="Make it smaller.")
        try:
            found.append(picture(base64.b64decode(text, validate=True)))
        except (binascii.Error, ValueError):
            raise InputError("A picture did not arrive whole.", hint="Attach it again.") from None
    return tuple(found)


def read(path: Path) -> Image:
    """The picture in a file. Raises InputError."""
    try:
        with path.open("rb") as file:
            return picture(file.read(MOST_BYTES + 1))
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}).", hint="Check its name.") from error


def shown(ask: Ask, able: Capabilities | None) -> Ask:
    """``ask`` as a model with these abilities can be asked: pictures of earlier turns are left out for one that sees
    none. ``able`` is None where nobody knows.

    Raises ModelLacks if the question itself has pictures and the model does not see.
    """
    if able is None or able.images:
        return ask
    if ask.images:
        hint = able.no_images or "Choose another model for `models.chat`, or ask without the picture."
        raise ModelLacks(able.blindness, hint=hint)
    return attrs.evolve(ask, history=tuple(Message(each.role, each.content) for each in ask.history))
