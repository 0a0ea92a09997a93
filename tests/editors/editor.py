"""What the tests ask of a real editor, however it is told to do it."""

from __future__ import annotations

import abc
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from lsp.raw_client import DEADLINE_S

from .terminal import Terminal

AGAIN_S = 3
"""How long one try of what needs a server may take; until the server is ready there is nothing to choose."""
Holds = Callable[[str], bool]


class Editor(Terminal, abc.ABC):
    """An editor in a terminal, which shows a file of Python."""

    title = ""
    """The heading of the page about editors that sets it up."""
    recording = ""
    """What the tests that replay its capabilities have of it."""
    indents = True
    """A new line is indented for its user."""
    shows_long_messages = True
    """It shows more than a line of a message."""
    shows_documents = True
    """It opens a document when it is asked to."""

    @abc.abstractmethod
    def text(self) -> str:
        """The buffer that is seen."""

    @abc.abstractmethod
    def open(self, file: Path) -> None:
        """Show another file."""

    @abc.abstractmethod
    def append(self, *lines: str) -> None:
        """Write lines at the end of the buffer; the last one is gone on with."""

    @abc.abstractmethod
    def suggestion(self) -> str:
        """The suggestion that is seen now; empty if there is none."""

    @abc.abstractmethod
    def accept(self) -> None:
        """Accept it."""

    @abc.abstractmethod
    def replace_word(self, line: int, number: int, new: str) -> None:
        """Replace a word of a line; both are counted from 0."""

    @abc.abstractmethod
    def go(self, line: int) -> None:
        """Go to the beginning of the code in a line."""

    @abc.abstractmethod
    def choose(self, title: str) -> None:
        """Choose a code action if it is offered now."""

    def stop(self) -> None:
        """Stop the answer that is being written."""
        self.choose("Stop")

    @abc.abstractmethod
    def undo(self) -> None:
        """Undo one step."""

    @abc.abstractmethod
    def told(self, what: str) -> str:
        """Wait until a message with ``what`` in it is seen; all of it."""

    @abc.abstractmethod
    def recover(self, served: Callable[[], bool]) -> None:
        """The server was killed: do what a user does until another one is there."""

    @abc.abstractmethod
    def leave(self) -> None:
        """End the editor, whatever is not saved."""

    def write_lines(self, lines: Sequence[str]) -> None:
        """Type lines; the last one is gone on with."""
        for number, line in enumerate(lines):
            if number:
                self.keys("Enter")
            self.write(line)

    def suggested(self, *lines: str) -> str:
        """Write lines, and wait for a suggestion; while the model is not loaded there is none, so its user types on.

        A suggestion that is seen while keys are on their way is that of an earlier place, and gone when they come.
        """
        self.append(*lines)
        self.typed(lines[-1])
        end = time.monotonic() + DEADLINE_S
        again = time.monotonic() + AGAIN_S
        while not (seen := self.suggestion()).strip():
            now = time.monotonic()
            assert now < end, f"nothing is suggested\n{self.screen()}"
            if now >= again:
                self.keys("BSpace")
                self.typed(lines[-1][:-1])
                self.write(lines[-1][-1])
                self.typed(lines[-1])
                again = now + AGAIN_S
            time.sleep(0.1)
        return seen

    def typed(self, end: str) -> None:
        """Wait until the buffer ends so, for the time of one try, where that can be told without another key."""

    def sees(self, *texts: str) -> None:
        """Wait until the buffer that is seen has the texts."""
        self.until_text(lambda text: all(each in text for each in texts))

    def until_text(self, holds: Holds) -> str:
        """Wait until the buffer is as it should be."""
        end = time.monotonic() + DEADLINE_S
        while not holds(text := self.text()):
            assert time.monotonic() < end, f"the buffer is\n{text}\n{self.screen()}"
            time.sleep(0.1)
        return text

    def act(self, title: str, holds: Holds) -> str:
        """Choose a code action as soon as it is offered, and wait for what it does to the buffer."""
        end = again = time.monotonic()
        while not holds(text := self.text()):
            now = time.monotonic()
            assert now < end + DEADLINE_S, f"{title} did not do it\n{text}\n{self.screen()}"
            if now >= again:
                self.choose(title)
                again = time.monotonic() + AGAIN_S
            time.sleep(0.1)
        return text


class Answering(Editor):
    """An editor that tells the value of an expression of its own language."""

    @abc.abstractmethod
    def get(self, expression: str) -> Any:
        """The value of an expression; None too while the editor is busy."""

    def typed(self, end: str) -> None:
        last = time.monotonic() + AGAIN_S
        while not self.text().rstrip("\n").endswith(end) and time.monotonic() < last:
            time.sleep(0.02)

    def until_it(self, expression: str, holds: Callable[[Any], bool] = bool) -> Any:
        """Wait until the value of an expression is as it should be."""
        end = time.monotonic() + DEADLINE_S
        while not holds(found := self.get(expression)):
            assert time.monotonic() < end, f"{expression} is {found!r}\n{self.screen()}"
            time.sleep(0.1)
        return found
