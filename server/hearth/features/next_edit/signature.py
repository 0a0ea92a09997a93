"""A parameter was added to a function or taken from it: its callers."""

from __future__ import annotations

import re

import attrs

from hearth.syntax.parse import Tree
from hearth.syntax.scope import Scope, scopes
from hearth.syntax.tokens import Identifier, identifiers, kind_at

from .arguments import Arguments, arguments
from .recent import Place, Recent

_FUNCTIONS = frozenset({"function", "method"})
_SELF = re.compile(r"(?:&\s*)?(?:mut\s+)?(?:self|cls)\Z")
_OPTIONAL = re.compile(r"(?<![=!<>])=(?![=>])|\.\.\.|^\*|\?\s*:|^params\b|\bvararg\b")
_NAME_LAST = frozenset({"c", "cpp", "csharp", "java", "php"})
"""Languages in which the type stands before the name."""
_SPREAD = re.compile(r"\*|\.\.\.|&\w+\Z")


@attrs.frozen
class Signature:
    """One parameter more, or one less."""

    function: str
    at: int
    """Its number, as a caller counts."""
    count: int
    """Parameters that callers had to pass before."""
    added: str | None
    """Its name; None where one was taken away."""

    @property
    def title(self) -> str:
        """For a person."""
        return f"pass {self.added} to {self.function}" if self.added else f"one argument less for {self.function}"


def signature(edit: Recent) -> Signature | None:
    """The function whose parameters were changed so that its callers must be; None if there is none, or not one."""
    inside = [
        each
        for each in edit.scopes
        if each.kind in _FUNCTIONS and each.name and each.start <= edit.start and edit.new_end <= each.body_start
    ]
    if not inside:
        return None
    scope = inside[-1]
    before = [each for each in edit.old_scopes if each.name == scope.name]
    if len(before) != 1 or sum(each.name == scope.name for each in edit.scopes) != 1:
        return None  # Which of them is called cannot be told.
    old, new = _parameters(edit.old, before[0]), _parameters(edit.new, scope)
    if old is None or new is None or abs(len(old) - len(new)) != 1:
        return None
    longer, shorter = (new, old) if len(new) > len(old) else (old, new)
    at = next(
        (number for number, (one, other) in enumerate(zip(longer, shorter, strict=False)) if one != other), len(shorter)
    )
    if longer[:at] + longer[at + 1 :] != shorter or any(_OPTIONAL.search(each) for each in longer):
        return None
    name = _name(longer[at], edit.new.language.name)
    if not name:
        return None
    return Signature(scope.name, at, len(old), name if longer is new else None)


def calls(found: Signature, tree: Tree, names: list[Identifier], *, defines: bool) -> list[Place]:
    """Calls that pass as many arguments as the function took before, in order. ``defines`` says that it is defined in
    this document; then nothing else may be."""
    own = [each for each in scopes(tree) if each.name == found.function]
    if len(own) != (1 if defines else 0):
        return []
    heads = [(each.start, max(each.body_start, each.start + 1)) for each in own]
    made = []
    for each in names:
        if each.name != found.function or any(start <= each.start < end for start, end in heads):
            continue
        passed = arguments(tree.text, each.end)
        if passed is not None and kind_at(tree, each.start) is None and len(passed.spans) == found.count:
            place = _place(found, tree.text, passed)
            if place is not None:
                made.append(place)
    return made


def elsewhere(found: Signature, tree: Tree, stem: str) -> list[Place]:
    """Calls in another file, which must speak of the file of the function by its name, ``stem``."""
    if not re.search(rf"\b{re.escape(stem)}\b", tree.text):
        return []
    return calls(found, tree, identifiers(tree), defines=False)


def _place(found: Signature, text: str, passed: Arguments) -> Place | None:
    texts = [text[start:end] for start, end in passed.spans]
    if any(_SPREAD.match(each) or re.match(r"\w+\s*=[^=]|\w+:\s", each) for each in texts):
        return None  # Named and gathered arguments have no number.
    if found.added is None:
        start, end = passed.spans[found.at]
        if found.at + 1 < len(texts):
            return Place(start, passed.spans[found.at + 1][0], "")
        return Place(passed.spans[found.at - 1][1] if found.at else start, end, "")
    if not texts:
        return Place(passed.start, passed.start, found.added)
    if found.at < len(texts):
        at = passed.spans[found.at][0]
        return Place(at, at, f"{found.added}, ")
    at = passed.spans[-1][1]
    return Place(at, at, f", {found.added}")


def _parameters(tree: Tree, scope: Scope) -> list[str] | None:
    """The parameters as they are written, without the object of a method."""
    header = tree.text[scope.start : scope.body_start]
    found = re.search(rf"\b{re.escape(scope.name)}\b\s*(?:<[^<>()]*>|\[[^\[\]()]*\])?\s*(?=\()", header)
    listed = arguments(tree.text, scope.start + found.end()) if found is not None else None
    if listed is None or listed.end > scope.body_start:
        return None
    texts = [" ".join(tree.text[start:end].split()) for start, end in listed.spans]
    return texts[1:] if texts and _SELF.match(texts[0]) else texts


def _name(parameter: str, language: str) -> str:
    """What a parameter is called."""
    words: list[str] = re.findall(r"\$?\w+", parameter.partition(":")[0] if language != "php" else parameter)
    if not words:
        return ""
    if language in _NAME_LAST:
        return words[-1]
    return words[1] if words[0] in ("mut", "val", "var") and len(words) > 1 else words[0]
