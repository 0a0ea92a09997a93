"""The text before a place, cut to a budget by syntax: what is near or encloses the place stays, far bodies go."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import attrs

from hearth.syntax import top
from hearth.syntax.complete import damage
from hearth.syntax.languages import Language
from hearth.syntax.parse import Tree, parse

from .frame import Omission
from .pieces import Nest, Piece, elision, nest

Cost = Callable[[str], int]
"""Tokens of a text."""

_TARGET = 0.85
"""Of the budget that a new choice fills. The rest lets a person type for a while before the choice is made anew, and
a prompt whose beginning changed is evaluated again as a whole."""
_HERE = 0.55
"""Of the budget for the statements before the place in its own function, before anything else gets its share."""
_OUTLINE = 0.25
"""Of the budget for signatures of what is at the top of the file."""
_PARSE_S = 0.5

Key = tuple[str, bool]
"""A piece's text, and whether it is shown whole: what a choice remembers, since positions move while one types."""


@attrs.frozen
class Cut:
    """What is shown of a text up to the statement that holds a place, for as long as nothing before that changes."""

    head: str = attrs.field(repr=False)
    """Stands for the text up to ``end``."""
    end: int
    """Code points; the rest of the text up to the place follows the head as it is."""
    cost: int
    """Tokens of the head."""
    key: int
    """Hash of the text up to ``end``."""
    kept: frozenset[Key] = attrs.field(default=frozenset(), repr=False)
    omitted: tuple[Omission, ...] = ()

    def text(self, text: str, offset: int) -> str:
        """What is shown of ``text`` before ``offset``."""
        return self.head + text[self.end : offset]

    def fits(self, text: str, offset: int, budget: int, cost: Cost) -> bool:
        """Whether it is still right for a text that has been typed in."""
        if offset < self.end or hash(text[: self.end]) != self.key:
            return False
        return self.cost + cost(text[self.end : offset]) <= budget


def cut(
    tree: Tree,
    offset: int,
    budget: int,
    cost: Cost,
    *,
    used: frozenset[str] = frozenset(),
    before: Cut | None = None,
) -> Cut | None:
    """The text before ``offset`` (code points) in at most ``budget`` tokens; None if syntax is of no help there.

    ``used`` are names near the place: what imports them stays. ``before`` is what an earlier call for this place gave:
    it, or what it kept, is kept again as long as that fits, so that the prompt's beginning does not change with every
    key.
    """
    if before is not None and before.fits(tree.text, offset, budget, cost):
        return before
    found = nest(tree, offset)
    costs = _Costs(cost)
    rest = costs.of(found.rest)
    fixed = rest + sum(costs.of(each.text) for each in found.pieces if each.is_header)
    if fixed > budget * _TARGET:
        return None
    chosen = _again(found, before.kept if before is not None else frozenset(), costs, budget - fixed)
    if chosen is None:
        chosen = _choose(found, used, costs, int(budget * _TARGET) - fixed)
    head, kept, omitted = _render(tree, found, chosen)
    end = offset - len(found.rest)
    if not _as_sound(tree, offset, head + found.rest):
        return None
    return Cut(head, end, cost(head), hash(tree.text[:end]), kept, omitted)


class _Costs:
    def __init__(self, cost: Cost) -> None:
        self._cost = cost
        self._known: dict[str, int] = {}

    def of(self, text: str) -> int:
        if text not in self._known:
            self._known[text] = self._cost(text)
        return self._known[text]


def _again(found: Nest, before: frozenset[Key], costs: _Costs, budget: int) -> dict[int, bool] | None:
    """The earlier choice and what has been written since, if that fits."""
    if not before:
        return None
    chosen: dict[int, bool] = {}
    for index, piece in enumerate(found.pieces):
        if not piece.is_header and ((piece.text, True) in before or (piece.text, False) in before):
            chosen[index] = (piece.text, True) in before
    if not chosen or len({found.pieces[i].text for i in chosen}) < len(before):
        return None  # What was kept has changed, and its new text may matter as much.
    last = max(chosen)
    chosen |= {i: True for i, piece in enumerate(found.pieces) if i > last and not piece.is_header}
    spent = sum(costs.of(_shown(found.pieces[i], whole=whole)) for i, whole in chosen.items())
    return chosen if spent <= budget and _nearest(found) in (None, *chosen) else None


