"""From the name of a model in the settings to the file that is loaded."""

from __future__ import annotations

import difflib
import importlib.resources
from pathlib import Path

from hearth.core.errors import ModelNotFound
from hearth.core.paths import Paths

BUNDLED = "bundled"
_BUNDLED_FILE = ("bundled", "hearth-tiny.gguf")
_SUFFIX = ".gguf"
_FOLDER = "models"


def models_folder(paths: Paths) -> Path:
    """Where installed models lie; it need not exist."""
    return paths.data / _FOLDER


def installed(paths: Paths) -> list[str]:
    """Names that :func:`resolve_model` takes: ``bundled``, then the installed models', sorted, without ``.gguf``."""
    folder = models_folder(paths)
    found = folder.glob(f"**/*{_SUFFIX}") if folder.is_dir() else ()
    return [BUNDLED, *sorted(path.relative_to(folder).with_suffix("").as_posix() for path in found if path.is_file())]


def resolve_model(name: str, paths: Paths) -> Path:
    """The absolute path of the GGUF file that ``name`` means.

    ``bundled`` is the small model inside this package; an absolute path, or one that starts with ``~`` or ``.``, is
    that file; anything else is the name of an installed model, with or without ``.gguf``. Only that the file exists is
    checked here; :func:`hearth.catalog.verify.verify` reads it. Raises ModelNotFound.
    """
    name = name.strip()
    if name == BUNDLED:
        return _bundled()
    if not name:
        raise ModelNotFound("No model is named.", hint="Set `engine.model` to `bundled` or to the path of a GGUF file.")
    if name.startswith(("/", "~", ".")) or Path(name).is_absolute():
        path = _expanded(name)
        if not path.exists():
            raise ModelNotFound(f"There is no model file {path}.", hint="Check `engine.model`, or set it to `bundled`.")
        return path
    return _installed(name, paths)


def _bundled() -> Path:
    path = Path(str(importlib.resources.files("hearth.catalog").joinpath(*_BUNDLED_FILE)))
    if not path.is_file():
        raise ModelNotFound(
            f"The bundled model is missing from this installation ({path}).",
            hint="Install hearth-ls again, or set `engine.model` to the path of a GGUF file.",
        )
    return path.absolute()


def _expanded(name: str) -> Path:
    try:
        return Path(name).expanduser().absolute()
    except RuntimeError as error:
        raise ModelNotFound(f"The model path {name} names a home folder that does not exist: {error}.") from error


def _installed(name: str, paths: Paths) -> Path:
    folder = models_folder(paths)
    for candidate in (folder / name, folder / f"{name}{_SUFFIX}"):
        # A name with ".." in it may not lead out of the folder: names may come from requests, paths only from settings.
        if candidate.is_file() and candidate.resolve().is_relative_to(folder.resolve()):
            return candidate.absolute()
    known = installed(paths)
    close = difflib.get_close_matches(name, known, n=1)
    suggestion = f"Did you mean {close[0]}? " if close else ""
    raise ModelNotFound(
        f"There is no model named {name!r}.",
        hint=f"{suggestion}Use `bundled`, the path of a GGUF file, or put the file into {folder}.",
    )
