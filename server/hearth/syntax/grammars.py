"""Parsers and queries of languages. A grammar's package is imported when a file in its language is first parsed."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Mapping
from functools import cache

import attrs
import tree_sitter

from . import queries
from .languages import Language

_log = logging.getLogger(__name__)

_missing: dict[str, str] = {}


@attrs.frozen(eq=False)
class Grammar:
    """A language that can be parsed."""

    language: Language
    raw: tree_sitter.Language

    def query(self, name: str) -> tree_sitter.Query | None:
        """`tags`, `scopes` or `imports` of the language, compiled once; None where it has no such file.

        Raises tree_sitter.QueryError if the file does not fit the grammar.
        """
        return _query(self, name)


def load(language: Language) -> Grammar | None:
    """The grammar of a language; None if its package is not installed or not usable, with the reason in `missing()`."""
    if language.name in _missing:
        return None
    return _load(language)


def missing() -> Mapping[str, str]:
    """Languages that were asked for and could not be loaded, each with a sentence that says why."""
    return dict(_missing)


@cache
def _load(language: Language) -> Grammar | None:
    try:
        function = getattr(importlib.import_module(language.package), language.function)
        return Grammar(language, tree_sitter.Language(function()))
    except (ImportError, AttributeError, ValueError) as error:
        distribution = language.package.replace("_", "-")
        _missing[language.name] = f"{language.title} is cut by lines: {distribution} cannot be loaded ({error})."
        _log.warning("%s", _missing[language.name])
        return None


@cache
def _query(grammar: Grammar, name: str) -> tree_sitter.Query | None:
    text = queries.source(grammar.language.name, name)
    return tree_sitter.Query(grammar.raw, text) if text.strip() else None
