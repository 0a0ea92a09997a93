"""Models that can be installed: those that this package knows, and those of the user's own ``models.toml``."""

from __future__ import annotations

import importlib.resources
import ipaddress
import logging
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import attrs

from hearth.core.errors import InputError
from hearth.core.paths import Paths

log = logging.getLogger(__name__)

OWN_FILE = "models.toml"
"""The user's own entries, in the folder for configuration; they win over those of the same name."""
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_USES = ("completion", "chat")
_KINDS: dict[str, type | tuple[type, ...]] = {"str": str, "int": int, "float": (int, float)}


@attrs.frozen
class Known:
    """A model that can be had. Counts of parameters are in millions."""

    name: str
    """What it is installed as."""
    title: str
    url: str
    sha256: str
    size: int
    """In bytes."""
    uses: tuple[str, ...]
    """Of ``completion`` and ``chat``."""
    about: str = ""
    parameters: float = 0
    active: float = 0
    """Of a mixture of experts, what one token reads; 0 for all of them."""
    context: int = 0
    quantization: str = ""
    licence: str = ""

    @property
    def host(self) -> str:
        """Who sends it."""
        return urlsplit(self.url).hostname or ""

    @property
    def token_bytes(self) -> int:
        """Bytes of the file that are read for each token."""
        share = self.active / self.parameters if self.active and self.parameters else 1.0
        return int(self.size * share)


def known(paths: Paths) -> list[Known]:
    """All entries, the smallest first. Own entries that cannot be used are left out and logged."""
    packaged = importlib.resources.files("hearth.catalog").joinpath("known.toml").read_text(encoding="utf-8")
    found = {each.name: each for each in _entries(tomllib.loads(packaged))}
    own = paths.config / OWN_FILE
    try:
        found |= {each.name: each for each in _entries(tomllib.loads(own.read_text(encoding="utf-8")))}
    except FileNotFoundError:
        pass
    except (OSError, ValueError, RecursionError) as error:
        log.warning("%s is not used: %s", own, error)
    return sorted(found.values(), key=lambda each: (each.size, each.name))


def find(name: str, paths: Paths) -> Known:
    """The entry of that name. Raises InputError."""
    every = known(paths)
    for each in every:
        if each.name == name:
            return each
    raise InputError(f"There is no model {name!r} to install.", hint=f"There are: {', '.join(k.name for k in every)}.")


def is_trusted(url: str) -> bool:
    """Whether a model may come from there: over TLS, or from this machine."""
    try:
        parts = urlsplit(url)
        if parts.scheme == "https" and parts.hostname:
            return True
        return parts.scheme == "http" and ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


def file_of(entry: Known, folder: Path) -> Path:
    """Where it is, or would be, installed."""
    return folder / f"{entry.name}.gguf"


def _entries(document: Mapping[str, Any]) -> list[Known]:
    found = []
    for name, values in document.items():
        try:
            found.append(_entry(name, values))
        except (TypeError, ValueError) as error:
            log.warning("the model %.80r is left out: %s", name, error)
    return found


def _entry(name: str, values: Any) -> Known:
    if not _NAME.fullmatch(name) or not isinstance(values, Mapping):
        raise ValueError("a model is a table with a name of small letters, digits, '.', '_' and '-'")
    entry = Known(name=name, **{**values, "uses": tuple(values.get("uses", _USES))})
    for field in attrs.fields(Known):
        value, kinds = getattr(entry, field.name), _KINDS.get(str(field.type))
        if kinds is not None and (isinstance(value, bool) or not isinstance(value, kinds)):
            raise TypeError(f"{field.name} is of the wrong type")
    if not _SHA256.fullmatch(entry.sha256) or not is_trusted(entry.url) or entry.size <= 0:
        raise ValueError("it needs a sha256, a size and an https address")
    if not entry.uses or not set(entry.uses) <= set(_USES):
        raise ValueError(f"uses is some of {', '.join(_USES)}")
    return entry
