"""The messages about models on this machine: a part of :mod:`.protocol`."""

from __future__ import annotations

import enum

import attrs


class ModelUse(enum.Enum):
    """What a model can be chosen for."""

    COMPLETION = "completion"
    CHAT = "chat"
    EMBEDDING = "embedding"


class ModelFit(enum.Enum):
    """Whether a model fits into this machine's memory."""

    FITS = "fits"
    TIGHT = "tight"
    """Something else has to be closed first."""
    TOO_LARGE = "tooLarge"


@attrs.frozen
class ModelsListParams:
    """Asks which models are installed and which could be. *Client → server, request.* Errors: none of its own."""


@attrs.frozen
class ModelEntry:
    """A model. Zero or empty is what nobody knows; sizes are in bytes."""

    name: str
    """What other messages call it."""
    title: str
    installed: bool
    installing: bool
    """This window, through this server, installs it."""
    uses: tuple[ModelUse, ...]
    """What it can be chosen for."""
    chosen: tuple[ModelUse, ...]
    """What the settings use it for."""
    recommended: tuple[ModelUse, ...]
    """What it is the best for of those that run well on this machine."""
    about: str
    """One sentence for a person."""
    size_bytes: int
    """Of its file."""
    memory_bytes: int
    """That it takes when it runs."""
    fit: ModelFit
    tokens_per_second: float | None
    """Null where nobody knows."""
    measured: bool
    """The speed was seen on this machine; else it is foretold from the speed of its memory."""
    parameters: float
    """In millions."""
    context: int
    """Window in tokens."""
    quantization: str
    licence: str
    host: str
    """Who would send it."""
    path: str
    """Where it is installed."""
    problem: str
    """Why an installed file cannot be used."""
    removable: bool


@attrs.frozen
class ModelsListResult:
    """The models, those that are installed first, and the machine that they run on; sizes in bytes."""

    models: tuple[ModelEntry, ...]
    folder: str
    """Where models are installed; any GGUF file in it is listed."""
    cores: int
    memory_bytes: int
    free_memory_bytes: int
    free_disk_bytes: int
    """Of the disk that the folder is on."""
    others: tuple[str, ...] = ()
    """Of the settings' models, those that another server has: a sentence each."""


@attrs.frozen
class ModelsInstallParams:
    """Downloads and installs a model. *Client → server, request.*

    The server sends ``hearth/models/progress``, then answers when it is installed. ``$/cancelRequest`` stops it.
    Whatever ends it early, nothing is left on the disk.

    Errors: -32800 (cancelled), -32803 (``data.code`` is ``input`` for a name that nobody knows, ``unavailable`` or
    ``timeout`` where the network does not give it, ``refused`` where its host does not have it, ``model_invalid`` where
    it is not the published file, ``model`` where the disk has no room or another program installs it).
    """

    name: str


@attrs.frozen
class ModelsInstallResult:
    """It is installed."""

    message: str
    """One line for a person."""


@attrs.frozen
class ModelsProgressParams:
    """Says how an installation gets on. *Server → client, notification.* At most some five times a second."""

    name: str
    message: str
    """What is being done."""
    done_bytes: int = 0
    total_bytes: int = 0
    """0 where there is nothing to count."""
    bytes_per_second: float = 0.0


@attrs.frozen
class SettingChange:
    """A setting and its new value."""

    name: str
    """As in ``docs/settings.md``, such as ``models.completion``."""
    value: str


@attrs.frozen
class ModelsRemoveParams:
    """Deletes an installed model. *Client → server, request.*

    Where it was in use, the client writes the settings that it gets. Errors: -32803 (it cannot be deleted).
    """

    name: str


@attrs.frozen
class ModelsRemoveResult:
    """It is deleted."""

    path: str
    """Where it was."""
    settings: tuple[SettingChange, ...] = ()
    """Settings that named it, and what they should say now."""


@attrs.frozen
class ModelsChooseParams:
    """Asks which settings use a model for something. *Client → server, request.*

    The client writes them where its user keeps settings. Errors: -32803 (it is not installed, or not for that).
    """

    name: str
    use: ModelUse


@attrs.frozen
class ModelsChooseResult:
    """The settings that use the model."""

    settings: tuple[SettingChange, ...]
