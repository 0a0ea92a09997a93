"""Helix in a terminal. It cannot be asked what is there: the buffer is saved and read."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

from lsp.raw_client import DEADLINE_S

from .editor import AGAIN_S, Editor
from .servers import snippets

HELIX = Path(__file__).resolve().parents[2] / "build" / "editors" / "bin" / "hx"
CONFIG = """
[editor]
idle-timeout = 50
completion-timeout = 5
auto-pairs = false
[editor.lsp]
display-messages = true
display-progress-messages = true
"""
ITEM = re.compile(r"(?m)(?:^| {2})(\S[^\n]*?)…? +text *$")
"""An item of the menu of completions, before its kind."""
GUTTER = "~ 0123456789"
IN_MENU = ("`", "Ask Hearth", "Explain", "Apply the next edit", "Send to Hearth", "Stop the answer")
"""A line with one of these is one of the menu of actions."""


class Helix(Editor):
    """Keys go in by the terminal."""

    title = "Helix"
    recording = "helix-25.07.1"
    indents = False
    shows_long_messages = False

    def __init__(self, file: Path, env: dict[str, str]) -> None:
        config = Path(env["XDG_CONFIG_HOME"]) / "helix"
        config.mkdir(parents=True)
        (config / "languages.toml").write_text("\n".join(snippets(self.title, "toml")), encoding="utf-8")
        (config / "config.toml").write_text(CONFIG, encoding="utf-8")
        self._file = file
        super().__init__(file.parent, [str(HELIX), file.name], env)
        self.until("NOR")

    def command(self, text: str) -> None:
        """Run a command as a user does."""
        self._normal()
        self.write(f":{text}")
        self.keys("Enter")

    def text(self) -> str:
        before = self._saved()
        end = time.monotonic() + AGAIN_S
        self.command("write!")
        while (now := self._saved()) in (before, None) and time.monotonic() < end:
            time.sleep(0.02)
        return now[1] if now is not None else ""

    def open(self, file: Path) -> None:
        file.touch()
        self.command(f"open {file}")
        self._file = file
        self.until(file.name)

    def append(self, *lines: str) -> None:
        self._normal()
        self.keys("g", "e", "o" if lines[0] else "A")
        self.write_lines(lines)

    def suggestion(self) -> str:
        """The first item of the menu, as far as there is room for it."""
        found = ITEM.search(self.screen())
        return found[1].lstrip(GUTTER) if found else ""

    def accept(self) -> None:
        self.keys("C-n", "Enter")  # The only item stays the selected one.

    def replace_word(self, line: int, number: int, new: str) -> None:
        self.go(line)
        self.keys(*["w"] * number, "l", "e", "c")
        self.write(new)
        self._normal()

    def go(self, line: int) -> None:
        self._normal()
        self.keys("g", "g", *["j"] * line, "g", "s")

    def choose(self, title: str) -> None:
        self._normal()
        self.keys("Space", "a")
        end = time.monotonic() + AGAIN_S
        while title not in (seen := self.screen()):
            if time.monotonic() > end or "No code actions" in seen or "No configured language server" in seen:
                return
            time.sleep(0.05)
        menu = [line for line in seen.splitlines() if any(each in line for each in IN_MENU)]
        above = next(number for number, line in enumerate(menu) if title in line)  # The first one is selected.
        self.keys(*["C-n"] * above, "Enter")

    def stop(self) -> None:
        self.command("lsp-workspace-command hearth.chatDocument.stop")

    def undo(self) -> None:
        self._normal()
        self.keys("u")

    def sees(self, *texts: str) -> None:
        self.until(*texts)

    def told(self, what: str) -> str:
        return self.until(what)

    def recover(self, served: Callable[[], bool]) -> None:
        end = time.monotonic() + DEADLINE_S
        while not served():
            assert time.monotonic() < end, self.screen()
            self.command("lsp-restart")
            time.sleep(1)

    def leave(self) -> None:
        self.command("qa!")

    def _saved(self) -> tuple[int, str] | None:
        """Helix puts another file in the place of the one that was there; for a moment there is none."""
        try:
            return self._file.stat().st_mtime_ns, self._file.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    def _normal(self) -> None:
        """A key right behind Escape would be read as one with Alt."""
        self.keys("Escape", "Escape")
        self.gone("INS")
        time.sleep(0.1)
