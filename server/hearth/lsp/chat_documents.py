"""Conversations in documents: any editor that shows Markdown and applies edits has a chat."""

from __future__ import annotations

import asyncio
import datetime
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types as lt

from hearth.context import languages
from hearth.context.source import Source
from hearth.context.sources.active import Active
from hearth.core.aio import closing
from hearth.core.errors import HearthError, InputError
from hearth.core.paths import write_private
from hearth.core.text import Encoding, LineIndex
from hearth.features.chat import document
from hearth.features.chat.conversation import Ask
from hearth.features.chat.document import Escape, Link
from hearth.features.chat.run import Answer, Shown, answer
from hearth.providers.base import Reason
from hearth.workspace.read import Files
from hearth.workspace.uris import to_uri

from . import convert, unopened
from .errors import WireError
from .models import Use
from .snapshots import Snapshot
from .typist import NotTaken, Typist

if TYPE_CHECKING:
    from .rpc import Protocol
    from .session import Session

log = logging.getLogger(__name__)

_SHOW_S = 10.0
"""Longest wait for the editor to open a document."""
_END_S = 90.0
"""Longest wait for the end of an answer to be written; above all waits for an editor that does not answer."""
_LEAVE_S = 1.0
"""The same when the editor goes."""
_FOLDER = "chats"


def is_chat(uri: str) -> bool:
    """Whether a document is a conversation."""
    return uri.endswith(document.SUFFIX)


