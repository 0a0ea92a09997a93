"""The messages of ``hearth.lsp.protocol`` as plain facts: names on the wire, types, documentation."""

from __future__ import annotations

import ast
import enum
import inspect
import re
import textwrap
import types
import typing
from collections.abc import Iterator
from typing import Any

import attrs

from hearth.core import errors
from hearth.lsp import protocol, protocol_chat, protocol_completion, protocol_health, protocol_models
from hearth.lsp.protocol import MESSAGES, Direction, Message

MODULES = (protocol_chat, protocol_completion, protocol_health, protocol_models, protocol)
"""Where messages are written down."""
STANDARD = "lsprotocol.types"


@attrs.frozen
class Field:
    """One field of a message or of a part of one."""

    name: str
    """Name on the wire."""
    kind: Any
    optional: bool
    """A sender may leave it out."""
    doc: str


def docs_of(kind: type[Any]) -> dict[str, str]:
    """The text below each field or member of a class."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(kind)))
    body = tree.body[0].body if isinstance(tree.body[0], ast.ClassDef) else []
    found = {}
    for node, after in zip(body, [*body[1:], None], strict=True):
        target = (
            node.target
            if isinstance(node, ast.AnnAssign)
            else node.targets[0]
            if isinstance(node, ast.Assign)
            else None
        )
        if isinstance(target, ast.Name) and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            found[target.id] = plain(str(after.value.value))
    return found


def fields_of(kind: type[Any]) -> list[Field]:
    """The fields of an attrs class, as they are on the wire."""
    hints, docs = typing.get_type_hints(kind), docs_of(kind)
    return [
        Field(
            name=re.sub(r"_([a-z])", lambda match: match[1].upper(), field.name),
            kind=hints[field.name],
            optional=field.default is not attrs.NOTHING,
            doc=docs.get(field.name, ""),
        )
        for field in attrs.fields(kind)
    ]


def parts_of(kind: Any) -> Iterator[Any]:
    """The classes and enumerations that a type is made of, itself included, outermost first."""
    for inner in arms(kind):
        if isinstance(inner, type) and (attrs.has(inner) or issubclass(inner, enum.Enum)):
            yield inner
            if is_own(inner) and attrs.has(inner):
                for field in fields_of(inner):
                    yield from parts_of(field.kind)


def arms(kind: Any) -> Iterator[Any]:
    """The types inside unions and tuples."""
    if typing.get_origin(kind) in (typing.Union, types.UnionType, tuple):
        for inner in typing.get_args(kind):
            yield from arms(inner)
    else:
        yield kind


def is_nullable(kind: Any) -> bool:
    """``None`` is one of its values."""
    return type(None) in typing.get_args(kind)


def own_classes() -> list[type[Any]]:
    """Every class of the protocol that some message uses, in the order of the source."""
    used = {part for message in MESSAGES for kind in (message.params, message.result) for part in parts_of(kind)}
    named = dict.fromkeys(kind for module in MODULES for kind in vars(module).values() if isinstance(kind, type))
    return [kind for kind in named if kind in used and is_own(kind)]


def standard_names() -> list[str]:
    """Names of the types of LSP itself that messages use."""
    used = {part for message in MESSAGES for kind in (message.params, message.result) for part in parts_of(kind)}
    return sorted(kind.__name__ for kind in used if kind.__module__ == STANDARD)


def sent_by_client() -> set[type[Any]]:
    """Classes that a client writes, which may leave optional fields out; the server always writes all of them."""
    asked = [each.params for each in MESSAGES if each.direction is not Direction.NOTIFICATION_TO_CLIENT]
    return {part for kind in asked for part in parts_of(kind)}


def is_own(kind: Any) -> bool:
    """Defined by Hearth, not by LSP."""
    return isinstance(kind, type) and kind.__module__.startswith(protocol.__name__)


def error_codes() -> dict[str, str]:
    """Code and meaning of every error that can stand in ``data.code``."""
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.HearthError)]
    codes = {kind.code: plain(kind.__doc__ or "") for kind in kinds if kind is not errors.HearthError}
    return {**codes, "internal": "A fault of Hearth itself; the log of the server has the details."}


def plain(doc: str) -> str:
    """Documentation as Markdown, paragraphs on one line each."""
    paragraphs = re.split(r"\n\s*\n", inspect.cleandoc(doc))
    return re.sub(r":class:`([^`]+)`", r"`\1`", "\n\n".join(" ".join(each.split()) for each in paragraphs)).replace(
        "``", "`"
    )


__all__ = ["MESSAGES", "Direction", "Field", "Message", "protocol"]
