"""``python -m bench [NAME …]``: run benches; the variable ``ONLY`` names them too."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from types import FrameType

from rich.console import Console
from rich.markup import escape

from . import machine, registry
from .report import Place, table


def main(arguments: list[str] | None = None, place: Place | None = None) -> int:
    """0 if all ran, 1 if one failed, 2 for a name that no bench has, 130 if interrupted."""
    parser = argparse.ArgumentParser(prog="make bench", description="Measure Hearth beside its peers.")
    parser.add_argument("names", nargs="*", help="which benches; all if none is named")
    parser.add_argument("--list", action="store_true", help="only say which there are")
    options = parser.parse_args(arguments)
    console = Console()
    try:
        benches = registry.chosen(options.names or os.environ.get("ONLY", "").replace(",", " ").split())
    except KeyError as error:
        console.print(f"There is no bench {error}. There are: {', '.join(each.name for each in registry.chosen([]))}.")
        return 2
    if options.list:
        for bench in benches:
            console.print(bench.name)
        return 0
    return run(benches, place or Place(), console)


def run(benches: list[registry.Bench], place: Place, console: Console) -> int:
    """Run one after the other; each writes its report when it ends, so an interrupted run keeps what is done."""
    failed = []
    for bench in benches:
        try:
            title, measure = bench.load()
            about = machine.this()
            with console.status(f"{bench.name}: {title} …"):
                result = measure()
            place.write(bench.name, title, result, about)
        except KeyboardInterrupt:
            console.print(f"{bench.name}: interrupted. Benches that ended before are written.")
            return 130
        except Exception:
            console.print_exception(max_frames=8)
            failed.append(bench.name)
            continue
        console.print(table(f"{bench.name}: {title}", result), "")
    if failed:
        console.print(f"[bold red]failed:[/] {escape(', '.join(failed))}")
    return 1 if failed else 0


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _interrupt)
    sys.exit(main())
