"""A name was changed in one place: where else it stands."""

from __future__ import annotations

import re

import attrs

from hearth.syntax.imports import imports
from hearth.syntax.parse import Tree
from hearth.syntax.scope import Scope, scopes
from hearth.syntax.tokens import Identifier, identifiers, kind_at

from .recent import Place, Recent

_WORD = re.compile(r"\w+")
_MEMBER = re.compile(r"(?:\.|->|::|\?\.|:)\s*\Z")
_IMPORTED = re.compile(r"(?:\b(?:import|export|type)\b[\w\s,]*|::)\s*\Z")
_EXPORTS = re.compile(r"^__all__\s*(?::[^=\n]*)?\+?=\s*[\[(](?P<names>[^\])]*)[\])]", re.MULTILINE)
"""The names of a Python module that others import, as texts."""
_FUNCTIONS = frozenset({"function", "method"})
_LEAST_CHARS = 3
"""Shorter names are too common to be the same thing in another file."""
_NEAR = 400
"""Characters in which the bracket around a place is looked for."""


@attrs.frozen
class Rename:
    """One name became another."""

    old: str
    new: str
    member: bool
    """It is looked up in something: an attribute, a method, a field."""
    within: tuple[int, int] | None
    """The only part of the document that it is known in; None for all of it, and other files too."""

    @property
    def title(self) -> str:
        """For a person."""
        return f"{self.old} → {self.new}"

    def grown(self, by: int) -> Rename:
        """The same after one more place of it was changed, which made the text so much longer."""
        return self if self.within is None else attrs.evolve(self, within=(self.within[0], self.within[1] + by))


def rename(edit: Recent) -> Rename | None:
    """The name that was changed; None if none was, or if it is not sure what it means elsewhere."""
    old, new = _around(edit.old_names, edit.start, edit.old_end), _around(edit.names, edit.start, edit.new_end)
    if old is None or new is None or old.start != new.start or old.name == new.name:
        return None
    if not _WORD.fullmatch(old.name) or not _WORD.fullmatch(new.name):
        return None
    if edit.old.text[old.end :] != edit.new.text[new.end :]:
        return None
    # A name that was there already is another thing, which is now used in its place.
    if _clashes(new, edit) or kind_at(edit.new, new.start + 1) is not None:
        return None
    defined = [each for each in edit.old_scopes if each.name == old.name]
    header = next((each for each in edit.scopes if each.name == new.name and _heads(each, new)), None)
    if len(defined) > 1 or _is_key(edit.new.text, new):
        return None
    member = _is_member(edit.new.text, new) or (header is not None and _in_class(header, edit.scopes))
    if member or header is not None:
        return Rename(old.name, new.name, member, None)
    around = [each for each in edit.scopes if each.kind in _FUNCTIONS and each.start <= new.start < each.end]
    if not around:
        return Rename(old.name, new.name, False, None)
    if defined or any(each.binds == old.name for each in imports(edit.new)):
        return None  # A name of the file: this place now means something else.
    first, last = around[0].start, around[0].end
    outside = [each for each in edit.names if each.name == old.name and not first <= each.start < last]
    if any(not _inside(each, edit.scopes) and not _is_member(edit.new.text, each) for each in outside):
        return None
    return Rename(old.name, new.name, False, (first, last))


def places(found: Rename, tree: Tree, names: list[Identifier]) -> list[Place]:
    """Where the old name still stands, in order."""
    first, last = found.within or (0, len(tree.text))
    heads = [each for each in scopes(tree) if each.name == found.old] if found.member else []

    def means(name: Identifier) -> bool:
        if name.name != found.old or not first <= name.start < last or _is_key(tree.text, name):
            return False
        return _is_member(tree.text, name) == found.member or any(_heads(scope, name) for scope in heads)

    named = [Place(each.start, each.end, found.new) for each in names if means(each)]
    return sorted([*_exported(found, tree), *named], key=lambda each: each.start)


