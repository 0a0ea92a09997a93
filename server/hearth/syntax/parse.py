"""Text to syntax tree, in bounded time and without stopping other threads, and again after an edit."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Self

import attrs
import tree_sitter

from . import grammars
from .grammars import Grammar
from .languages import Language
from .offsets import Offsets, encoded
from .trial import EDIT, SMALL, Trial

DEADLINE = 2.0
"""Seconds of a processor for one parse: a busy machine changes no answer. The standard library's largest file takes a
twentieth of it on a slow core."""

_READ = 65_536
"""Bytes handed to the parser at a time."""

_STEPS = 32
"""Steps of the parser between two looks at the clock of the thread, which on some systems takes as long as ten steps.
They are some milliseconds, and where a text does not parse some tens: who limits the steps has it looked at in each."""

_READ_AFTER = 64
"""Bytes handed out at a time when the tree is there: a predicate of a query asks so for the text of one node."""


@attrs.frozen(eq=False, repr=False)
class Tree:
    """A text and its syntax tree. Never changes: an edit gives another one."""

    text: str
    data: bytes
    """The text as UTF-8: what the tree's positions count."""
    grammar: Grammar
    raw: tree_sitter.Tree
    offsets: Offsets
    whole: Tree | None = None
    """Of a text that does not parse: the last one before it, by edits, that did. A parse that begins there is as short
    as what differs, and one that begins where errors are goes through all that they reach."""
    changed: tuple[int, int] | None = None
    """The bytes of the lines that are newer than the tree; None where it is that of the text. See :meth:`moved`."""
    repaired: dict[tuple[int, int], Tree | None] = attrs.field(factory=dict, init=False)
    """The last tree in which a span had been replaced to make it parse better, by that span: several ask for it."""

    @property
    def root(self) -> tree_sitter.Node:
        """The node of the whole text."""
        return self.raw.root_node

    @property
    def language(self) -> Language:
        """What it was parsed as."""
        return self.grammar.language

    @property
    def has_error(self) -> bool:
        """Whether some part of the text did not parse."""
        return self.raw.root_node.has_error

    def edited(
        self, start: int, end: int, replacement: str, *, deadline: float = DEADLINE, steps: int | None = None
    ) -> Self | None:
        """The tree after text[start:end] (code points) is replaced, parsed anew only where that changes it.

        None if that takes longer than ``deadline`` seconds or more than ``steps`` steps of the parser, gives a heap of
        tokens with no structure, or cannot be done safely. A small edit of a long text, which was tried when it was
        parsed, is not tried again, wherever it is.
        """
        data, old, (first, last, new_last) = self._replaced(start, end, replacement)
        if not (len(self.data) > SMALL and max(last, new_last) - first <= EDIT) and not _safe(data, self.language):
            return None
        raw = _parse(self.grammar, data, old, deadline, steps)
        if raw is None or _tangled(raw):
            return None
        whole = (self.whole if self.has_error or self.changed else self) if raw.root_node.has_error else None
        text = "".join((self.text[:start], replacement, self.text[max(start, end) :]))
        return attrs.evolve(self, text=text, data=data, raw=raw, offsets=Offsets(text), whole=whole, changed=None)

    def moved(self, start: int, end: int, replacement: str) -> Self:
        """The text after text[start:end] (code points) is replaced, with this tree, its parts moved to where they are.

        Nothing is parsed: what the edit means is not known, and what is around it is as it was.
        """
        data, raw, (first, _, last) = self._replaced(start, end, replacement)
        behind = data.find(b"\n", last)
        changed = data.rfind(b"\n", 0, first) + 1, len(data) if behind < 0 else behind
        text = "".join((self.text[:start], replacement, self.text[max(start, end) :]))
        return attrs.evolve(self, text=text, data=data, raw=raw, offsets=Offsets(text), changed=changed)

    def _replaced(self, start: int, end: int, replacement: str) -> tuple[bytes, tree_sitter.Tree, tuple[int, int, int]]:
        """The bytes after an edit, the tree with its positions moved, and where the edit begins, ended and ends."""
        first, last = self.offsets.byte(start), self.offsets.byte(end)
        inserted = encoded(replacement)
        data = b"".join((self.data[:first], inserted, self.data[last:]))
        old = self.raw.copy()
        new_last = first + len(inserted)
        begin = _point(self.data, first)
        old.edit(
            first, last, new_last, begin, _point(self.data, last, first, begin), _point(data, new_last, first, begin)
        )
        return data, old, (first, last, new_last)

    def matches(
        self, query: str, start: int | None = None, end: int | None = None
    ) -> Iterator[tuple[int, dict[str, list[tree_sitter.Node]]]]:
        """(number of the pattern, captures) of each match of a query file that touches the bytes from start to end.

        There is no progress callback: with one, tree-sitter 0.26.1 dies of SIGSEGV.
        """
        compiled = self.grammar.query(query)
        if compiled is None:
            return
        cursor = tree_sitter.QueryCursor(compiled, match_limit=_MATCH_LIMIT)
        if start is not None:
            cursor.set_byte_range(start, max(start + 1, len(self.data) if end is None else end))
        yield from cursor.matches(self.root)


