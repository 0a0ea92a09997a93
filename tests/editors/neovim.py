"""Neovim in a terminal; what is there is asked through a socket."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .editor import AGAIN_S, Answering
from .servers import snippets

FOLDER = Path(__file__).resolve().parents[2] / "build" / "editors" / "bin"
NEOVIM, OLD_NEOVIM = FOLDER / "nvim", FOLDER / "nvim-0.10"
CLIENTS = '#vim.lsp.get_clients({ name = "hearth" })'
TEXT = 'table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, true), "\\n") .. "\\n"'
SETUP = """
vim.g.mapleader = ' '
vim.o.swapfile, vim.o.shortmess, vim.o.more = false, 'atI', false
function _G.act(title)
  vim.ui.select = function(items, options, choose)
    for index, item in ipairs(items) do
      local shown = options.format_item and options.format_item(item) or item
      if shown:find(title, 1, true) then return choose(item, index) end
    end
    choose(nil)
  end
  vim.lsp.buf.code_action()
end
function _G.ghost()
  for name, space in pairs(vim.api.nvim_get_namespaces()) do
    if name:find('hearth') or name:find('inline_completion') then
      for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(0, space, 0, -1, { details = true })) do
        local text = mark[4].virt_text
        if text then return table.concat(vim.tbl_map(function(chunk) return chunk[1] end, text)) end
      end
    end
  end
  return ''
end
vim.notify = (function(notify)
  _G.said = ''
  return function(message, ...)
    _G.said = _G.said .. message .. '\\n'
    notify(message, ...)
  end
end)(vim.notify)
"""


class Neovim(Answering):
    """Keys go in by the terminal."""

    title = "Neovim 0.12"
    recording = "neovim-0.12.4"
    program = NEOVIM

    def __init__(self, file: Path, env: dict[str, str]) -> None:
        folder = file.parent.parent
        init = folder / "init.lua"
        shared = ("Neovim: answers in a float", "The next edit")
        lua = [*snippets(self.title, "lua"), *(each for title in shared for each in snippets(title, "lua"))]
        init.write_text("\n".join([SETUP, *lua]), encoding="utf-8")
        self._socket_of = folder / "nvim.sock"
        command = [str(self.program), "--listen", str(self._socket_of), "-u", str(init), "-i", "NONE", "-n", str(file)]
        super().__init__(file.parent, command, env)
        self.wait(lambda _: self._socket_of.exists(), "Neovim")
        self.until(file.name)  # What is asked before may never be answered.
        self.until_it("vim.v.vim_did_enter", lambda found: found == 1)

    def get(self, expression: str) -> Any:
        """The value of an expression of Lua; None too while Neovim is busy."""
        asked = f"luaeval('vim.json.encode({expression.replace(chr(39), chr(39) * 2)})')"
        command = [self.program, "--server", self._socket_of, "--remote-expr", asked]
        if "Press ENTER" in self.screen():  # A message of several lines waits for the user, and Neovim with it.
            self.keys("Enter")
        try:
            done = subprocess.run(command, env=self._env, check=True, capture_output=True, text=True, timeout=AGAIN_S)
        except subprocess.TimeoutExpired:
            return None
        return json.loads(done.stdout or done.stderr)

    def command(self, text: str) -> None:
        """Run a command as a user does."""
        self.keys("Escape")
        self.write(f":{text}")
        self.keys("Enter")

    def text(self) -> str:
        return str(self.until_it(TEXT, lambda found: found is not None))

    def open(self, file: Path) -> None:
        self.command(f"edit {file}")
        self.until_it("vim.api.nvim_buf_get_name(0)", lambda found: found == str(file))

    def append(self, *lines: str) -> None:
        self.keys("Escape", "G", "o" if lines[0] else "A")
        self.write_lines(lines)

    def suggestion(self) -> str:
        return str(self.get("ghost()") or "")

    def accept(self) -> None:
        self.keys("Tab")

    def replace_word(self, line: int, number: int, new: str) -> None:
        self.go(line)
        self.write("w" * number + f"cw{new}")
        self.keys("Escape")

    def go(self, line: int) -> None:
        self.keys("Escape")
        self.write(f"{line + 1}G^")

    def choose(self, title: str) -> None:
        self.command(f"lua act('{title}')")

    def undo(self) -> None:
        self.keys("Escape", "u")

    def told(self, what: str) -> str:
        return str(self.until_it("_G.said", lambda found: bool(found and what in found)))

    def recover(self, served: Callable[[], bool]) -> None:
        self.until_it(CLIENTS, lambda found: found == 0)
        self.command("write | edit")
        self.wait(lambda _: served(), "another server")

    def leave(self) -> None:
        self.command("qa!")


class OldNeovim(Neovim):
    """It draws suggestions by lines of the page about editors."""

    title = "Neovim 0.10 and 0.11"
    recording = "neovim-0.10.4"
    program = OLD_NEOVIM