def elsewhere(found: Rename, tree: Tree, stem: str, *, begun: bool) -> list[Place]:
    """Where it stands in another file, which must speak of the file it comes from by its name, ``stem``.

    ``begun`` says that some place of it there has the new name already.
    """
    if found.within is not None or len(found.old) < _LEAST_CHARS or not re.search(rf"\b{re.escape(stem)}\b", tree.text):
        return []
    names = identifiers(tree)
    if (not begun and any(each.name == found.new for each in names)) or any(
        each.name == found.old for each in scopes(tree)
    ):
        return []
    alone = attrs.evolve(found, member=False)
    member = attrs.evolve(found, member=True)
    both = [*([] if found.member else places(alone, tree, names)), *places(member, tree, names)]
    return sorted(both, key=lambda each: each.start)


def _exported(found: Rename, tree: Tree) -> list[Place]:
    """Where a Python module exports it."""
    if found.member or found.within is not None or tree.grammar.language.name != "python":
        return []
    quoted = re.compile(rf"(['\"])(?P<name>{re.escape(found.old)})\1")
    spans = [each.span("names") for each in _EXPORTS.finditer(tree.text)]
    return [Place(*each.span("name"), found.new) for span in spans for each in quoted.finditer(tree.text, *span)]


def _clashes(name: Identifier, edit: Recent) -> bool:
    """Whether there was a thing of that name before: looked up in something as this is, or not as this is not."""
    member = _is_member(edit.new.text, name)
    return any(each.name == name.name and _is_member(edit.old.text, each) == member for each in edit.old_names)


def _around(names: list[Identifier], start: int, end: int) -> Identifier | None:
    """The one name that holds all of a span."""
    return next((each for each in names if each.start <= start and end <= each.end), None)


def _heads(scope: Scope, name: Identifier) -> bool:
    return scope.start <= name.start < (scope.body_start if scope.body_start > scope.start else scope.end)


def _in_class(scope: Scope, found: list[Scope]) -> bool:
    """Whether a function is a method: it is named with its object before it."""
    around = [each for each in found if each.start <= scope.start < scope.end <= each.end and each != scope]
    return bool(scope.owner) or (bool(around) and around[-1].kind not in _FUNCTIONS and scope.kind in _FUNCTIONS)


def _inside(name: Identifier, found: list[Scope]) -> bool:
    return any(each.kind in _FUNCTIONS and each.start <= name.start < each.end for each in found)


def _is_member(text: str, name: Identifier) -> bool:
    lead = text[max(0, name.start - 8) : name.start]
    found = _MEMBER.search(lead)
    # A colon is a lookup only where nothing stands between it and both names, as in `cart:total()` of Lua.
    return found is not None and (not found.group().startswith(":") or found.group() == "::" or _is_lua(lead))


def _is_lua(lead: str) -> bool:
    return bool(re.search(r"\w:\Z", lead))


def _is_key(text: str, name: Identifier) -> bool:
    """Whether it names an argument or a field of a literal, which is not the variable of that name."""
    at = _opener(text, name.start)
    opener, after = text[at : at + 1] if at >= 0 else "", text[name.end : name.end + 40].lstrip()
    if text[: name.start].rstrip()[-1:] not in (opener or "(", ","):
        return False
    if opener == "(":
        return after.startswith("=") and not after.startswith(("==", "=>"))
    if opener == "{" and not _IMPORTED.search(text[max(0, at - 40) : at]):
        return after[:1] in (":", ",", "}") and not after.startswith((":=", "::"))
    return False


def _opener(text: str, offset: int) -> int:
    """Where the nearest bracket before a place is that is open there; -1 if there is none close by."""
    depth = 0
    for at in range(offset - 1, max(-1, offset - _NEAR), -1):
        if text[at] in ")]}":
            depth += 1
        elif text[at] in "([{":
            if not depth:
                return at
            depth -= 1
    return -1
