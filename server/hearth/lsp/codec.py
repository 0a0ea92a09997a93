"""Between JSON and the messages of :mod:`hearth.lsp.protocol`.

Stricter than the converter of lsprotocol, which would read the number 5 as the text "5" and a text as a list of
letters. Complaints name the field and what it should be, never the value: values are people's code.
"""

from __future__ import annotations

import enum
import functools
import types
import typing
from collections.abc import Mapping
from typing import Any

import attrs
from cattrs import Converter
from lsprotocol import types as lt

_NAMES: dict[Any, str] = {str: "a string", int: "a whole number", float: "a number", bool: "true or false"}


class Mismatch(ValueError):
    """JSON that does not have the shape of its message."""


def decode(kind: Any, value: Any, converter: Converter, where: str = "params") -> Any:
    """``value`` as ``kind``: a class of the protocol, or anything its fields are made of. Raises :class:`Mismatch`."""
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        return _optional(kind, value, converter, where)
    if origin is tuple:
        return _sequence(typing.get_args(kind)[0], value, converter, where)
    if kind in _NAMES:
        return _scalar(kind, value, where)
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return _member(kind, value, where)
    if not isinstance(value, Mapping):
        raise Mismatch(f"{where} must be an object")
    if kind.__module__ == lt.__name__:
        return _standard(kind, value, converter, where)
    return _message(kind, value, converter, where)


def encode(value: Any, converter: Converter) -> Any:
    """A message of the protocol, or a standard one, as what ``json`` can write."""
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, tuple | list):
        return [encode(item, converter) for item in value]
    kind: Any = type(value)
    if not attrs.has(kind):
        return value
    if kind.__module__ == lt.__name__:
        return converter.unstructure(value)
    return {wire: encode(getattr(value, name), converter) for name, wire, _, _ in _fields(kind)}


def _optional(kind: Any, value: Any, converter: Converter, where: str) -> Any:
    inner = [arm for arm in typing.get_args(kind) if arm is not type(None)]
    return None if value is None else decode(inner[0], value, converter, where)


def _sequence(item: Any, value: Any, converter: Converter, where: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise Mismatch(f"{where} must be a list")
    return tuple(decode(item, each, converter, f"{where}[{index}]") for index, each in enumerate(value))


def _scalar(kind: Any, value: Any, where: str) -> Any:
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        raise Mismatch(f"{where} must be {_NAMES[kind]}")
    return value


def _member(kind: type[enum.Enum], value: Any, where: str) -> enum.Enum:
    try:
        return kind(value)
    except ValueError:
        raise Mismatch(f"{where} must be one of {', '.join(str(each.value) for each in kind)}") from None


def _standard(kind: Any, value: Any, converter: Converter, where: str) -> Any:
    try:
        return converter.structure(value, kind)
    except Exception:  # cattrs and attrs validators raise anything from KeyError to exception groups.
        raise Mismatch(f"{where} is not a valid {kind.__name__}") from None


def _message(kind: Any, value: Mapping[str, Any], converter: Converter, where: str) -> Any:
    found = {}
    for name, wire, field_kind, required in _fields(kind):
        if value.get(wire) is not None:
            found[name] = decode(field_kind, value[wire], converter, f"{where}.{wire}")
        elif required:
            raise Mismatch(f"{where}.{wire} is missing")
    return kind(**found)


@functools.cache
def _fields(kind: Any) -> tuple[tuple[str, str, Any, bool], ...]:
    """(name, name on the wire, type, required) of each field."""
    hints = typing.get_type_hints(kind)
    return tuple(
        (field.name, _camel(field.name), hints[field.name], field.default is attrs.NOTHING)
        for field in attrs.fields(kind)
    )


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)
