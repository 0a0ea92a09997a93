"""Options: what somebody wrote. Layers of them are merged, checked field by field, and resolved to frozen settings.

A wrong value costs its own default and a warning that names it; it never costs the other settings or the session.
"""

from __future__ import annotations

import difflib
import math
import os
import reprlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, get_type_hints

import attrs

from .files import NotRegular, open_regular
from .settings import Settings

USER_FILE = "settings.toml"
"""The user's own settings, in the folder for configuration."""

PROJECT_FILE = Path(".hearth") / "settings.toml"
"""A project's own settings, below a workspace folder; only fields marked ``project=True`` are taken from it."""

_MAX_FILE_BYTES = 1_000_000
_MAX_KEY = 80
"""Most characters of an unknown key that a warning repeats."""
_ENV_PREFIX = "HEARTH_"
_TRUE, _FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


@attrs.frozen
class Layer:
    """One source of options. ``trusted`` layers may set everything; a project's file may not."""

    name: str
    """Where it came from, for warnings: a path, or "the editor"."""
    values: Mapping[str, Any]
    trusted: bool = True


@attrs.frozen
class Resolved:
    """Settings, and one sentence for each option that could not be used."""

    settings: Settings
    warnings: tuple[str, ...] = ()


def resolve(layers: list[Layer]) -> Resolved:
    """Merge ``layers`` (later ones win) over the defaults."""
    chosen: dict[str, dict[str, Any]] = {}
    warnings: list[str] = []
    for layer in layers:
        for section, name, value, trouble in _entries(layer):
            if trouble:
                warnings.append(f"{layer.name}: {trouble}")
                continue
            field = _SECTIONS[section][name]
            if not layer.trusted and not field.metadata["project"]:
                warnings.append(
                    f"{layer.name}: {section}.{name} is ignored: a project may not set it. "
                    "Put it into your own settings if you want it."
                )
                continue
            try:
                chosen.setdefault(section, {})[name] = _checked(field, _TYPES[section][name], value)
            except (TypeError, ValueError) as error:
                warnings.append(f"{layer.name}: {section}.{name} {error}; the value before it stays.")
    sections = {name: _CLASSES[name](**chosen.get(name, {})) for name in _CLASSES}
    return Resolved(Settings(**sections), tuple(warnings))


