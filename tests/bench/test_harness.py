"""The harness: reports, failures, interruptions. Nothing is measured here."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from bench import __main__ as command
from bench import registry
from bench.machine import Machine, this
from bench.report import Place, number, section, verdict, with_section
from bench.result import Figure, Of, Result, at_least, at_most, percentile

MACHINE = Machine("A processor", 2, 23.4, "An OS 1", "3.11.7", 0.25)
RESULT = Result(
    {
        "speed": Figure(12.5, "tokens/s", 10.0, at_least(1.0, Of.RATIO)),
        "wait": Figure(51.0, "ms", target=at_most(50)),
    },
    note="Both on one file.",
    target="As fast as the peer.",
)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "build" / "bench", tmp_path / "docs" / "benchmarks.md")


@pytest.fixture
def fakes(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Three benches: one that works, one that fails or what it is told, one that works; and who ran."""
    ran: list[str] = []

    def module(name: str, error: BaseException | None) -> None:
        def run() -> Result:
            ran.append(name)
            if error is not None:
                raise error
            return RESULT

        made = ModuleType(f"fake_benches.{name}")
        made.__dict__.update(NAME=name, TITLE=f"Title of {name}", run=run)
        monkeypatch.setitem(sys.modules, made.__name__, made)

    package = ModuleType("fake_benches")
    monkeypatch.setitem(sys.modules, "fake_benches", package)
    for name, error in (("one", None), ("two", ValueError("broken")), ("stop", KeyboardInterrupt()), ("three", None)):
        module(name, error)
    monkeypatch.setattr(registry, "MODULES", ("fake_benches.one", "fake_benches.two", "fake_benches.three"))
    monkeypatch.delenv("ONLY", raising=False)
    yield ran


def test_a_figure_is_beside_its_peer() -> None:
    assert RESULT.figures["speed"].as_json() == {"ours": 12.5, "peer": 10.0, "ratio": 1.25, "unit": "tokens/s"}
    assert RESULT.figures["wait"].as_json() == {"ours": 51.0, "peer": None, "ratio": None, "unit": "ms"}


def test_targets_are_met_or_missed() -> None:
    assert verdict(RESULT.figures["speed"]) == "≥ 1 of the peer: met"
    assert verdict(RESULT.figures["wait"]) == "≤ 50 ms: missed"
    assert verdict(Figure(1, "ms")) == ""
    assert Figure(1, "ms", target=at_least(1, Of.RATIO)).met is False
    assert Figure(1, "ms", target=at_most(1)).met is True


@pytest.mark.parametrize(
    ("value", "shown"), [(0.01234, "0.0123"), (12.345, "12.3"), (123.4, "123"), (12345.6, "12,346"), (0, "0")]
)
def test_numbers_for_people(value: float, shown: str) -> None:
    assert number(value) == shown


@settings(deadline=None)
@given(st.lists(st.floats(0, 100), min_size=1), st.integers(1, 100))
def test_percentiles(values: list[float], percent: int) -> None:
    found = percentile(values, percent)
    assert found in values
    assert sum(value <= found for value in values) * 100 >= len(values) * percent
    assert sum(value < found for value in values) * 100 < len(values) * percent


def test_a_section_says_what_where_and_how() -> None:
    text = section("speed", "How fast it is", RESULT, MACHINE)
    assert text.startswith("## How fast it is\n\nTarget: As fast as the peer.\n")
    assert "| speed | 12.5 tokens/s | 10 tokens/s | 1.25 | ≥ 1 of the peer: met |\n" in text
    assert "| wait | 51 ms | \N{EN DASH} | \N{EN DASH} | ≤ 50 ms: missed |\n" in text
    assert "`make bench ONLY=speed`: A processor, 2 cores, 23 GiB, An OS 1, Python 3.11.7; load before" in text


def test_a_section_replaces_only_itself() -> None:
    page = with_section(with_section("# Head\n", "a", "first\n"), "b", "second \\1\n")
    assert page.index("first") < page.index("second \\1")
    changed = with_section(page, "a", "third \\g<0>\n")
    assert "first" not in changed
    assert changed.replace("third \\g<0>", "first") == page
    assert with_section(changed, "a", "third \\g<0>\n") == changed


def test_the_machine_is_not_named() -> None:
    machine = str(this())
    import platform

    assert platform.node() not in machine
    assert str(Path.home()) not in machine


def test_one_failure_loses_nothing_else(fakes: list[str], place: Place) -> None:
    assert command.main([], place) == 1
    assert fakes == ["one", "two", "three"]
    assert sorted(path.name for path in place.build.iterdir()) == ["one.json", "three.json"]
    assert json.loads((place.build / "one.json").read_text())["wait"]["ours"] == 51.0
    page = place.page.read_text(encoding="utf-8")
    assert [line for line in page.splitlines() if line.startswith("#")] == [
        "# Benchmarks",
        "## Title of one",
        "## Title of three",
    ]


def test_an_interruption_keeps_what_is_done(fakes: list[str], place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "MODULES", ("fake_benches.one", "fake_benches.stop", "fake_benches.three"))
    assert command.main([], place) == 130
    assert fakes == ["one", "stop"]
    assert [path.name for path in place.build.iterdir()] == ["one.json"]


def test_only_those_that_are_named(fakes: list[str], place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    assert command.main(["three"], place) == 0
    monkeypatch.setenv("ONLY", "three, one")
    assert command.main([], place) == 0
    assert fakes == ["three", "three", "one"]


def test_an_unknown_name_lists_the_known_ones(
    fakes: list[str], place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["four"], place) == 2
    assert "one, two, three" in capsys.readouterr().out
    assert fakes == []


def test_a_module_that_cannot_be_imported_is_one_failure(
    fakes: list[str], place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "MODULES", ("fake_benches.missing", "fake_benches.one"))
    console = Console(file=io.StringIO())
    assert command.run(registry.chosen([]), place, console) == 1
    assert fakes == ["one"]


def test_every_registered_bench_can_be_loaded() -> None:
    for bench in registry.chosen([]):
        title, _ = bench.load()
        assert title