class ChatDocuments:
    """Opens conversations and answers them; one answer at a time in each."""

    def __init__(self, session: Session, wire: Protocol, folder: Path) -> None:
        self._session = session
        self._wire = wire
        self._folder = folder / _FOLDER
        self._answering: dict[str, asyncio.Task[None]] = {}
        self._ending: set[str] = set()
        """Documents whose answer is complete or stopped, while the editor is waited for to take the rest of it."""

    def is_answering(self, uri: str) -> bool:
        """Whether an answer is being written into a document."""
        return uri in self._answering

    async def begin(self, title: str, question: str, about: Snapshot | None, where: lt.Range | None) -> None:
        """Open a new conversation about a document, and answer its question if it has one."""
        link, name = None, ""
        if about is not None:
            link, name = _link(about, where), convert.name(about, self._session.roots)
        text = document.begun(title, question, name, link)
        path = await asyncio.to_thread(_create, self._folder, _stamp(), title, text)
        uri = await self._shown(path, text.count("\n") - 1)  # Neovim has no line behind the last line end.
        if uri is None:
            if question:
                self._tell(f"The answer will be in {path}")
                await self._into_file(path, text)
            self._tell(f"The conversation is in {path}. Open it there.")
        elif question:
            self.send(uri)

    def send(self, uri: str) -> None:
        """Answer the question at the end of an open document, in the background."""
        if self.is_answering(uri):
            raise InputError("An answer is being written already.", hint="Wait for its end, or stop it.")
        snapshot = self._session.documents.snapshot(uri)
        if snapshot is None:
            raise InputError("The conversation is not open.", hint=f"Open a document that ends in `{document.SUFFIX}`.")
        written = document.read(snapshot.text)
        task = self._session.tasks.start(self._into_document(uri, snapshot.text, written), "answer in a document")
        self._answering[uri] = task
        task.add_done_callback(lambda _: self._answering.pop(uri, None))

    def stop(self, uri: str) -> None:
        """End the answer that is being written. What is written already is not given up by a second stop."""
        if (task := self._answering.get(uri)) is not None and uri not in self._ending:
            task.cancel()

    def latest(self) -> str:
        """The conversation that a command without arguments means: of those that are open, the last one."""
        found = [each.uri for each in self._session.documents if is_chat(each.uri)]
        if not found:
            raise InputError("No conversation is open.", hint=f"Open a document that ends in `{document.SUFFIX}`.")
        return found[-1]

    def lens(self, uri: str, send: str, stop: str) -> list[lt.CodeLens]:
        """What is shown above the last turn. ``send`` and ``stop`` are names of commands."""
        snapshot = self._session.documents.snapshot(uri)
        command = None if snapshot is None else self.command(snapshot, send, stop)
        if snapshot is None or command is None:
            return []
        here = lt.Position(line=document.last_turn(snapshot.text), character=0)
        return [lt.CodeLens(range=lt.Range(start=here, end=here), command=command)]

    def command(self, snapshot: Snapshot, send: str, stop: str) -> lt.Command | None:
        """What can be done with a conversation now."""
        if snapshot.uri in self._ending:
            return None
        if self.is_answering(snapshot.uri):
            return lt.Command(title="Stop the answer", command=stop, arguments=[snapshot.uri])
        if document.is_asking(snapshot.text):
            return lt.Command(title="Send to Hearth", command=send, arguments=[snapshot.uri])
        return None

    async def _into_document(self, uri: str, text: str, written: document.Written) -> None:
        typist = Typist(self._session, self._wire, uri)
        pieces = _Pieces(typist)
        pieces.add(f"\n\n{document.HEARTH}\n\n")
        try:
            await self._answer(written, pieces)
        except asyncio.CancelledError:
            pieces.add("\n\n> Stopped.")
            raise
        except HearthError as error:
            if not isinstance(error, InputError):
                self._session.failed(error, answered=True)
            pieces.add(f"> {error}")
        finally:
            pieces.add(f"\n\n{document.YOU}\n\n")
            await self._written(uri, text, typist, pieces)

    async def _written(self, uri: str, text: str, typist: Typist, pieces: _Pieces) -> None:
        """Wait until an answer stands in its document. What the editor does not take is kept in a file."""
        self._ending.add(uri)
        try:
            async with asyncio.timeout(_LEAVE_S if self._session.is_ending else _END_S):
                await typist.close()
        except (NotTaken, TimeoutError) as error:
            typist.abandon()
            if self._session.is_ending:
                return
            title = uri.rpartition("/")[2].removesuffix(document.SUFFIX)
            path = await asyncio.to_thread(_create, self._folder, _stamp(), title, f"{text.rstrip()}{pieces.text}")
            why = str(error) or "The editor takes too long."
            self._tell(f"{why} The answer is not all in its document; it is in {path}", lt.MessageType.Warning)
        except InputError as error:
            typist.abandon()
            self._session.tell(str(error), lt.MessageType.Warning)
        except asyncio.CancelledError:
            typist.abandon()
            raise
        finally:
            self._ending.discard(uri)

    async def _into_file(self, path: Path, text: str) -> None:
        """For editors that open no document when asked: the answer is written to disk when it is whole."""
        pieces = _Pieces()
        try:
            await self._answer(document.read(text), pieces)
        except HearthError as error:
            pieces.add(f"> {error}")
        await asyncio.to_thread(
            write_private, path, f"{text}\n{document.HEARTH}\n\n{pieces.text}\n\n{document.YOU}\n\n"
        )

    async def _answer(self, written: document.Written, out: _Pieces) -> None:
        session = self._session
        files = Files(session.roots, session.documents.texts())
        active = await self._active(written.link, files)
        asked = Ask(written.question, written.history, active, files, session.indexing.handle)
        escape = Escape()
        sources: tuple[Source, ...] = ()
        async with session.progress.work("Hearth: answering"), session.models.use(Use.CHAT) as (model, provider):
            await session.about(model, provider)
            with session.status.busy(), session.indexing.busy():
                try:
                    async with closing(answer(asked, provider, session.settings.chat, model.context)) as pieces:
                        async for piece in pieces:
                            out.check()
                            if isinstance(piece, Shown):
                                sources = piece.sources
                            elif isinstance(piece, Answer):
                                session.status.answered(piece.tokens_per_second)
                                out.add(escape.end() + _note(piece) + _sources(sources))
                            else:
                                out.add(escape.feed(piece.text))
                finally:
                    out.add(escape.end())

    async def _active(self, link: Link | None, files: Files) -> Active | None:
        """The code that a question is about, as the editor shows it, or from disk where that may be read."""
        if link is None:
            return None
        session = self._session
        snapshot = session.documents.snapshot(link.uri)
        if snapshot is not None:
            return convert.active(snapshot, _lines(link), session.roots)
        found = await unopened.read(link.uri, files)
        if found is None:
            return None
        path, text = found
        index = LineIndex(text)
        start = index.offset(link.first, 0, Encoding.UTF32)
        end = start if link.last is None else index.offset(link.last + 1, 0, Encoding.UTF32)
        return Active(link.uri, session.roots.name(path), languages.of_path(path), text, start, end)

    async def _shown(self, path: Path, last_line: int) -> str | None:
        """Open a document in the editor; its URI as the editor writes it, or None if it does not open it."""
        session = self._session
        if not (session.profile.show_document and session.profile.applies_edits):
            return None
        end = lt.Position(line=last_line, character=0)
        params = lt.ShowDocumentParams(uri=to_uri(path), take_focus=True, selection=lt.Range(start=end, end=end))
        try:
            async with asyncio.timeout(_SHOW_S):
                result = await self._wire.ask(lt.WINDOW_SHOW_DOCUMENT, params, _SHOW_S, repeatable=True)
                if not isinstance(result, dict) or result.get("success") is not True:
                    return None
                while True:
                    for each in session.documents:
                        if each.path is not None and each.path.name == path.name:
                            return each.uri
                    await session.documents.change()
        except (TimeoutError, WireError):
            log.warning("the editor did not open a conversation")
            return None

    def _tell(self, text: str, kind: lt.MessageType = lt.MessageType.Info) -> None:
        params = lt.ShowMessageParams(type=kind, message=text)
        self._wire.notify(lt.WINDOW_SHOW_MESSAGE, params)