_MATCH_LIMIT = 4096
"""Matches in the making at one time. Without a limit a hostile file makes a query quadratic."""


def parse(text: str, language: Language, *, deadline: float = DEADLINE) -> Tree | None:
    """The tree of a text; None if the grammar is missing, or it takes longer than ``deadline`` seconds of a processor,
    or the text is a heap of tokens with no structure, one thing over and over, or ended the process that tried it.

    The deadline is looked at between steps of the parser. A step that does not come back (a scanner that loops, error
    recovery on a hostile text) holds the GIL and is ended by nothing but the end of its process, so a large text is
    tried in another process first: see :mod:`.trial`. Blocking: call it in a thread.
    """
    grammar = grammars.load(language)
    if grammar is None:
        return None
    data = encoded(text)
    if _repetitive(data) or not _safe(data, language):
        return None
    raw = _parse(grammar, data, None, deadline)
    return None if raw is None or _tangled(raw) else Tree(text, data, grammar, raw, Offsets(text))


_trial: Trial | None = Trial()


def expendable() -> None:
    """This process may be lost to a hostile text, and somebody takes note: it parses texts that nobody tried."""
    global _trial  # noqa: PLW0603 (a property of the process)
    _trial = None


def _safe(data: bytes, language: Language) -> bool:
    return _trial is None or _trial.clears(data, language)


def _parse(
    grammar: Grammar, data: bytes, old: tree_sitter.Tree | None, deadline: float, steps: int | None = None
) -> tree_sitter.Tree | None:
    """The callable form of parse(): with bytes it cannot be stopped, and no other thread runs until it is done.

    A parser is not shared: another thread may run, and parse, while this one is in a callback.
    """
    until = time.thread_time() + deadline
    parser = tree_sitter.Parser(grammar.raw)
    step = _READ
    calls = 0
    every = _STEPS if steps is None else 1

    def read(offset: int, _: object) -> bytes:
        return data[offset : offset + step]

    def late(*_: object) -> bool:
        nonlocal calls
        calls += 1
        if steps is not None and calls > steps:
            return True
        return calls % every == 0 and time.thread_time() > until

    try:
        if old is None:
            return parser.parse(read, progress_callback=late)
        return parser.parse(read, old, progress_callback=late)
    except ValueError:
        return None
    finally:
        step = _READ_AFTER


_PLAIN = 16_384
"""Bytes. No text so short takes a parser long."""

_SAMPLES = 509
"""Places at which a text is looked at. A prime, so that the steps between them miss the rhythm of a repetition."""

_WINDOW = 8
"""Bytes looked at in one place."""

_REPETITION = 16
"""In source code nearly all samples differ, in generated tables a third; here less than one of so many."""


def _repetitive(data: bytes) -> bool:
    """Whether a text repeats one short thing over and over: no program, but what drives parsers into steps that take
    minutes and cannot be interrupted (`a<a<a<…` in Java, `{{{…` in Lua, `###…` in Swift).
    """
    if len(data) <= _PLAIN:
        return False
    step = len(data) // _SAMPLES
    return len({data[at : at + _WINDOW] for at in range(0, len(data), step)}) * _REPETITION < _SAMPLES


_TANGLED = 20_000
"""Children without a name in one node. A query looks through them once for each of them: 100,000 take six seconds."""


def _tangled(raw: tree_sitter.Tree) -> bool:
    """Whether some part that did not parse is a heap of tokens on which a query would not come to an end."""
    cursor = raw.walk()
    while (node := cursor.node) is not None:
        if node.has_error:
            if node.child_count - node.named_child_count > _TANGLED:
                return True
            if cursor.goto_first_child():
                continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return False
    return False


def _point(data: bytes, byte: int, known: int = 0, at: tuple[int, int] = (0, 0)) -> tuple[int, int]:
    """Row and column of a byte; ``at`` is that of the byte ``known``, before which nothing is counted again."""
    return at[0] + data.count(b"\n", known, byte), byte - (data.rfind(b"\n", 0, byte) + 1)
