"""Whether JSON has the shape that the meta model of LSP 3.18 gives it.

lsprotocol's classes are generated from that meta model. Its converter is lenient (it drops fields that nobody knows and
reads 5 as "5"); here the same classes are read strictly. Hearth's own messages are read in the same way.
"""

from __future__ import annotations

import collections.abc
import enum
import functools
import types
import typing
from collections.abc import Iterator, Mapping
from typing import Any

import attrs
from lsprotocol import _hooks
from lsprotocol import types as lt

_hooks._resolve_forward_references()

_PLAIN: Mapping[Any, tuple[type, ...]] = {str: (str,), bool: (bool,), int: (int,), float: (int, float)}


def problems(value: Any, kind: Any, where: str = "params") -> Iterator[str]:
    """What is wrong with a value that should be of a kind; each says where."""
    origin = typing.get_origin(kind)
    if kind is Any:
        return
    if kind is None or kind is type(None):
        if value is not None:
            yield f"{where} is not null"
    elif origin in (typing.Union, types.UnionType):
        yield from _either(value, typing.get_args(kind), where)
    elif origin is typing.Literal:
        if value not in typing.get_args(kind):
            yield f"{where} is none of {typing.get_args(kind)}"
    elif origin in (collections.abc.Sequence, list, tuple):
        yield from _sequence(value, kind, where)
    elif origin in (collections.abc.Mapping, dict):
        yield from _mapping(value, kind, where)
    elif attrs.has(kind):
        yield from _structure(value, kind, where)
    elif not _is_plain(value, kind):
        yield f"{where} is no {kind.__name__}"


def _is_plain(value: Any, kind: Any) -> bool:
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return not isinstance(value, bool) and value in [each.value for each in kind]
    return isinstance(value, _PLAIN[kind]) and (kind is bool or not isinstance(value, bool))


def _either(value: Any, kinds: tuple[Any, ...], where: str) -> Iterator[str]:
    tried = [list(problems(value, kind, where)) for kind in kinds]
    if all(tried):
        # What has the right shape and something wrong inside tells more than what has another shape.
        yield from min(tried, key=lambda found: (found[0].startswith(f"{where} "), len(found)))


def _sequence(value: Any, kind: Any, where: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{where} is no list"
        return
    items = typing.get_args(kind)
    fixed = typing.get_origin(kind) is tuple and items[-1] is not ...
    if fixed and len(value) != len(items):
        yield f"{where} has not {len(items)} items"
    for index, each in enumerate(value):
        yield from problems(each, items[min(index, len(items) - 1)] if fixed else items[0], f"{where}[{index}]")


def _mapping(value: Any, kind: Any, where: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{where} is no object"
        return
    for key, each in value.items():
        yield from problems(each, typing.get_args(kind)[1], f"{where}[{key!r}]")


def _structure(value: Any, kind: Any, where: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{where} is no {kind.__name__}"
        return
    fields = _fields(kind)
    for key in value.keys() - fields.keys():
        yield f"{where}.{key} is no field of {kind.__name__}"
    for name, field in fields.items():
        if name not in value:
            if field.required:
                yield f"{where}.{name} is missing"
        elif value[name] is None:
            if not field.nullable:
                yield f"{where}.{name} is null, where it should be left out"
        else:
            found = list(problems(value[name], field.kind, f"{where}.{name}"))
            yield from found
            if not found and field.validator is not None:
                yield from _invalid(field, value[name], f"{where}.{name}")


@attrs.frozen
class _Field:
    """One field of a structure."""

    kind: Any
    required: bool
    nullable: bool
    validator: Any
    attribute: Any


@functools.cache
def _fields(kind: Any) -> dict[str, _Field]:
    """By their names on the wire."""
    standard = kind.__module__ == lt.__name__
    hints = {} if standard else typing.get_type_hints(kind)
    found = {}
    for each in attrs.fields(kind):
        required = each.default is attrs.NOTHING
        # In Hearth's own messages what is absent may be null; in LSP only where the meta model says so.
        nullable = type(None) in typing.get_args(hints.get(each.name, each.type))
        if standard:
            nullable = nullable and (required or lt.is_special_property(kind, each.name))
        found[_camel(each.name)] = _Field(hints.get(each.name, each.type), required, nullable, each.validator, each)
    return found


def _invalid(field: _Field, value: Any, where: str) -> Iterator[str]:
    """Ranges of numbers, which the types do not tell."""
    if isinstance(value, int) and not isinstance(value, bool):
        try:
            field.validator(None, field.attribute, value)
        except (TypeError, ValueError) as error:
            yield f"{where}: {error}"


def _camel(name: str) -> str:
    first, *rest = name.removesuffix("_").split("_")
    return first + "".join(word.title() for word in rest)
