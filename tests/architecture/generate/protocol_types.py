"""``client-vscode/src/protocol.ts`` from ``hearth.lsp.protocol``."""

from __future__ import annotations

import enum
import textwrap
import types
import typing
from pathlib import Path
from typing import Any

import attrs

from .protocol_model import (
    MESSAGES,
    Direction,
    Field,
    Message,
    arms,
    docs_of,
    error_codes,
    fields_of,
    is_nullable,
    own_classes,
    plain,
    sent_by_client,
    standard_names,
)

PATH = "client-vscode/src/protocol.ts"
WIDTH = 100
SCALARS = {str: "string", int: "number", float: "number", bool: "boolean"}
HEAD = """\
// Made by `make generate` from server/hearth/lsp/protocol.py, which docs/protocol.md describes. Change it there.

"""


def outputs(_root: Path) -> dict[str, str]:
    """The module."""
    requests = [each for each in MESSAGES if each.direction is Direction.REQUEST_TO_SERVER]
    notifications = [each for each in MESSAGES if each.direction is Direction.NOTIFICATION_TO_CLIENT]
    announcements = [each for each in MESSAGES if each.direction is Direction.NOTIFICATION_TO_SERVER]
    parts = [
        f"import type {{ {', '.join(standard_names())} }} from 'vscode-languageclient/node';\n",
        *(_enumeration(kind) if issubclass(kind, enum.Enum) else _interface(kind) for kind in own_classes()),
        _errors(),
        _map("Requests", "Requests that the server answers, by method.", requests),
        _map("Notifications", "Notifications that the server sends, by method.", notifications),
        _map("Announcements", "Notifications that the client sends, by method.", announcements),
    ]
    return {PATH: HEAD + "\n".join(parts)}


def _interface(kind: type[Any]) -> str:
    may_leave_out = kind in sent_by_client()
    found = fields_of(kind)
    if not found:
        return f"{_comment(plain(kind.__doc__ or ''))}export type {kind.__name__} = Record<string, never>;\n"
    body = "".join(_field(field, may_leave_out=may_leave_out) for field in found)
    return f"{_comment(plain(kind.__doc__ or ''))}export interface {kind.__name__} {{\n{body}}}\n"


def _field(field: Field, *, may_leave_out: bool) -> str:
    mark = "?" if may_leave_out and field.optional else ""
    return f"{_comment(field.doc, indent=2)}  readonly {field.name}{mark}: {_type(field.kind)};\n"


def _enumeration(kind: type[enum.Enum]) -> str:
    docs = docs_of(kind)
    notes = "\n\n".join(f"`{member.value}`: {docs[member.name]}" for member in kind if member.name in docs)
    about = "\n\n".join(part for part in (plain(kind.__doc__ or ""), notes) if part)
    return f"{_comment(about)}export type {kind.__name__} = {' | '.join(repr(member.value) for member in kind)};\n"


def _errors() -> str:
    codes = "\n".join(f"  | '{code}'" for code in error_codes())
    return (
        f"{_comment('What went wrong, for programs.')}export type ErrorCode =\n{codes};\n\n"
        f"{_comment('What every error of Hearth carries in `data`.')}"
        f"export interface ErrorData {{\n  readonly code: ErrorCode;\n"
        f"{_comment('What to do about it; may be empty.', indent=2)}  readonly hint: string;\n}}\n"
    )


def _map(name: str, about: str, messages: list[Message]) -> str:
    lines = [f"  '{each.method}': {_entry(each)};\n" for each in messages]
    return f"{_comment(about)}export interface {name} {{\n{''.join(lines)}}}\n"


def _entry(message: Message) -> str:
    if message.direction is not Direction.REQUEST_TO_SERVER:
        return _type(message.params)
    result = _type(message.result) if message.result is not None else "null"
    return f"{{ params: {_type(message.params)}; result: {result} }}"


def _type(kind: Any) -> str:
    if typing.get_origin(kind) is tuple:
        return f"readonly {_type(typing.get_args(kind)[0])}[]"
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        names = [_type(arm) for arm in arms(kind) if arm is not type(None)]
        return " | ".join([*names, *(["null"] if is_nullable(kind) else [])])
    if kind in SCALARS:
        return SCALARS[kind]
    if isinstance(kind, type) and (attrs.has(kind) or issubclass(kind, enum.Enum)):
        return kind.__name__
    raise TypeError(f"no TypeScript for {kind!r}")


def _comment(text: str, *, indent: int = 0) -> str:
    if not text:
        return ""
    space = " " * indent
    lines: list[str] = []
    for paragraph in text.split("\n\n"):
        lines += [*([""] if lines else []), *textwrap.wrap(paragraph, WIDTH - indent, break_on_hyphens=False)]
    if len(lines) == 1:
        return f"{space}/** {lines[0]} */\n"
    return "".join([f"{space}/**\n", *(f"{space} * {line}".rstrip() + "\n" for line in lines), f"{space} */\n"])
