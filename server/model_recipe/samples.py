"""Turns source files into training samples: fill-in-the-middle windows and chat pairs, as text."""

from __future__ import annotations

import ast
import inspect
import random
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from corpus import Source

CHARS_PER_TOKEN = 3.3
SYSTEM = "You are Hearth, a coding assistant on the user's own machine."
EXPLAIN = (
    "Explain this code:", "Explain this code.", "What does `{name}` do?", "What does this do?", "Summarise this code.",
    "Explain what `{name}` does.", "Explain the selected code.",
)  # fmt: skip
DOCUMENT = (
    "Write a docstring for this function:", "Document this:", "Write a docstring for `{name}`.", "Add a docstring.",
)  # fmt: skip
WRITE = ("Write a {kind} that does this: {what}", "Write a {kind} `{name}`: {what}", "Implement `{name}`. {what}",
         "Write Python code for this: {what}")  # fmt: skip
BOUNDARY = re.compile(r"(?<=\W)(?=\w)|(?<=[(\[{=,. ])")


@dataclass(frozen=True)
class Fim:
    """One fill-in-the-middle case. `kind`: full, rest, empty (all single-line), block, random."""

    prefix: str
    suffix: str
    middle: str
    kind: str


@dataclass(frozen=True)
class Chat:
    """One question with its answer; `system` says whether the system message is sent."""

    question: str
    answer: str
    system: bool


def line_starts(text: str) -> list[int]:
    """The offset of every line of `text`."""
    return [0, *(m.end() for m in re.finditer("\n", text))]


def _single(text: str, starts: list[int], rng: random.Random) -> tuple[int, int, str] | None:
    """A cursor in one line, and that line's end."""
    i = rng.randrange(len(starts) - 1)
    start, end = starts[i], starts[i + 1] - 1
    line = text[start:end]
    indent = len(line) - len(line.lstrip())
    if not line.strip() or len(line) - indent > 160:
        return None
    r = rng.random()
    if r < 0.02:
        return end, end, "empty"
    if r < 0.52:
        return start + (indent if rng.random() < 0.9 else 0), end, "full"
    inside = [m.start() for m in BOUNDARY.finditer(line) if m.start() > indent] if rng.random() < 0.65 else []
    column = rng.choice(inside) if inside else rng.randrange(indent, len(line))
    return start + column, end, "rest"


def _block(text: str, starts: list[int], rng: random.Random) -> tuple[int, int, str] | None:
    """From a line's first character to the end of its statement, its body, or a few lines of the same block."""
    i = rng.randrange(len(starts) - 1)
    line = text[starts[i] : starts[i + 1] - 1]
    indent = len(line) - len(line.lstrip())
    if not line.strip():
        return None
    limit = rng.randrange(2, 13)
    last = i
    for j in range(i + 1, min(i + limit, len(starts) - 1)):
        following = text[starts[j] : starts[j + 1] - 1]
        if following.strip():
            if len(following) - len(following.lstrip()) < indent:
                break
            last = j
    column = indent if rng.random() < 0.7 else rng.randrange(indent, len(line))
    return starts[i] + column, starts[last + 1] - 1, "block"


def _random(text: str, rng: random.Random) -> tuple[int, int, str]:
    i = rng.randrange(len(text) - 1)
    return i, min(len(text), i + rng.randrange(1, 300)), "random"


def window(text: str, start: int, end: int, before: int, after: int, rng: random.Random) -> tuple[str, str]:
    """The text around [start, end): at most `before` and `after` characters, mostly cut at line ends."""
    left = max(0, start - before)
    if left and rng.random() < 0.85:
        left = min(start, text.find("\n", left) + 1 or start)
        if "\n" in text[max(0, start - before) : start] and left > start:
            left = start
    right = min(len(text), end + after)
    if right < len(text) and rng.random() < 0.85:
        cut = text.rfind("\n", end, right)
        right = cut + 1 if cut > end else right
    return text[left:start], text[end:right]


