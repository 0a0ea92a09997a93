"""What the index stores and what it answers."""

from __future__ import annotations

import enum

import attrs


@attrs.frozen
class Record:
    """One chunk of a file, as it is stored."""

    path: str
    """As :class:`~hearth.index.place.Place` names it: relative, with ``/``."""
    language: str
    kind: str
    """What it is: ``function``, ``class``, ``text`` …"""
    symbol: str
    """Qualified name of what it defines, such as ``Class.method``; empty for text between definitions."""
    signature: str
    start: int
    """First line, from 1."""
    end: int
    """Last line, from 1, inclusive."""
    text: str = attrs.field(repr=False)
    names: tuple[str, ...] = ()
    """Names of the symbols that it defines."""
    uses: tuple[str, ...] = ()
    """Names that it calls, inherits from or names as types."""
    hash: str = ""
    """Its content's address, for its vector. The path is no part of it: a renamed or copied chunk keeps its vector."""


@attrs.frozen
class IndexedFile:
    """What the store knows of one file."""

    hash: str
    chunks: int
    generations: int
    """More than one after a crash between the writing of a new generation and the deletion of the older ones."""
    newest: int


class Why(enum.Enum):
    """Why a result is one."""

    WORDS = "words"
    """Its path, symbol or text has words of the question."""
    MEANING = "meaning"
    """Its vector is near that of the question."""
    SYMBOL = "symbol"
    """It defines what the question names."""


@attrs.frozen
class Reason:
    """One way in which a result was found."""

    why: Why
    rank: int
    """From 1, among all that were found in this way."""
    detail: str
    """For a person: the words, the name, or the similarity."""


@attrs.frozen
class Header:
    """The header of a function or class."""

    symbol: str
    """Qualified, such as ``Class.method``."""
    kind: str
    signature: str
    """On one line, without decorators and what opens the body."""
    start: int
    """First line of its chunk, from 1."""
    end: int
    """Last line, from 1, inclusive."""


@attrs.frozen
class Hit:
    """A chunk that answers a question."""

    path: str
    language: str
    kind: str
    symbol: str
    start: int
    """First line, from 1."""
    end: int
    """Last line, from 1, inclusive."""
    text: str = attrs.field(repr=False)
    score: float
    """Of reciprocal rank fusion; comparable within one answer only."""
    reasons: tuple[Reason, ...]
    reranked: float | None = None
    """What a reranker said, if one was asked; comparable within one answer only."""


@attrs.frozen
class Filter:
    """Which chunks may answer. Empty fields let everything pass."""

    under: tuple[str, ...] = ()
    """Paths of files or folders; one of them has to hold the chunk."""
    languages: tuple[str, ...] = ()
    symbol: str = ""
    """Qualified name of a scope, such as a class, that has to hold the chunk."""
    files: tuple[str, ...] = ()
    """Files that alone may answer."""
    not_paths: tuple[str, ...] = ()
    """Files that may not answer, such as those that the editor shows with other text."""
