"""Identifiers, split as programmers write them: ``parseHTTPHeader`` is also *parse*, *http* and *header*.

The full-text index knows words only, so texts and questions are split the same way before it sees them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_IDENTIFIER = re.compile(r"[^\W\d]\w*|\d+")
_PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\dA-Za-z_]+")
_WRITTEN = re.compile(r"[^_]_[^_]|[a-z][A-Z]|^__")
"""snake_case, camelCase or __dunder__."""
_SCOPES = re.compile(r"\.|::|#|/")
_BLANK = re.compile(r"\s")
_MAX_IDENTIFIER = 200
"""Characters of an identifier that are looked at; a longer one is data."""
_KNOWN = 1 << 15
"""Identifiers whose parts are remembered: those of one workspace come again and again."""
_MAX_JOIN = 4
"""Words of a question that are tried as one name: ``parse http header`` finds ``parse_http_header``."""
_MAX_WORDS = 64
"""Words of a question that are looked at; a pasted file is not a question."""


def split(identifier: str) -> list[str]:
    """The parts of an identifier, lower case, in order."""
    return [part.lower() for part in _PART.findall(identifier[:_MAX_IDENTIFIER])]


def words(text: str) -> str:
    """All identifiers of ``text`` as words: each part, and the whole joined where there is more than one part."""
    return " ".join(filter(None, map(_spelled, _IDENTIFIER.findall(text))))


@lru_cache(_KNOWN)
def _spelled(identifier: str) -> str:
    parts = split(identifier)
    return " ".join((*parts, "".join(parts)) if len(parts) > 1 else parts)


def name_key(name: str) -> str:
    """What a symbol's name is found by: its parts joined, so that its way of writing does not matter."""
    return "".join(split(name))


def name_keys(names: Iterable[str]) -> str:
    """The keys of the names of one chunk as words: ``Class.method`` is found by ``method`` and by ``Class.method``."""
    keys: dict[str, None] = {}
    for name in names:
        keys[name_key(name)] = None
        for part in _SCOPES.split(name)[-2:]:
            keys[name_key(part)] = None
    return " ".join(key for key in keys if key)


def exact_names(names: Iterable[str]) -> str:
    """The names of one chunk as words, written as they are: ``a.b`` also by its last part. Headings are no names."""
    found: dict[str, None] = {}
    for name in names:
        if name and not _BLANK.search(name):
            found[name] = None
            found[last_part(name)] = None
    return " ".join(found)


def last_part(name: str) -> str:
    """The name without its scopes: ``method`` of ``Class.method``."""
    return _SCOPES.split(name)[-1] or name


def question_keys(question: str) -> list[str]:
    """The names that ``question`` may mean: its identifiers, and neighbouring words joined. Longer names come first."""
    found = [match[0] for match in _IDENTIFIER.finditer(question)][:_MAX_WORDS]
    keys: dict[str, None] = {}
    for count in range(min(_MAX_JOIN, len(found)), 0, -1):
        for start in range(len(found) - count + 1):
            key = "".join(name_key(word) for word in found[start : start + count])
            if len(key) > 1:
                keys[key] = None
    return list(keys)


def is_name(question: str) -> bool:
    """Whether ``question`` is one word, a path of names, or code: a quarter of its words are such as only a programmer
    writes. A sentence about a name is a sentence."""
    found = [match[0] for match in list(_IDENTIFIER.finditer(question))[:_MAX_WORDS]]
    if len(question.split()) <= 1:
        return bool(found)
    return 4 * sum(1 for word in found if _WRITTEN.search(word)) >= max(1, len(found))


def question_words(question: str) -> list[str]:
    """The words of ``question`` as :func:`words` splits them, each once."""
    found = " ".join(match[0] for match in list(_IDENTIFIER.finditer(question))[:_MAX_WORDS])
    return list(dict.fromkeys(words(found).split()))
