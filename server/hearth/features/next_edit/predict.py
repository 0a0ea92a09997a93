"""The next edit as a model predicts it: it writes the lines around the last edit anew, and what differs is checked.

A model's answer is anything at all. Nothing is made of one that was cut off, leaves out what it was shown, goes on
elsewhere or repeats itself; and of what is left, each place has to parse no worse, be no insertion at the cursor (which
is a completion's business) and not take the last edit back.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from difflib import SequenceMatcher

import attrs

from hearth.core.aio import closing
from hearth.core.text import difference
from hearth.prompts.next_edit import Change, NextEditFormat, Shown
from hearth.providers.base import Delta, Reason, SpelledRequest, Speller

from .recent import Place
from .window import Window

_CHARS_PER_TOKEN = 2
"""The least that code has: an answer is as long as the lines it is about, and so much more."""
_SPARE_TOKENS = 128
_MOST_LINES = 10
"""Of one edit: whoever takes it should have seen what it is, and VS Code draws no more than twelve lines."""
_MOST_GONE = 4
"""Lines that an edit may only remove."""
_BEHIND = 2
"""Lines that must follow what is removed."""
_MOST_MORE = 20
"""Lines that an answer may have more than the window."""
_KEPT = 0.5
"""Share of the lines that have to be left as they are."""
_REPEATS = 3
_REJOINED = 3
"""Lines as they are, behind what is new, after which an answer is taken to leave the rest as it is."""
_TITLE_CHARS = 60
_WORD = re.compile(r"\w")
_REDACTED = "[redacted"


@attrs.frozen
class Guess:
    """One edit."""

    place: Place
    title: str
    """What it does, for a person."""


@attrs.frozen
class Predicted:
    """What a model expects, the nearest first."""

    guesses: tuple[Guess, ...]

    def without(self, made: Place) -> Predicted | None:
        """What is left when one of them has been made."""
        by = len(made.text) - (made.end - made.start)
        left = tuple(
            attrs.evolve(each, place=Place(each.place.start + by, each.place.end + by, each.place.text))
            if each.place.start >= made.end
            else each
            for each in self.guesses
            if each.place != made
        )
        return Predicted(left) if left else None


def request(form: NextEditFormat, shown: Shown, changes: Sequence[Change]) -> SpelledRequest:
    """What the model is asked."""
    length = len(shown.before) + len(shown.after) - (len(shown.prefill) if form.prefills else 0)
    return SpelledRequest(
        prompt=form.render(shown, changes),
        specials=form.specials,
        stop=form.stop,
        max_tokens=_SPARE_TOKENS + length // _CHARS_PER_TOKEN,
        background=True,
        repeats=True,
    )


@attrs.frozen
class Answer:
    """What a model wrote."""

    text: str
    whole: bool = True
    """It came to its end. Else the time was over."""


async def ask(provider: Speller, request: SpelledRequest, form: NextEditFormat, limit_s: float) -> Answer | None:
    """The answer, or what there is of it after ``limit_s`` seconds; None if it is longer than it may be. Raises what
    the provider raises."""
    text = ""
    try:
        async with asyncio.timeout(limit_s), closing(provider.spelled(request)) as stream:
            async for chunk in stream:
                if isinstance(chunk, Delta):
                    text += chunk.text
                    if form.ends and form.ends in text:
                        break  # Models talk on behind it.
                elif chunk.reason is not Reason.STOP:
                    return None
    except TimeoutError:
        return Answer(text, whole=False)
    return Answer(text)


def lines(form: NextEditFormat, answer: Answer, window: Window) -> list[str] | None:
    """The lines of an answer; None if it is not of the family's form, or says that nothing follows."""
    text, whole = answer.text.replace("\r\n", "\n"), answer.whole
    if form.prefills:
        text = "".join(f"{line}\n" for line in window.shown[: window.line]) + text
    if form.none and text.strip().startswith(form.none):
        return None
    if form.begins and form.begins in text:
        text = text[text.index(form.begins) + len(form.begins) :]
    if form.ends:
        end = f"\n{text}".find(form.ends)
        if end < 0 and whole:
            return None
        if end >= 0:
            text, whole = text[: max(0, end - 1)], True
    if form.cursor:
        text = text.replace(form.cursor, "", 1)
    if not form.takes((text,)):
        return None
    found = text.split("\n")
    # Blank lines at both ends are lost or added by how a prompt ends and an answer begins, and are no edit.
    above, below = _blank(window.shown), _blank(window.shown[::-1])
    if above == len(window.shown):
        return None
    if not whole:
        found = found[:-1]
        return _rejoined([*window.shown[:above], *found[_blank(found) :]], window)
    inner = found[_blank(found) : len(found) - _blank(found[::-1])]
    return [*window.shown[:above], *inner, *window.shown[len(window.shown) - below :]]


def _blank(lines: Sequence[str]) -> int:
    """How many of the first lines are blank."""
    return next((number for number, line in enumerate(lines) if line.strip()), len(lines))


def _rejoined(found: Sequence[str], window: Window) -> list[str] | None:
    """The whole lines of an answer that was not done, and those of the window behind them: where it had come back to
    what stands there, in one place only. None where it had not."""
    tail = tuple(found[-_REJOINED:])
    if len(tail) < _REJOINED or not any(line.strip() for line in tail):
        return None
    starts = range(len(window.shown) - _REJOINED + 1)
    places = [start for start in starts if window.shown[start : start + _REJOINED] == tail]
    return [*found, *window.shown[places[0] + _REJOINED :]] if len(places) == 1 else None