def fim(source: Source, tokens: int, rng: random.Random) -> Fim | None:
    """A case of about `tokens` tokens: 66 % single-line, 21 % blocks, 13 % random spans."""
    text = source.text
    starts = line_starts(text)
    r = rng.random()
    spot = _single(text, starts, rng) if r < 0.66 else _block(text, starts, rng) if r < 0.87 else _random(text, rng)
    if spot is None:
        return None
    start, end, kind = spot
    room = int(tokens * CHARS_PER_TOKEN) - (end - start)
    if room < 40 or end - start > 600:
        return None
    after = int(room * rng.choice((0.0, 0.1, 0.25, 0.25, 0.35, 0.45)))
    prefix, suffix = window(text, start, end, room - after, after, rng)
    return Fim(prefix, suffix, text[start:end], kind)


def prose(doc: str) -> str:
    """The part of a docstring that reads as an answer: its first paragraphs, without field lists or markup."""
    paragraphs = []
    for paragraph in re.split(r"\n\s*\n", inspect.cleandoc(doc)):
        if re.match(r"[:.>@]|\w+\n-{3,}|(Args|Arguments|Parameters|Returns|Raises|Examples?|Notes?|See)\b", paragraph):
            break
        paragraphs.append(re.sub(r":\w+:`~?\.?([^`]+)`", r"`\1`", paragraph).replace("``", "`"))
        if sum(map(len, paragraphs)) > 250:
            break
    return "\n\n".join(paragraphs).strip()


def functions(source: Source) -> Iterator[tuple[str, str, str, str]]:
    """(name, kind, code without its docstring, docstring) of the documented functions and classes of a file."""
    try:
        tree = ast.parse(source.text)
    except (SyntaxError, ValueError, RecursionError):
        return
    lines = source.text.split("\n")
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) or len(node.body) < 2:
            continue
        doc = ast.get_docstring(node)
        first = node.body[0]
        if not doc or node.end_lineno is None or first.end_lineno is None or first.lineno == node.lineno:
            continue
        body = lines[first.end_lineno : node.end_lineno]
        code = textwrap.dedent("\n".join([*lines[node.lineno - 1 : first.lineno - 1], *body])).strip("\n")
        if 40 < len(code) < 3000:
            yield node.name, "class" if isinstance(node, ast.ClassDef) else "function", code, doc


def chat(source: Source, rng: random.Random) -> Iterator[Chat]:
    """Questions and answers from the docstrings of one file."""
    for name, kind, code, doc in functions(source):
        answer = prose(doc)
        if not 25 <= len(answer) <= 700 or not answer[0].isalpha() or not answer.isascii():
            continue
        fence = f"```python\n{code}\n```"
        place = f"File `{rng.choice((source.path, source.path.rpartition('/')[2]))}`:\n" if rng.random() < 0.75 else ""
        system = rng.random() < 0.7
        r = rng.random()
        if r < 0.5:
            yield Chat(f"{rng.choice(EXPLAIN).format(name=name)}\n\n{place}{fence}", answer, system)
        elif r < 0.68:
            question = rng.choice(DOCUMENT).format(name=name)
            yield Chat(f"{question}\n\n{place}{fence}", f'```python\n"""{answer}"""\n```', system)
        elif len(code) < 1200:
            what = " ".join(answer.split("\n\n")[0].split())
            yield Chat(rng.choice(WRITE).format(kind=kind, name=name, what=what), fence, system)


def chatml(item: Chat) -> str:
    """The exact text the product sends, up to the end of the answer (special tokens written out)."""
    head = f"<|im_start|>system\n{SYSTEM}<|im_end|>\n" if item.system else ""
    return f"{head}<|im_start|>user\n{item.question}<|im_end|>\n<|im_start|>assistant\n{item.answer}<|im_end|>"