def _nearest(found: Nest) -> int | None:
    """The piece right before the statement of the place, where that is in its function."""
    last = len(found.pieces) - 1
    return last if last >= 0 and not found.pieces[last].is_header and found.pieces[last].level >= found.unit else None


def _choose(found: Nest, used: frozenset[str], costs: _Costs, budget: int) -> dict[int, bool]:
    """Which pieces are shown (True: whole, False: shortened), the most useful first as long as they fit."""
    pieces = found.pieces
    here = [i for i, p in enumerate(pieces) if not p.is_header and p.level >= found.unit]
    members = [i for i, p in enumerate(pieces) if not p.is_header and found.members <= p.level < found.unit]
    outer = [i for i, p in enumerate(pieces) if not p.is_header and p.level < min(found.members, found.unit)]
    wanted = [i for i in outer if pieces[i].is_import and used.intersection(pieces[i].binds)]
    chosen: dict[int, bool] = {}
    left = budget

    def take(indices: Sequence[int], share: float, *, whole: bool) -> None:
        nonlocal left
        limit = max(0, left - int(budget * share)) if share < 1 else 0
        for i in reversed(indices):
            if chosen.get(i) is True or (not whole and (pieces[i].short is None or i in chosen)):
                continue
            known = costs.of(_shown(pieces[i], whole=False)) if i in chosen else 0
            more = costs.of(_shown(pieces[i], whole=whole)) - known
            if left - more < limit:
                if whole and i in here:
                    break  # A gap in the nearest code helps nobody: what follows would read as if it came next.
                continue
            chosen[i] = whole
            left -= more

    take(here, _HERE, whole=True)
    take(wanted, 1, whole=True)
    take([i for i in members if not pieces[i].is_definition], 1, whole=True)
    take(members, 1, whole=False)
    take(here, _OUTLINE, whole=False)
    take([i for i in outer if pieces[i].is_import], 1, whole=True)
    take([i for i in outer if pieces[i].is_definition], _OUTLINE, whole=False)
    take(here, 1, whole=True)
    take([*outer, *members], 1, whole=True)
    return chosen


def _shown(piece: Piece, *, whole: bool) -> str:
    return piece.text if whole or piece.short is None else piece.short


def _render(tree: Tree, found: Nest, chosen: dict[int, bool]) -> tuple[str, frozenset[Key], tuple[Omission, ...]]:
    """The text that is shown for the pieces, what of it is shown, and what is not."""
    parts: list[str] = []
    kept: set[Key] = set()
    omitted: list[Omission] = []
    gap: list[Piece] = []

    def close() -> None:
        if gap:
            lines = sum(each.text.count("\n") for each in gap)
            parts.append(_marker(gap[0], lines, tree.language))
            omitted.append(Omission(tree.text.count("\n", 0, gap[0].start), lines, "far from the cursor"))
            gap.clear()

    for index, piece in enumerate(found.pieces):
        if piece.is_header:
            close()
            parts.append(piece.text)
        elif index not in chosen:
            if piece.text.strip():
                gap.append(piece)
        else:
            close()
            whole = chosen[index] or piece.short is None
            parts.append(_shown(piece, whole=whole))
            kept.add((piece.text, whole))
            if not whole:
                line = tree.text.count("\n", 0, piece.start)
                omitted.append(Omission(line, piece.text.count("\n"), "a body far from the cursor"))
    close()
    return "".join(parts), frozenset(kept), tuple(omitted)


def _marker(piece: Piece, lines: int, language: Language) -> str:
    mark = elision(lines, language)
    text = piece.text.lstrip("\r\n")
    return f"{text[: len(text) - len(text.lstrip())]}{mark}\n" if mark else ""


def _as_sound(tree: Tree, offset: int, text: str) -> bool:
    """Whether the shortened text with what follows parses no worse than the whole does.

    What follows is taken up to the end of the outermost statement that goes on behind the place: what is behind that
    parses as it did.
    """
    end = top.end_of_statement(tree, offset)
    after = parse(text + tree.text[offset:end], tree.language, deadline=_PARSE_S)
    return after is not None and (not after.has_error or damage(after) <= damage(tree, 0, end))
