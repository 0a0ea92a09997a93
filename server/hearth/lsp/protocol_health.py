"""The messages about the health of an installation: a part of :mod:`.protocol`."""

from __future__ import annotations

import enum

import attrs


class FindingLevel(enum.Enum):
    """How bad it is."""

    OK = "ok"
    NOTE = "note"
    WARN = "warn"
    FAIL = "fail"


class FixKind(enum.Enum):
    """Who mends it, and what ``argument`` is."""

    MODELS = "models"
    """The user, in the client's view of models."""
    INSTALL = "install"
    """The client, by ``hearth/models/install`` of that name."""
    SETTING = "setting"
    """The user, in the settings: the name of one, or empty."""
    FILE = "file"
    """The user: the path of a file to open."""
    TERMINAL = "terminal"
    """The user: a command line for a terminal. A client types it and does not run it."""
    LINK = "link"
    """The user: a web page."""
    SERVER = "server"
    """The server, by ``hearth/doctor/fix``."""


@attrs.frozen
class FindingFix:
    """What mends a finding."""

    title: str
    """Of a button."""
    kind: FixKind
    argument: str = ""


@attrs.frozen
class DoctorFinding:
    """One thing that was looked at."""

    section: str
    level: FindingLevel
    text: str
    hint: str = ""
    """What to do; empty if nothing."""
    fix: FindingFix | None = None


@attrs.frozen
class DoctorParams:
    """Asks whether the installation is sound, as ``hearth doctor`` does. *Client → server, request.*

    Nothing is started or changed. Errors: none of its own.
    """


@attrs.frozen
class DoctorResult:
    """What was found."""

    findings: tuple[DoctorFinding, ...]


@attrs.frozen
class DoctorFixParams:
    """Mends what the server can mend. *Client → server, request.*

    Errors: -32803 (there is no such thing, or no more).
    """

    argument: str
    """Of a fix of kind ``server``."""


@attrs.frozen
class DoctorFixResult:
    """It is mended."""

    message: str
    """One line for a person."""
