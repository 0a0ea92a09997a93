"""Where figures go: ``build/bench/NAME.json``, the section of ``docs/benchmarks.md``, and a table on the terminal."""

from __future__ import annotations

import datetime
import json
import re
from pathlib import Path

import attrs
from rich.table import Table

from .machine import Machine
from .result import Figure, Of, Result

NONE = "\N{EN DASH}"
ROOT = Path(__file__).resolve().parents[2]

HEAD = """\
# Benchmarks

Each section is written by `make bench` (or `make bench ONLY=name`) on the machine that it names; run it on yours. A
ratio is ours divided by the peer's. Absolute numbers of different machines are not comparable, ratios nearly are.
"""


@attrs.frozen
class Place:
    """Where reports are written; tests have their own."""

    build: Path = ROOT / "build" / "bench"
    page: Path = ROOT / "docs" / "benchmarks.md"

    def write(self, name: str, title: str, result: Result, machine: Machine) -> None:
        """The figures as JSON, and the section of the page."""
        self.build.mkdir(parents=True, exist_ok=True)
        figures = {label: figure.as_json() for label, figure in result.figures.items()}
        _replace(self.build / f"{name}.json", json.dumps(figures, indent=2, ensure_ascii=False) + "\n")
        text = self.page.read_text(encoding="utf-8") if self.page.is_file() else HEAD
        self.page.parent.mkdir(parents=True, exist_ok=True)
        _replace(self.page, with_section(text, name, section(name, title, result, machine)))


def with_section(page: str, name: str, body: str) -> str:
    """``page`` with the section of that name in place of the old one, or at the end."""
    start, end = f"<!-- bench:{name} -->", f"<!-- /bench:{name} -->"
    text = f"{start}\n{body}{end}"
    pattern = re.compile(rf"{re.escape(start)}.*?{re.escape(end)}", re.DOTALL)
    if pattern.search(page):
        return pattern.sub(lambda _: text, page, count=1)
    return f"{page.rstrip()}\n\n{text}\n"


def section(name: str, title: str, result: Result, machine: Machine) -> str:
    """Markdown of one bench."""
    rows = "".join(f"| {' | '.join(_cells(label, figure))} |\n" for label, figure in result.figures.items())
    date = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    target = f"Target: {result.target}\n\n" if result.target else ""
    return (
        f"## {title}\n\n{target}| figure | ours | peer | ratio | target |\n|---|---|---|---|---|\n{rows}\n"
        f"{result.note.strip()}\n\nMeasured on {date} by `make bench ONLY={name}`: {machine}.\n"
    )


def table(title: str, result: Result) -> Table:
    """The same for a terminal."""
    shown = Table(title=title, title_justify="left", caption=result.note, caption_justify="left")
    for heading in ("figure", "ours", "peer", "ratio", "target"):
        shown.add_column(heading, justify="left" if heading in ("figure", "target") else "right")
    for label, figure in result.figures.items():
        shown.add_row(*_cells(label, figure))
    return shown


def verdict(figure: Figure) -> str:
    """The target and whether it is met; empty without one."""
    if figure.target is None:
        return ""
    sign = "≤" if figure.target.most else "≥"
    unit = figure.unit if figure.target.of is Of.OURS else "of the peer"
    return f"{sign} {number(figure.target.bound)} {unit}: {'met' if figure.met else 'missed'}"


def number(value: float | None) -> str:
    """Three digits that matter, for people."""
    if value is None:
        return NONE
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _cells(label: str, figure: Figure) -> list[str]:
    peer = NONE if figure.peer is None else f"{number(figure.peer)} {figure.unit}"
    return [label, f"{number(figure.ours)} {figure.unit}", peer, number(figure.ratio), verdict(figure)]


def _replace(path: Path, text: str) -> None:
    """Write in one step: an interrupted run leaves the old file."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)