class _Pieces:
    """Gathers an answer, and passes it on to who writes it into a document."""

    def __init__(self, typist: Typist | None = None) -> None:
        self._texts: list[str] = []
        self._typist = typist

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self._texts)

    def add(self, text: str) -> None:
        self._texts.append(text)
        if self._typist is not None:
            self._typist.add(text)

    def check(self) -> None:
        """Raises InputError if the user does not want more of it."""
        if self._typist is not None:
            self._typist.check()


def _stamp() -> str:
    return datetime.datetime.now(tz=datetime.UTC).astimezone().strftime("%Y-%m-%d-%H%M%S")


def _create(folder: Path, stamp: str, title: str, text: str) -> Path:
    name = document.file_name(stamp, title)
    path = folder / name
    number = 1
    while path.exists():
        number += 1
        path = folder / name.replace(document.SUFFIX, f"-{number}{document.SUFFIX}")
    write_private(path, text)
    return path


def _link(snapshot: Snapshot, where: lt.Range | None) -> Link:
    if where is None:
        return Link(snapshot.uri)
    last = where.end.line - (where.end.character == 0 and where.end.line > where.start.line)
    return Link(snapshot.uri, where.start.line, last)


def _lines(link: Link) -> lt.Range | None:
    if link.last is None:
        return None
    start, end = lt.Position(line=link.first, character=0), lt.Position(line=link.last + 1, character=0)
    return lt.Range(start=start, end=end)


def _note(ended: Answer) -> str:
    """Why an answer ends where it does, if the model had more to say."""
    if ended.looped:
        return "\n\n> It repeated itself, so it ends here."
    if ended.reason is Reason.LENGTH:
        return (
            "\n\n> It ends here because it is as long as an answer may be (`chat.max_tokens`, or the model's window)."
        )
    return ""


def _sources(sources: tuple[Source, ...]) -> str:
    links = [
        f"[{each.title}:{each.first_line + 1}]({each.uri}#L{each.first_line + 1}-L{max(each.last_line, 1)})"
        for each in sources
    ]
    return f"\n\nSources: {', '.join(links)}" if links else ""