def predicted(window: Window, text: str, answer: Sequence[str]) -> Predicted | None:
    """The edits that make the lines of ``window`` in ``text`` those of ``answer``; None if it is not trusted."""
    was, now = window.shown, list(answer)
    if list(was) == now or now == list(window.original) or len(now) > len(was) + _MOST_MORE:
        return None
    codes = SequenceMatcher(None, was, now, autojunk=False).get_opcodes()
    kept = sum(last - first for code, first, last, _, _ in codes if code == "equal")
    if kept < _KEPT * len(was) or not _is_anchored(window, codes):
        return None
    guesses: list[Guess] = []
    for code, first, last, new_first, new_last in codes:
        new = now[new_first:new_last]
        if code == "equal" or not _is_sound(window, first, last, new):
            continue
        if code == "delete" and _is_cut(was[last:], last - first):
            continue
        place = _place(window, text, first, last, new)
        if place is not None:
            guesses.append(Guess(place, _title(was[first:last], new)))
    guesses.sort(key=lambda each: abs(each.place.start - window.cursor))
    return Predicted(tuple(guesses)) if guesses else None


_Codes = Sequence[tuple[str, int, int, int, int]]


def _is_anchored(window: Window, codes: _Codes) -> bool:
    """Whether the answer begins and ends where the window does: elsewhere it is cut off, or about other lines."""
    head, tail = codes[0], codes[-1]
    if head[0] != "equal" and not window.is_top:
        return False
    if tail[0] == "equal":
        return True
    # At the end of a document its last line may be another, but not be missing or only begun.
    code, first, last, new_first, new_last = tail
    return window.is_end and code != "delete" and new_last - new_first >= last - first


def _is_cut(behind: Sequence[str], gone: int) -> bool:
    """Whether lines may be missing only because the answer ended early, at a line that looks like the last one."""
    return gone > _MOST_GONE or sum(1 for line in behind if line.strip()) < _BEHIND


def _is_sound(window: Window, first: int, last: int, new: Sequence[str]) -> bool:
    """Whether these lines may become ``new``."""
    if max(last - first, len(new)) > _MOST_LINES:
        return False
    if any(window.lines[number] != window.shown[number] for number in range(first, last)):
        return False  # What stands there is not what was shown.
    if any(_REDACTED in line for line in new):
        return False
    old = [line.strip() for line in window.shown[first:last]]
    written = [line.strip() for line in new]
    return old != written and not _takes_back(window, first, last, written) and not _repeats(window, first, last, new)


def _takes_back(window: Window, first: int, last: int, written: Sequence[str]) -> bool:
    """Whether lines of the last edit become what they were before it."""
    start, end = window.edited
    if last < start or first > end or (first == last and not start <= first <= end):
        return False
    shown = {line.strip() for line in window.shown}
    gone = {line.strip() for line in window.original} - shown
    came = [line for line in written if line]
    lost = {line.strip() for line in window.shown[first:last]} - {line.strip() for line in window.original}
    return all(line in gone for line in came) and (bool(came) or bool(lost))


def _repeats(window: Window, first: int, last: int, new: Sequence[str]) -> bool:
    """Whether lines come again and again, or those around the place once more."""
    if len(new) <= last - first:
        return False
    for number in range(len(new) - _REPEATS + 1):
        if new[number].strip() and len(set(new[number : number + _REPEATS])) == 1:
            return True
    length = len(new)
    around = (window.shown[max(0, first - length) : first], window.shown[last : last + length])
    return any(any(map(str.strip, each)) and list(each) == list(new) for each in around)


def _place(window: Window, text: str, first: int, last: int, new: Sequence[str]) -> Place | None:
    """Lines ``first`` to ``last`` as ``new``, as little of them as can be; None at the cursor."""
    newline, count = window.newline, len(window.lines)
    behind = window.starts[-1] + len(window.lines[-1])
    if first == last:
        start = end = window.starts[first] if first < count else behind
        made = "".join(f"{line}{newline}" for line in new) if first < count else newline + newline.join(new)
        at_cursor = start in (window.cursor, window.cursor + len(newline)) and text[window.cursor : start].strip() == ""
        return None if at_cursor else Place(start, end, made)
    start, end = window.starts[first], window.starts[last - 1] + len(window.lines[last - 1])
    if not new:
        if last < count:
            return Place(start, window.starts[last], "")
        return Place(window.starts[first - 1] + len(window.lines[first - 1]), end, "") if first else None
    old, made = text[start:end], newline.join(new)
    low, old_high, high = difference(old, made)
    if low == old_high and start + low == window.cursor:
        return None
    # Whole words, as a person would have it.
    while _is_word(old, low - 1) and (_is_word(old, low) or _is_word(made, low)):
        low -= 1
    while _is_word(old, old_high) and (_is_word(old, old_high - 1) or _is_word(made, high - 1)):
        old_high, high = old_high + 1, high + 1
    return Place(start + low, start + old_high, made[low:high])


def _is_word(text: str, at: int) -> bool:
    return 0 <= at < len(text) and bool(_WORD.match(text[at]))


def _title(old: Sequence[str], new: Sequence[str]) -> str:
    shown = next((line.strip() for line in new if line.strip() and line not in old), "")
    if shown:
        return _short(shown) if old else f"add {_short(shown)}"
    return f"remove {_short(next((line.strip() for line in old if line.strip()), 'a line'))}"


def _short(text: str) -> str:
    return text if len(text) <= _TITLE_CHARS else f"{text[: _TITLE_CHARS - 1]}…"
