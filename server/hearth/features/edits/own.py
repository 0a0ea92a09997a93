"""The user's own actions: a title and a prompt each, in a file of the user's folder for configuration.

::

    [[action]]
    title = "Add logging"
    prompt = "Log what this code does, with the logger of the module."
    kinds = ["function", "selection"]  # of code that it is offered for; also "class". Default: these two
    languages = ["python"]             # LSP identifiers; default: every language

Never a file of a workspace: whoever wrote that would write the prompts of everybody who opens it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from hearth.core.options import file_layer

from .offer import Action, Offer, title
from .spot import FUNCTIONS, Spot
from .target import Target, of_lines, of_scope

FILE = "actions.toml"
KIND = "refactor.rewrite.own"

_PLACES = ("function", "class", "selection")
_FIELDS = frozenset({"title", "prompt", "kinds", "languages"})
_MOST = 50
"""Actions. A menu of more is no menu."""


@attrs.frozen
class Own:
    """The actions of a file, and a sentence for each entry that cannot be used."""

    actions: tuple[Action, ...] = ()
    warnings: tuple[str, ...] = ()


@attrs.frozen
class _Entry:
    title: str
    prompt: str
    kinds: tuple[str, ...]
    languages: tuple[str, ...]

    def offers(self, spot: Spot) -> Iterator[Offer]:
        if self.languages and spot.place.language not in self.languages:
            return
        target = self._target(spot)
        if target is not None:
            yield Offer(title(self.title), target, self.prompt)

    def _target(self, spot: Spot) -> Target | None:
        if spot.is_part:
            return of_lines(spot, *spot.selection) if "selection" in self.kinds else None
        scope = spot.definition
        if scope is not None and scope.kind in FUNCTIONS and "function" in self.kinds:
            return of_scope(spot, scope)
        holder = next((each for each in reversed(spot.scopes) if each.kind not in FUNCTIONS and each.name), None)
        return of_scope(spot, holder) if holder is not None and "class" in self.kinds else None


class OwnActions:
    """The file, read again when it has changed."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._stamp: tuple[int, int] | None = None
        self._own = Own()

    def get(self) -> Own:
        """The actions as they are now. Reads the disk."""
        try:
            info = self._path.stat()
        except OSError:
            return Own()
        stamp = (info.st_mtime_ns, info.st_size)
        if stamp != self._stamp:
            self._stamp, self._own = stamp, read(self._path)
        return self._own


def read(path: Path) -> Own:
    """The actions in a file; none, and a warning, if it cannot be read."""
    layer, trouble = file_layer(path)
    if layer is None:
        return Own(warnings=(trouble,) if trouble else ())
    raw = layer.values.get("action", [])
    warnings = [
        f"{path}: unknown table `{key}`; actions stand in `[[action]]`." for key in layer.values if key != "action"
    ]
    found: list[Action] = []
    for number, each in enumerate(raw[:_MOST] if isinstance(raw, list) else [raw], 1):
        entry, wrong = _entry(each)
        if entry is None:
            warnings.append(f"{path}: action {number} is not used: {wrong}.")
        else:
            found.append(Action(f"own/{number}", KIND, entry.offers))
    if isinstance(raw, list) and len(raw) > _MOST:
        warnings.append(f"{path}: only the first {_MOST} actions are used.")
    return Own(tuple(found), tuple(warnings))


def _entry(raw: Any) -> tuple[_Entry | None, str]:
    if not isinstance(raw, Mapping):
        return None, "it is no table"
    unknown = sorted(set(raw) - _FIELDS)
    if unknown:
        return None, f"there is no field `{unknown[0]}`; those there are: {', '.join(sorted(_FIELDS))}"
    for name in ("title", "prompt"):
        if not isinstance(raw.get(name), str) or not raw[name].strip():
            return None, f"`{name}` must be a text"
    kinds, languages = raw.get("kinds", ["function", "selection"]), raw.get("languages", [])
    for name, value in (("kinds", kinds), ("languages", languages)):
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            return None, f"`{name}` must be a list of texts"
    wrong = sorted(set(kinds) - set(_PLACES))
    if wrong:
        return None, f"`kinds` knows {', '.join(_PLACES)}, not `{wrong[0]}`"
    return _Entry(raw["title"], raw["prompt"].strip(), tuple(kinds), tuple(languages)), ""
