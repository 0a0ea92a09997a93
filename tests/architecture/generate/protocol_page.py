"""``docs/protocol.md`` from ``hearth.lsp.protocol``."""

from __future__ import annotations

import enum
import types
import typing
from pathlib import Path
from typing import Any

from .protocol_model import (
    MESSAGES,
    STANDARD,
    Message,
    arms,
    docs_of,
    error_codes,
    fields_of,
    is_nullable,
    own_classes,
    plain,
    protocol,
    sent_by_client,
)

PATH = "docs/protocol.md"
NOTE = "<!-- Made by `make generate` from server/hearth/lsp/protocol.py and core/errors.py. Change it there. -->\n"
SCALARS = {str: "string", int: "integer", float: "number", bool: "boolean"}
SPECIFICATION = "https://microsoft.github.io/language-server-protocol/specifications/lsp/3.18/specification/"


def outputs(_root: Path) -> dict[str, str]:
    """The page."""
    inner = [kind for kind in own_classes() if kind not in _of_messages()]
    parts = [
        NOTE,
        f"# Protocol\n\n{plain(protocol.__doc__ or '')}\n",
        "## Messages\n",
        *(_message(each) for each in MESSAGES),
        "## Parts of messages\n",
        *(_enumeration(kind) if issubclass(kind, enum.Enum) else _part(kind) for kind in inner),
        _errors(),
    ]
    return {PATH: "\n".join(parts)}


def _of_messages() -> set[type[Any] | None]:
    return {kind for each in MESSAGES for kind in (each.params, each.result)}


def _message(message: Message) -> str:
    lines = [f"### `{message.method}` ({message.direction.value})\n", f"{plain(message.params.__doc__ or '')}\n"]
    lines.append(f"Params, `{message.params.__name__}`:\n\n{_table(message.params)}")
    if message.result is not None:
        about = plain(message.result.__doc__ or "")
        lines.append(f"Result, `{message.result.__name__}`: {about}\n\n{_table(message.result)}")
    return "\n".join(lines)


def _part(kind: type[Any]) -> str:
    return f"### `{kind.__name__}`\n\n{plain(kind.__doc__ or '')}\n\n{_table(kind)}"


def _enumeration(kind: type[enum.Enum]) -> str:
    docs = docs_of(kind)
    rows = "".join(f"| `{member.value}` | {docs.get(member.name, '')} |\n" for member in kind)
    return f"### `{kind.__name__}`\n\n{plain(kind.__doc__ or '')}\n\n| value | meaning |\n|---|---|\n{rows}"


def _table(kind: type[Any]) -> str:
    from_client = kind in sent_by_client()
    rows = []
    for field in fields_of(kind):
        left_out = ", may be left out" if from_client and field.optional else ""
        rows.append(f"| `{field.name}` | {_type(field.kind)}{left_out} | {_cell(field.doc)} |\n")
    return f"| field | type | meaning |\n|---|---|---|\n{''.join(rows)}" if rows else "No fields.\n"


def _cell(text: str) -> str:
    return text.replace("\n\n", " ").replace("|", "\\|")


def _type(kind: Any) -> str:
    if typing.get_origin(kind) is tuple:
        return f"list of {_type(typing.get_args(kind)[0])}"
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        names = [_type(arm) for arm in arms(kind) if arm is not type(None)]
        return " or ".join([*names, *(["null"] if is_nullable(kind) else [])])
    if kind in SCALARS:
        return SCALARS[kind]
    name = kind.__name__
    anchor = f"{SPECIFICATION}#{name[0].lower()}{name[1:]}" if kind.__module__ == STANDARD else f"#{name.lower()}"
    return f"[`{name}`]({anchor})"


def _errors() -> str:
    rows = "".join(f"| `{code}` | {_cell(meaning)} |\n" for code, meaning in error_codes().items())
    return f"## Errors\n\n`data.code` of an error is one of these.\n\n| code | meaning |\n|---|---|\n{rows}"