def file_layer(path: Path, *, trusted: bool = True) -> tuple[Layer | None, str]:
    """The options in a TOML file, or (None, a warning); (None, "") if there is no such file."""
    try:
        with open_regular(path, follow=True) as file:
            content = file.read(_MAX_FILE_BYTES + 1)
        if len(content) > _MAX_FILE_BYTES:
            return None, f"{path}: larger than {_MAX_FILE_BYTES} bytes, so it is not read."
        text = content.decode("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return None, ""
    except NotRegular:
        return None, f"{path}: not a regular file, so it is not read."
    except (OSError, UnicodeDecodeError) as error:
        return None, f"{path}: cannot be read ({error})."
    try:
        return Layer(str(path), tomllib.loads(text), trusted), ""
    except (ValueError, RecursionError) as error:
        return None, f"{path}: not valid TOML ({error}), so it is not used."


def stored_layers(config: Path, folders: Iterable[Path]) -> tuple[list[Layer], list[str]]:
    """The user's file below ``config``, the projects' files below ``folders``, a warning for each that is unusable."""
    layers: list[Layer] = []
    troubles: list[str] = []
    for path, trusted in ((config / USER_FILE, True), *((folder / PROJECT_FILE, False) for folder in folders)):
        layer, trouble = file_layer(path, trusted=trusted)
        if layer is not None:
            layers.append(layer)
        if trouble:
            troubles.append(trouble)
    return layers, troubles


def environment_layer(environ: Mapping[str, str] | None = None) -> Layer:
    """Options from variables such as ``HEARTH_ENGINE__MODEL=/path/model.gguf`` (two underscores between the parts)."""
    values: dict[str, dict[str, Any]] = {}
    for key, text in (os.environ if environ is None else environ).items():
        section, separator, name = key.removeprefix(_ENV_PREFIX).lower().partition("__")
        if key.startswith(_ENV_PREFIX) and separator:
            values.setdefault(section, {})[name] = _from_text(section, name, text)
    return Layer("the environment", values)


def fields() -> Iterator[tuple[str, attrs.Attribute[Any], Any]]:
    """(section, field, type) of every setting, in the order of the classes."""
    for section, by_name in _SECTIONS.items():
        for name, field in by_name.items():
            yield section, field, _TYPES[section][name]


def _entries(layer: Layer) -> Iterator[tuple[str, str, Any, str]]:
    """(section, name, value, trouble) of a layer; nested tables and dotted keys are the same; camelCase is accepted."""
    for key, value in layer.values.items():
        section, dot, name = str(key).partition(".")
        section = _snake(section)
        if section not in _SECTIONS:
            yield section, "", None, _unknown(str(key), list(_SECTIONS))
        elif dot:
            yield from _entry(section, name, value)
        elif not isinstance(value, Mapping):
            yield section, "", None, f"{section} must be a table of settings, not {_short(value)}."
        else:
            for inner, item in value.items():
                yield from _entry(section, str(inner), item)


def _entry(section: str, name: str, value: Any) -> Iterator[tuple[str, str, Any, str]]:
    known = _SECTIONS[section]
    snake = _snake(name)
    trouble = "" if snake in known else _unknown(f"{section}.{name}", [f"{section}.{each}" for each in known])
    yield section, snake, value, trouble


def _unknown(key: str, known: list[str]) -> str:
    key = key if len(key) <= _MAX_KEY else f"{key[:_MAX_KEY]}…"
    close = difflib.get_close_matches(key, known, n=1)
    suggestion = f" Did you mean {close[0]}?" if close else " `hearth settings` lists all settings."
    return f"unknown setting {key}.{suggestion}"


def _snake(name: str) -> str:
    return "".join(f"_{char.lower()}" if char.isupper() else char for char in name)


def _checked(field: attrs.Attribute[Any], kind: Any, value: Any) -> Any:
    """``value`` as the field's type and within its bounds; raises ``TypeError`` or ``ValueError`` with the reason."""
    meta = field.metadata
    shown = "what was given" if meta["secret"] else _short(value)
    if kind is float and type(value) is int:
        value = _as_float(value)
    if kind == tuple[str, ...]:
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
            raise TypeError(f"must be a list of strings, not {shown}")
        return tuple(value)
    if type(value) is not kind:
        raise TypeError(f"must be {_NAMES[kind]}, not {shown}")
    low, high = meta["minimum"], meta["maximum"]
    if (low is not None and value < low) or (high is not None and value > high) or value != value:  # noqa: PLR0124
        raise ValueError(f"must be between {low} and {high}, not {shown}")
    if meta["choices"] and value not in meta["choices"]:
        raise ValueError(f"must be one of {', '.join(meta['choices'])}, not {shown}")
    return value


def _as_float(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _short(value: Any) -> str:
    """``value`` for a warning: a project's file must not fill the log, and some numbers are too long to print."""
    try:
        return _SHORT.repr(value)
    except ValueError:
        return "a number that is too long to show"


def _from_text(section: str, name: str, text: str) -> Any:
    """An environment variable's text as the type of its field; what does not fit stays text and is reported later."""
    kind = _TYPES.get(section, {}).get(name)
    try:
        if kind in (int, float):
            return kind(text)
        if kind is bool and text.lower() in _TRUE + _FALSE:
            return text.lower() in _TRUE
        if kind == tuple[str, ...]:
            return [part.strip() for part in text.split(",") if part.strip()]
    except ValueError:
        return text
    return text


_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = 80
_NAMES = {bool: "true or false", int: "a whole number", float: "a number", str: "a string"}
_CLASSES: dict[str, type[Any]] = {name: kind for name, kind in get_type_hints(Settings).items() if attrs.has(kind)}
_SECTIONS: dict[str, dict[str, attrs.Attribute[Any]]] = {
    name: {field.name: field for field in attrs.fields(kind)} for name, kind in _CLASSES.items()
}
_TYPES: dict[str, dict[str, Any]] = {name: get_type_hints(kind) for name, kind in _CLASSES.items()}
