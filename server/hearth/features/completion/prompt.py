"""The request to the model: how much of the document and of other files goes into it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import attrs

from hearth.context import truncate
from hearth.context.counting import Tokens
from hearth.context.frame import Assembled, Place, Room, Surroundings
from hearth.context.trees import Trees
from hearth.core.settings import CompletionSettings
from hearth.core.text import well_formed
from hearth.providers.base import CompletionRequest, OtherFile, Speed
from hearth.syntax import languages
from hearth.workspace.redact import redact

from .pace import Pace
from .reading import Reading
from .request import Request

if TYPE_CHECKING:
    from hearth.context.assemble import Assembler
    from hearth.syntax.parse import Tree

_CHARS_PER_TOKEN = 3
"""Code in a byte-level vocabulary has 3 to 4 characters a token; the lower end, so that prompts seldom are too long."""
_SPARE_TOKENS = 24
"""Control tokens and the path in a fill-in-the-middle prompt."""
_OTHERS_SHARE = 1 / 3
"""Of the model's window, at most, for other files."""
_VARIED = 0.8
"""Temperature of a variation: with less, most are the first answer again."""
_WORD_CHARS = 40
"""Of a word that is typed: after more, the prompt is made anew."""
_SLACK = 1.5
"""A prompt that takes so much longer than it should is sent all the same: to read less would show worse."""
_WRITING = 10
"""Times the latency that an answer may take to its last token. Its first line is shown as soon as it is there."""
_FEWEST_WRITTEN = 16
"""Tokens of an answer, however slowly they come: a line."""
_TREE_S, _PATIENT_TREE_S = 0.08, 1.0
"""Longest wait for the syntax of a document before it is cut by lines. It is parsed to its end for the next key."""
SMALLEST_CHARS = 200
"""When text is so dense that even this little does not fit, there is no use in asking."""


@attrs.frozen
class Model:
    """What the prompt has to fit."""

    window: int | None = None
    """Tokens, if known."""
    tokens: Tokens = attrs.field(factory=Tokens)
    speed: Speed | None = None
    """As its server measured it."""


@attrs.frozen
class Prompt:
    """What is sent, and what should be."""

    made: Assembled
    is_whole: bool = True
    """It is all that the model should see, and not only what it can read in time."""
    max_tokens: int = 0
    """Of the answer; 0 for as many as the settings allow."""


