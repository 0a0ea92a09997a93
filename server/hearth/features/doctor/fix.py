"""What mends a finding. Editors draw a button for it; nothing is done before it is pressed."""

from __future__ import annotations

import enum
import os
import shlex
import subprocess
from pathlib import Path

import attrs

from hearth.core.errors import InputError
from hearth.core.paths import Paths
from hearth.engine import ladder, launch

STOP, FORGET = "stop:", "forget:"
"""What the argument of a :attr:`Kind.SERVER` begins with: the process of an engine follows, or a model's file."""


class Kind(enum.Enum):
    """Who does it, and what ``argument`` is."""

    MODELS = "models"
    """The user, in the view of models."""
    INSTALL = "install"
    """The name of a model to install."""
    SETTING = "setting"
    """The user, in the settings: the name of one, or empty."""
    FILE = "file"
    """The user: a file to open."""
    TERMINAL = "terminal"
    """The user: a command line for a terminal, which is not run by itself."""
    LINK = "link"
    """The user: a web page."""
    SERVER = "server"
    """The server, by :func:`mend`."""


@attrs.frozen
class Fix:
    """A button."""

    title: str
    kind: Kind
    argument: str = ""


async def mend(argument: str, paths: Paths) -> str:
    """Do what a :attr:`Kind.SERVER` says; a sentence for a person. Raises InputError if there is no such thing."""
    if argument.startswith(STOP):
        for address in launch.running(paths):
            if str(address.pid) == argument.removeprefix(STOP):
                await launch.stop(address)
                return "The engine is stopped. The next request starts another one."
    elif argument.startswith(FORGET):
        model = argument.removeprefix(FORGET)
        if model in (fall.model for fall in ladder.falls(paths)):
            ladder.forget(paths, Path(model))
            return "Forgotten: the next engine starts in the fastest mode again."
    raise InputError("There is nothing of that kind to mend.", hint="Look again: it may be mended already.")


def shell(*words: str) -> str:
    """A command line for a terminal of this system."""
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)
