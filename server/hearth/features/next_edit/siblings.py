"""A line was changed that stands among lines like it: the same change in those."""

from __future__ import annotations

import re

import attrs

from .recent import Place, Recent

_TOKEN = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`[^`\n]*`|\w+|[^\w\s]")
_REACH = 40
"""Lines of a list that are looked at, on each side."""
_LEAST = 2
"""Other lines that must be alike: of two, one may be alike by chance."""
_QUOTES = "\"'`"


@attrs.frozen
class Siblings:
    """The same change in lines alike."""

    old: str
    new: str
    places: tuple[Place, ...]

    @property
    def title(self) -> str:
        """For a person."""
        return f"{_short(self.old)} → {_short(self.new)}" if self.old else f"add {_short(self.new)}"


def siblings(edit: Recent) -> Siblings | None:
    """Lines beside the one that was changed that still are as it was."""
    old_text, text = edit.old.text, edit.new.text
    start = text.rfind("\n", 0, edit.start) + 1
    old_line, line = _line(old_text, start), _line(text, start)
    if start + len(old_line) < edit.old_end or start + len(line) < edit.new_end:
        return None
    was, now = _tokens(old_line), _tokens(line)
    changed = _changed(was, now)
    if changed is None or len(was) < 3:
        return None
    first, last, new_last = changed
    old = old_line[was[first].start() : was[last - 1].end()] if last > first else ""
    new = _written(line, now, first, new_last) if last > first else _inserted(line, now, first, new_last)
    shape, new_shape = _shape(was, first, last), _shape(now, first, new_last)
    found: list[Place] = []
    done = 0
    for at, other in _beside(text, start, len(line)):
        tokens = _tokens(other)
        if _shape(tokens, first, last) == shape and len(tokens) == len(was):
            place = _place(other, tokens, first, last, old, new, was[0].group())
            if place is not None:
                found.append(Place(at + place.start, at + place.end, place.text))
                continue
        if len(tokens) == len(now) and _shape(tokens, first, new_last) == new_shape:
            done += _same(tokens, now, first, new_last)
    if not found or len(found) + done < _LEAST:
        return None
    return Siblings(old, new.strip(), tuple(found))


def _tokens(line: str) -> list[re.Match[str]]:
    """Without the mark at its end: the last of a list has none."""
    found = list(_TOKEN.finditer(line))
    return found[:-1] if found and found[-1].group() in (",", ";") else found


def _changed(was: list[re.Match[str]], now: list[re.Match[str]]) -> tuple[int, int, int] | None:
    """The tokens that differ: first, last of the old, last of the new. None if none do, or nothing is left."""
    one, other = [each.group() for each in was], [each.group() for each in now]
    first = 0
    while first < min(len(one), len(other)) and one[first] == other[first]:
        first += 1
    behind = 0
    while behind < min(len(one), len(other)) - first and one[-1 - behind] == other[-1 - behind]:
        behind += 1
    last, new_last = len(one) - behind, len(other) - behind
    return None if new_last == first or (first == 0 and behind == 0) else (first, last, new_last)


def _shape(tokens: list[re.Match[str]], first: int, last: int) -> list[str]:
    """What must be alike: the marks. Names, numbers and strings may be any; the part that changes is left out."""
    kinds = [_kind(each.group()) for number, each in enumerate(tokens) if not first <= number < last]
    return ["word" if kind == "text" else kind for kind in kinds]


def _kind(token: str) -> str:
    if token[0] in _QUOTES:
        return "text"
    return "word" if token[0].isalnum() or token[0] == "_" else token


def _place(
    line: str, tokens: list[re.Match[str]], first: int, last: int, old: str, new: str, head: str
) -> Place | None:
    if last > first:
        start, end = tokens[first].start(), tokens[last - 1].end()
        if line[start:end] == old:
            return Place(start, end, new)
        return _within_text(line, start, end, old, new) if last - first == 1 else None
    if not 0 < first < len(tokens) or tokens[0].group() != head:
        return None  # What is added says nothing of where it belongs, so the lines must begin alike.
    at = tokens[first - 1].end()
    return Place(at, at, new)


def _within_text(line: str, start: int, end: int, old: str, new: str) -> Place | None:
    """A string whose beginning, or end, is that of the one that was changed, and was what changed."""
    have = line[start:end]
    if _kind(old) != "text" or _kind(new) != "text" or _kind(have) != "text":
        return None
    lead = len(_common(old, new))
    tail = len(_common(old[lead:][::-1], new[lead:][::-1]))
    gone, come = old[lead : len(old) - tail], new[lead : len(new) - tail]
    # A whole word of three letters or more; the string must have it in the same place, once.
    if len(gone + old[:lead]) < 4 or have.count(gone or old[:lead]) != 1:
        return None
    if have.startswith(old[: lead + len(gone)]) and lead + len(gone) > 3:
        return Place(start + lead, start + lead + len(gone), come)
    if have.endswith(old[lead:]) and tail + len(gone) > 3:
        at = end - tail - len(gone)
        return Place(at, at + len(gone), come)
    return None


def _common(one: str, other: str) -> str:
    length = 0
    while length < min(len(one), len(other)) and one[length] == other[length]:
        length += 1
    return one[:length]


def _same(tokens: list[re.Match[str]], now: list[re.Match[str]], first: int, last: int) -> bool:
    return [each.group() for each in tokens[first:last]] == [each.group() for each in now[first:last]]


def _written(line: str, now: list[re.Match[str]], first: int, last: int) -> str:
    return line[now[first].start() : now[last - 1].end()]


def _inserted(line: str, now: list[re.Match[str]], first: int, last: int) -> str:
    """With the blanks before it: it goes in directly behind the token before."""
    return line[now[first - 1].end() if first else 0 : now[last - 1].end()]


def _beside(text: str, start: int, length: int) -> list[tuple[int, str]]:
    """Lines with the same indentation that follow one another without another line in between, the line left out."""
    line = text[start : start + length]
    indentation = line[: len(line) - len(line.lstrip())]

    def alike(other: str) -> bool:
        return bool(other.strip()) and other[: len(other) - len(other.lstrip())] == indentation

    found: list[tuple[int, str]] = []
    at = start
    for _ in range(_REACH):
        if at == 0:
            break
        at = text.rfind("\n", 0, at - 1) + 1
        other = _line(text, at)
        if not alike(other):
            break
        found.insert(0, (at, other))
    at = start + length + 1
    for _ in range(_REACH):
        if at >= len(text):
            break
        other = _line(text, at)
        if not alike(other):
            break
        found.append((at, other))
        at += len(other) + 1
    return found


def _line(text: str, start: int) -> str:
    end = text.find("\n", start)
    return text[start:] if end < 0 else text[start:end]


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 30 else flat[:29] + "…"