class Prompts:
    """Makes the prompts of a session."""

    def __init__(self, trees: Trees | None = None) -> None:
        self.trees = trees or Trees()
        self.pace = Pace()
        self.reading = Reading()
        self._cold: dict[str, Assembled] = {}
        self._assembler: Assembler | None = None
        self._why: dict[str, Assembled] = {}
        self._made: dict[str, Request] = {}
        """What the last prompt of each document was made for."""
        self._fitted: dict[str, int] = {}
        """Tokens, roughly, that a model with an unknown window took of each document after it had refused more."""

    async def tree(self, key: str, request: Request) -> Tree | None:
        """The document's syntax, if its language is known and it is not too large."""
        return await self.trees.get(key, request.text, request.language) if request.language else None

    async def prepare(self, key: str, request: Request, around: Surroundings) -> None:
        """A document was opened: do what its first prompt needs, wherever the cursor will be."""
        assembler = await self._loaded()
        tree = await self.tree(key, request)
        if tree is not None:
            await assembler.prepare(key, tree, around)

    async def make(
        self, key: str, request: Request, settings: CompletionSettings, model: Model, around: Surroundings
    ) -> Prompt | None:
        """What the model is asked with. ``key`` tells documents apart.

        Somebody who types is shown something in ``settings.latency_ms`` or not at all: what the model cannot read in
        that time is left out, and is read ahead while nobody waits (:meth:`cold`). None if not even a little fits.
        """
        self.pace.told(model.speed)
        made = await self.assemble(key, request, settings, model, around)
        if not request.automatic:
            return Prompt(made)
        seconds = settings.latency_ms / 1000
        readable, writable = self.pace.readable(seconds), self.pace.writable(seconds * _WRITING)
        most = settings.max_tokens if writable is None else min(settings.max_tokens, max(_FEWEST_WRITTEN, writable))
        unread = self.reading.unread(key, made)
        chars = None if readable is None else model.tokens.chars(readable, request.language)
        if chars is None or unread <= chars * _SLACK:
            self._cold.pop(key, None)
            return Prompt(made, max_tokens=most)
        self._cold[key] = made
        if chars < SMALLEST_CHARS:
            return None
        return Prompt(narrow(request, settings, chars), is_whole=False, max_tokens=most)

    def ahead(self, key: str, request: Request) -> Prompt | None:
        """The document's last prompt with a suggestion in it, for what would follow its acceptance.

        None if another text has changed. Nothing is remembered of it.
        """
        last, made = self._made.get(key), self._why.get(key)
        if last is None or made is None:
            return None
        before, written = last.text[: last.offset], request.text[: request.offset]
        if not written.startswith(before) or request.text[request.offset :] != last.text[last.offset :]:
            return None
        return Prompt(attrs.evolve(made, prefix=made.prefix + written[len(before) :]), is_whole=False)

    def cold(self, key: str) -> Assembled | None:
        """The prompt that a document's last completion should have had; the model should read it ahead."""
        return self._cold.get(key)

    def answered(self, key: str, made: Assembled) -> None:
        """The model has read this prompt, which was whole."""
        self.reading.read(key, made)
        self._cold.pop(key, None)

    def fitted(self, key: str, chars: int) -> None:
        """A model that had refused more of this document took ``chars`` of it: the next prompt is no longer."""
        self._fitted[key] = chars // _CHARS_PER_TOKEN

    async def assemble(
        self, key: str, request: Request, settings: CompletionSettings, model: Model, around: Surroundings
    ) -> Assembled:
        """What the model should be shown for ``request``."""
        wanted = settings.prefix_chars + settings.suffix_chars
        others = settings.context_tokens
        if request.automatic:
            others = self.pace.others(others)
        known = (None if model.window is None else _room(settings, model.window), self._fitted.get(key))
        room = min((each for each in known if each is not None), default=None)
        if room is not None:
            others = min(others, int(room * _OTHERS_SHARE))
        chars = wanted if room is None else max(SMALLEST_CHARS, min(wanted, (room - others) * _CHARS_PER_TOKEN))
        suffix_chars = min(settings.suffix_chars, chars // 4)
        space = Room(min(settings.prefix_chars, chars - suffix_chars), suffix_chars, others, not request.automatic)
        place = Place(key, request.text, request.offset, request.path, request.language)
        if request.offset <= space.prefix_chars and (around.is_empty or not others):
            made = narrow(request, settings, chars)
        else:
            made = self._typed_on(key, request, suffix_chars) or await self._assembled(
                place, request, space, around, model
            )
        self._why[key] = made
        self._made[key] = request
        return made

    def _typed_on(self, key: str, request: Request, suffix_chars: int) -> Assembled | None:
        """The last prompt with what was typed since, if that is a part of a word: nothing else has changed by it."""
        last, made = self._made.get(key), self._why.get(key)
        if last is None or made is None or not request.automatic or not _is_word(request.line_before[-1:]):
            return None
        old, new = last.line_before, request.line_before
        start, after = request.offset - len(new), request.text[request.offset :]
        same = (
            0 < len(new) - len(old) <= _WORD_CHARS
            and new.startswith(old)
            and _is_word(new[len(old) : len(old) + 1])
            and last.offset - len(old) == start
            and last.text[last.offset :] == after
            and last.text[:start] == request.text[:start]
            and made.prefix.endswith(old)
        )
        if not same:
            return None
        return attrs.evolve(
            made, prefix=made.prefix + new[len(old) :], suffix=made.suffix[:suffix_chars], milliseconds={}
        )

    async def _assembled(
        self, place: Place, request: Request, space: Room, around: Surroundings, model: Model
    ) -> Assembled:
        assembler = await self._loaded()
        try:
            async with asyncio.timeout(_TREE_S if request.automatic else _PATIENT_TREE_S):
                tree = await self.tree(place.key, request)
        except TimeoutError:
            tree = None
        return await assembler.assemble(place, tree, space, around, model.tokens)

    async def _loaded(self) -> Assembler:
        return self._assembler or self._made_by(await asyncio.to_thread(_assembler))

    def _made_by(self, make: type[Assembler]) -> Assembler:
        if self._assembler is None:  # Somebody else may have waited for the import too.
            self._assembler = make()
        return self._assembler

    def why(self, key: str) -> Assembled | None:
        """What the last prompt of a document held."""
        return self._why.get(key)

    def forget(self, key: str) -> None:
        """A document is closed."""
        self.trees.forget(key)
        self.trees.forget(f"{key}+")
        if self._assembler is not None:
            self._assembler.forget(key)
        self._why.pop(key, None)
        self._made.pop(key, None)
        self._fitted.pop(key, None)
        self._cold.pop(key, None)
        self.reading.forget(key)

    def clear(self) -> None:
        """Another model or other settings."""
        if self._assembler is not None:
            self._assembler.clear()
        self._why.clear()
        self._made.clear()
        self._fitted.clear()
        self._cold.clear()
        self.reading.clear()
        self.pace = Pace()


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"


def _assembler() -> type[Assembler]:
    from hearth.context.assemble import Assembler  # noqa: PLC0415 (needed by a completion, not by the start)

    return Assembler


def narrow(request: Request, settings: CompletionSettings, chars: int) -> Assembled:
    """The text around the cursor alone, at most ``chars`` of it."""
    suffix_chars = min(settings.suffix_chars, chars // 4, len(request.text) - request.offset)
    prefix_chars = min(settings.prefix_chars, chars - suffix_chars)
    window = truncate.window(request.text, request.offset, prefix_chars, suffix_chars)
    return Assembled(window.prefix, window.suffix)


def budget(settings: CompletionSettings, window: int | None) -> int:
    """Characters around the cursor that the settings allow and the model has room for."""
    wanted = settings.prefix_chars + settings.suffix_chars
    if window is None:
        return wanted
    return max(SMALLEST_CHARS, min(wanted, _room(settings, window) * _CHARS_PER_TOKEN))


def rendered(
    request: Request,
    made: Assembled,
    settings: CompletionSettings,
    max_tokens: int = 0,
    *,
    seed: int | None = None,
    background: bool = False,
    logprobs: bool = False,
) -> CompletionRequest:
    """The request to the provider; ``max_tokens`` of 0 is what the settings allow, a ``seed`` asks for a variation."""
    files: dict[str, list[str]] = {}
    for each in made.others:
        files.setdefault(each.path, []).append(each.text)
    language = languages.by_name(request.language)
    return CompletionRequest(
        prefix=_plain(made.prefix),
        suffix=_plain(made.suffix),
        path=request.path,
        language=request.language,
        others=tuple(OtherFile(path, _plain("\n\n".join(texts))) for path, texts in files.items()),
        comment=language.line_comment if language is not None else "",
        max_tokens=max_tokens or settings.max_tokens,
        temperature=settings.temperature if seed is None else max(settings.temperature, _VARIED),
        seed=seed,
        stop=() if request.many_lines else ("\n",),
        background=background,
        logprobs=logprobs,
    )


def _room(settings: CompletionSettings, window: int) -> int:
    return window - min(settings.max_tokens, window // 2) - _SPARE_TOKENS


def _plain(text: str) -> str:
    """Text that may be shown, and that every model and every encoder takes: no secrets, line feeds only, no halves of
    surrogate pairs.
    """
    return well_formed(redact(text).text.replace("\r\n", "\n").replace("\r", "\n"))
