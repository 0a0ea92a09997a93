"""What is told of a model."""

from __future__ import annotations

import enum

import attrs


class Use(enum.Enum):
    """What a model can be chosen for."""

    COMPLETION = "completion"
    CHAT = "chat"
    EMBEDDING = "embedding"


class Fit(enum.Enum):
    """Whether it fits into memory."""

    FITS = "fits"
    TIGHT = "tight"
    """Something else has to be closed first."""
    TOO_LARGE = "tooLarge"


@attrs.frozen
class Entry:
    """A model. Zero or empty where nobody knows."""

    name: str
    title: str
    installed: bool
    uses: tuple[Use, ...]
    chosen: tuple[Use, ...] = ()
    """What the settings use it for."""
    recommended: tuple[Use, ...] = ()
    """The best for it that runs well here; one model for each use."""
    about: str = ""
    size: int = 0
    """Bytes of the file."""
    memory: int = 0
    """Bytes that it takes when it runs."""
    fit: Fit = Fit.FITS
    tokens_per_second: float | None = None
    measured: bool = False
    """The speed was seen; else it is foretold."""
    parameters: float = 0
    """In millions."""
    context: int = 0
    quantization: str = ""
    licence: str = ""
    host: str = ""
    """Who sends it."""
    path: str = ""
    problem: str = ""
    """Why an installed file cannot be used."""
    removable: bool = False
