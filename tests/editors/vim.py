"""Vim with ALE in a terminal. It says what is there in a file that it writes again and again."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lsp.raw_client import DEADLINE_S

from .editor import AGAIN_S, Editor
from .servers import snippets

FOLDER = Path(__file__).resolve().parents[2] / "build" / "editors"
VIM = FOLDER / "bin" / "vim"
ALE = FOLDER / "ale"
SETUP = """
set nocompatible noswapfile nomore shortmess+=atI autoindent encoding=utf-8 hidden
execute 'set runtimepath^=' .. $ALE
filetype plugin indent on
let g:ale_linters_explicit = 1
let g:ale_linters = {'python': ['hearth'], 'markdown': ['hearth']}

let g:number = 0
function! Tell(timer) abort
  let g:number += 1
  let l:menu = complete_info(['pum_visible', 'items'])
  let l:state = {
  \\   'number': g:number, 'file': expand('%:p'), 'text': join(getline(1, '$'), "\\n") .. "\\n", 'mode': mode(),
  \\   'words': l:menu.pum_visible ? map(l:menu.items, 'v:val.word') : [], 'said': execute('messages')}
  call writefile([json_encode(l:state)], $STATE .. '.new')
  call rename($STATE .. '.new', $STATE)
endfunction
call timer_start(50, 'Tell', {'repeat': -1})
"""
ASKS = "Type number and"
OFFERED = re.compile(r"(?m)^(\d+)\) (.*?) *$")
NOTHING = ("No code actions received", "No active LSPs")


class Vim(Editor):
    """Keys go in by the terminal."""

    title = "Vim with ALE"
    shows_documents = False
    recording = "ale-4.0.0-vim-9.2"

    def __init__(self, file: Path, env: dict[str, str]) -> None:
        folder = file.parent.parent
        init = folder / "vimrc"
        init.write_text("\n".join([SETUP, *snippets(self.title, "vim")]), encoding="utf-8")
        self._state = folder / "state.json"
        own = {**env, "ALE": str(ALE), "STATE": str(self._state)}
        super().__init__(file.parent, [str(VIM), "-u", str(init), "-i", "NONE", str(file)], own)
        self.wait(lambda _: self._state.exists(), "Vim")

    def seen(self, newer: bool = True) -> Any:
        """What Vim says of itself, from now; while it waits for an answer to a question, what it said last."""
        state = self._last()
        end = time.monotonic() + AGAIN_S
        number = state["number"]
        if "Press ENTER" in self.screen():
            self.keys("Enter")
        while newer and state["number"] < number + 2 and time.monotonic() < end:
            time.sleep(0.02)
            state = self._last()
        return state

    def _last(self) -> Any:
        """Vim removes a file before it puts another one in its place."""
        end = time.monotonic() + AGAIN_S
        while True:
            try:
                return json.loads(self._state.read_text(encoding="utf-8"))
            except FileNotFoundError:
                assert time.monotonic() < end, self.screen()

    def until_it(self, holds: Callable[[Any], bool]) -> Any:
        """Wait until what Vim says of itself is as it should be."""
        end = time.monotonic() + DEADLINE_S
        while not holds(state := self.seen()):
            assert time.monotonic() < end, f"{state}\n{self.screen()}"
        return state

    def command(self, text: str) -> None:
        """Run a command as a user does."""
        self._normal()
        self.write(f":{text}")
        self.keys("Enter")

    def text(self) -> str:
        return str(self.seen()["text"])

    def open(self, file: Path) -> None:
        self.command(f"edit {file}")
        self.until_it(lambda state: state["file"] == str(file))

    def append(self, *lines: str) -> None:
        self._normal()
        self.keys("G", "o" if lines[0] else "A")
        self.write_lines(lines)

    def suggestion(self) -> str:
        words = self.seen()["words"]
        return str(words[0]) if words else ""

    def accept(self) -> None:
        self.keys("C-n", "C-y")  # ALE selects none.

    def replace_word(self, line: int, number: int, new: str) -> None:
        self.go(line)
        self.write("w" * number + f"cw{new}")
        self._normal()

    def go(self, line: int) -> None:
        self._normal()
        self.write(f"{line + 1}G^")

    def choose(self, title: str) -> None:
        said = self.seen()["said"]
        self.command("ALECodeAction")
        end = time.monotonic() + AGAIN_S
        while ASKS not in (screen := self.screen()):
            now = self.seen(newer=False)["said"].removeprefix(said)
            if time.monotonic() > end or any(each in now for each in NOTHING):
                return
            time.sleep(0.05)
        numbers = [number for number, offered in OFFERED.findall(screen) if title in offered]
        self.write(numbers[0] if numbers else "")
        self.keys("Enter")

    def undo(self) -> None:
        self._normal()
        self.keys("u")

    def told(self, what: str) -> str:
        return self.until(what)  # ALE shows a message of several lines in a window.

    def recover(self, served: Callable[[], bool]) -> None:
        end = time.monotonic() + DEADLINE_S
        while not served():
            assert time.monotonic() < end, self.screen()
            self.command("ALELint")
            time.sleep(0.5)

    def leave(self) -> None:
        self.command("qa!")

    def _normal(self) -> None:
        """A key right behind Escape would be read as one with Alt."""
        self.keys("Escape")
        time.sleep(0.2)
