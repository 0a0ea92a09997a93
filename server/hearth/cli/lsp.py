"""``hearth lsp``: the language server, for editors."""

from __future__ import annotations

import typer


def command(
    stdio: bool = typer.Option(True, "--stdio", help="Speak over stdin and stdout, as editors expect.", hidden=True),
) -> None:
    """Run the language server on stdin and stdout. Editors start this; see docs/editors.md."""
    from hearth.app import serve  # noqa: PLC0415

    raise typer.Exit(serve())
