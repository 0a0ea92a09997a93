"""What an action remembers until it is chosen. It goes to the client and comes back, so it is read with care."""

from __future__ import annotations

from typing import Any

import attrs
from cattrs import Converter
from lsprotocol import types as lt

from hearth.core.errors import InputError

from . import codec


@attrs.frozen
class ActionData:
    """One offer: where it was made, and which one it was."""

    action: str
    title: str
    uri: str
    version: int
    range: lt.Range
    """The selection."""
    problem: str = ""
    """Message of the diagnostic that it is about."""
    problem_range: lt.Range | None = None
    instruction: str = ""
    """What the user asks for in words, if ``action`` is ``instruct``; no menu has that one."""


def write(data: ActionData, converter: Converter) -> Any:
    """``data`` as JSON."""
    return codec.encode(data, converter)


def read(raw: Any, converter: Converter) -> ActionData:
    """``raw``, which a client sent. Raises InputError."""
    try:
        data: ActionData = codec.decode(ActionData, raw, converter)
    except (codec.Mismatch, TypeError) as error:
        hint = "Choose an action of Hearth from the editor's menu of code actions."
        raise InputError("This is no action of Hearth.", hint=hint) from error
    return data
