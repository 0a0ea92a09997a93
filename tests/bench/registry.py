"""All benches, in the order in which they run and stand in ``docs/benchmarks.md``."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable
from typing import Protocol, cast

import attrs

from .result import Result

MODULES = (
    "bench.initialize",
    "bench.overhead",
    "bench.actions",
    "bench.engine",
    "bench.drafts",
    "bench.restart",
    "bench.abort",
    "bench.typing",
    "bench.keystrokes",
    "bench.syntax",
    "bench.silence",
    "bench.index",
    "bench.index_search",
    "bench.index_quiet",
    "bench.index_quality",
    "bench.context",
    "bench.reparse",
    "bench.tokens",
    "bench.context_loss",
)


class Module(Protocol):
    """What a bench's module has."""

    NAME: str
    TITLE: str

    def run(self) -> Result:
        """Measure."""
        ...


@attrs.frozen
class Bench:
    """A bench that is not imported yet: what one of them needs must not keep the others from running."""

    module: str

    @property
    def name(self) -> str:
        """The module's ``NAME``, which is its file's name with dashes."""
        return self.module.rpartition(".")[2].replace("_", "-")

    def load(self) -> tuple[str, Callable[[], Result]]:
        """Title, and the function that measures."""
        module = cast(Module, importlib.import_module(self.module))
        name, title = module.NAME, module.TITLE
        if name != self.name:
            raise ValueError(f"{self.module} must be named {self.name}, not {name}")
        return title, module.run


def chosen(names: Iterable[str]) -> list[Bench]:
    """The benches of these names, all if there are none; ``KeyError`` for a name that no bench has."""
    known = {bench.name: bench for bench in map(Bench, MODULES)}
    return [known[name] for name in names] or list(known.values())
