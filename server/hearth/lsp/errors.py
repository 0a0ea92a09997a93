"""Errors on the wire: JSON-RPC codes, and Hearth's own errors with their hint."""

from __future__ import annotations

import enum

from lsprotocol import types as lt

from hearth.core.errors import EditRefused, HearthError


class Code(enum.IntEnum):
    """The codes of JSON-RPC and of LSP that this server sends."""

    PARSE = -32700
    INVALID_REQUEST = -32600
    METHOD_NOT_FOUND = -32601
    INVALID_PARAMS = -32602
    INTERNAL = -32603
    NOT_INITIALIZED = -32002
    REQUEST_FAILED = -32803
    CANCELLED = -32800


class WireError(Exception):
    """An answer that is an error."""

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def to_response(error: BaseException) -> lt.ResponseError:
    """The error object of a response.

    What nobody foresaw is told as such, without its text: an exception's text may hold code of the user.
    """
    if isinstance(error, WireError):
        return lt.ResponseError(code=int(error.code), message=error.message)
    if isinstance(error, HearthError):
        data = {"code": error.code, "hint": error.hint}
        if isinstance(error, EditRefused):
            data["answer"] = error.answer
        return lt.ResponseError(code=int(Code.REQUEST_FAILED), message=error.message, data=data)
    data = {"code": "internal", "hint": "The log of the language server has the details."}
    message = f"Hearth failed in a way it should not ({type(error).__name__})."
    return lt.ResponseError(code=int(Code.INTERNAL), message=message, data=data)
