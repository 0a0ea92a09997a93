"""``hearth``: the entry point of every command."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line and return the exit code.

    ``hearth lsp`` goes straight to the server: an editor waits for it, and the command line's libraries take longer to
    import than the server's whole own start.
    """
    if sys.argv[1:] in (["lsp"], ["lsp", "--stdio"]):
        from hearth.app import serve  # noqa: PLC0415

        return serve()
    from .commands import run  # noqa: PLC0415

    return run()


if __name__ == "__main__":
    sys.exit(main())
