"""The real Neovim on a real screen, set up by what docs/editors.md says, with the real engine and the bundled model."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from editors.conftest import NEOVIM, OLD_NEOVIM, Terminal
from editors.models import SUMS
from editors.servers import Servers, snippets
from lsp.raw_client import DEADLINE_S

pytestmark = pytest.mark.engine

EDITORS = {"0.12": (NEOVIM, "Neovim 0.12"), "0.10": (OLD_NEOVIM, "Neovim 0.10 and 0.11")}
CLIENTS = '#vim.lsp.get_clients({ name = "hearth" })'
TEXT = 'table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, true), "\\n")'
AGAIN_S = 3
FLOAT = "vim.api.nvim_win_get_config(0).relative"
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
"""


class Neovim(Terminal):
    """Keys go in by the terminal; what is there is asked through a socket."""

    def __init__(self, program: Path, setup: list[str], file: Path, env: dict[str, str]) -> None:
        folder = file.parent
        init = folder.parent / "init.lua"
        init.write_text("\n".join([SETUP, *setup]))
        self._program, self._socket_of = program, folder.parent / "nvim.sock"
        command = [str(program), "--listen", str(self._socket_of), "-u", str(init), "-i", "NONE", "-n", str(file)]
        super().__init__(folder, command, env)
        self.wait(lambda _: self._socket_of.exists(), "Neovim")

    def get(self, lua: str) -> Any:
        """The value of an expression of Lua; None too while Neovim is busy."""
        expression = f"luaeval('vim.json.encode({lua.replace(chr(39), chr(39) * 2)})')"
        command = [self._program, "--server", self._socket_of, "--remote-expr", expression]
        if "Press ENTER" in self.screen():  # A message of several lines waits for the user, and Neovim with it.
            self.keys("Enter")
        try:
            done = subprocess.run(command, env=self._env, check=True, capture_output=True, text=True, timeout=AGAIN_S)
        except subprocess.TimeoutExpired:
            return None
        return json.loads(done.stdout or done.stderr)

    def until_it(self, lua: str, holds: Callable[[Any], bool] = bool) -> Any:
        """Wait until the value of an expression is as it should be."""
        end = time.monotonic() + DEADLINE_S
        while not holds(found := self.get(lua)):
            assert time.monotonic() < end, f"{lua} is {found!r}\n{self.screen()}"
            time.sleep(0.1)
        return found

    def command(self, text: str) -> None:
        """Run a command as a user does."""
        self.keys("Escape")
        self.write(f":{text}")
        self.keys("Enter")

    def act(self, title: str, holds: Callable[[str], bool]) -> str:
        """Choose a code action as soon as it is offered, and wait for what it does to the buffer."""
        end = again = time.monotonic()
        while not holds(text := self.text()):
            now = time.monotonic()
            assert now < end + DEADLINE_S, f"{title} did not do it\n{text}\n{self.screen()}"
            if now >= again:
                self.command(f"lua act('{title}')")
                again = now + AGAIN_S
            time.sleep(0.05)
        return text

    def until_text(self, holds: Callable[[str], bool]) -> str:
        """Wait until the buffer is as it should be."""
        return str(self.until_it(TEXT, lambda found: found is not None and holds(found)))

    def text(self) -> str:
        """The buffer."""
        return str(self.until_it(TEXT, lambda found: found is not None))


@pytest.mark.parametrize("version", EDITORS)
def test_neovim(
    version: str, tmp_path: Path, terminals: list[Terminal], servers: Servers, variables: dict[str, str]
) -> None:
    program, heading = EDITORS[version]
    file = tmp_path / "work" / "a.py"
    (file.parent / ".git").mkdir(parents=True)
    file.write_text(SUMS)
    lua = [*snippets(heading, "lua"), *snippets("Neovim: answers in a float", "lua")]
    neovim = Neovim(program, lua, file, variables)
    terminals.append(neovim)
    neovim.until_it(CLIENTS)
    completes(neovim)
    makes_the_next_edit(neovim)
    chats(neovim)
    explains(neovim)
    survives(neovim, servers)
    neovim.command("qa!")
    assert servers.methods() >= {
        "textDocument/inlineCompletion", "textDocument/codeAction", "workspace/applyEdit", "hearth/chat/delta",
    }  # fmt: skip
    assert len(servers.numbers()) == 2


def suggestion(neovim: Neovim) -> str:
    """Type where something is suggested."""
    neovim.keys("G", "o")
    neovim.write("def add(a, b):")
    neovim.keys("Enter")
    neovim.write("re")
    return str(neovim.until_it("ghost()"))


def completes(neovim: Neovim) -> None:
    """A suggestion is seen, and Tab accepts it."""
    ghost = suggestion(neovim)
    before = neovim.text()
    neovim.keys("Tab")
    accepted = neovim.until_text(lambda text: text != before)
    assert accepted.startswith(before + ghost), (accepted, ghost)


def makes_the_next_edit(neovim: Neovim) -> None:
    """A name is changed, and a code action changes it in the next place."""
    neovim.keys("Escape")
    neovim.write("gg0wcwtotal")
    neovim.keys("Escape")
    neovim.until_text(lambda text: "def total(" in text)
    neovim.act("Apply the next edit", lambda text: "print(total(" in text)


def chats(neovim: Neovim) -> None:
    """A question in a conversation is answered in the buffer; a later answer is stopped."""
    neovim.command("edit talk.chat.md")
    neovim.until_it("#vim.lsp.get_clients({ name = 'hearth', bufnr = 0 })")
    neovim.write("iWhat does this do?")
    neovim.act("Send", lambda text: "## Hearth" in text and text.rstrip().endswith("## You"))
    for count in range(2, 8):  # A small model may be done before it is stopped.
        neovim.write("GoAnd then?")
        neovim.act("Send", lambda text, count=count: text.count("## Hearth") == count)  # type: ignore[misc]
        neovim.command("lua act('Stop')")
        if "> Stopped." in neovim.until_text(lambda text: text.rstrip().endswith("## You")):
            break
    else:
        pytest.fail("no answer was stopped")
    neovim.command("edit a.py")


def explains(neovim: Neovim) -> None:
    """An answer is written into a float; to close it stops the answer."""
    neovim.keys("Space", "e")
    neovim.until_it(FLOAT)
    neovim.until_text(lambda text: text.strip() != "")
    neovim.keys("q")
    neovim.until_it(FLOAT, lambda found: not found)


def survives(neovim: Neovim, servers: Servers) -> None:
    """The server is killed: the editor goes on, and a new one serves it."""
    servers.kill()
    neovim.until_it(CLIENTS, lambda found: found == 0)
    neovim.command("write | edit")
    neovim.until_it(CLIENTS)
    suggestion(neovim)
