"""How commands speak: results on stdout, everything else on stderr, errors with what to do about them."""

from __future__ import annotations

import asyncio
import functools
import json
import sys
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, TypeVar

import typer
from rich.console import Console
from rich.markup import escape

from hearth.core.errors import HearthError

P = ParamSpec("P")
T = TypeVar("T")

FAILED = 1
"""Exit code of a command that could not do its work; 2 is a wrong command line."""

INTERRUPTED = 130

out = Console(highlight=False, soft_wrap=True)
"""Results. Not wrapped, because they may go into a pipe."""

err = Console(stderr=True, highlight=False)
"""Progress, notes and errors."""


def guarded(command: Callable[P, None]) -> Callable[P, None]:
    """``command`` with Hearth's errors told as a person reads them, not as a traceback."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except HearthError as error:
            if kwargs.get("json_output"):
                emit({"error": {"code": error.code, "message": error.message, "hint": error.hint}})
            else:
                err.print(f"[bold red]error:[/] {escape(error.message)}")
                if error.hint:
                    err.print(f"  [bold]→[/] {escape(error.hint)}")
            raise typer.Exit(FAILED) from None
        except KeyboardInterrupt:
            raise typer.Exit(INTERRUPTED) from None
        except BrokenPipeError:
            # The reader (head, a pager) has seen enough.
            sys.stdout = None
            raise typer.Exit(0) from None

    return run


def emit(value: Any) -> None:
    """One JSON value on stdout."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
    sys.stdout.flush()


def run_async(work: Coroutine[Any, Any, T]) -> T:
    """Run ``work`` to its end; Ctrl-C cancels it, which frees the model."""
    return asyncio.run(work)
