"""A program on a real screen."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from lsp.raw_client import DEADLINE_S

WITH_ITS_PARENT = ("setpriv", "--pdeathsig", "KILL")
"""An Emacs whose terminal is gone goes on, at full speed; so what is started here is killed with what started it."""


class Terminal:
    """A program in a terminal of its own, by tmux: keys go in, and the screen is read.

    The program is killed with tmux, and tmux with these tests, however they end.
    """

    def __init__(self, folder: Path, command: list[str], env: dict[str, str]) -> None:
        self._socket = folder / "tmux"
        self._env = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8", **env}
        server = [*WITH_ITS_PARENT, "tmux", "-D", "-S", str(self._socket), "-f", "/dev/null"]
        self._tmux = subprocess.Popen(server, env=self._env, cwd=folder)
        end = time.monotonic() + DEADLINE_S
        while not self._socket.exists():
            assert self._tmux.poll() is None, "tmux ended"
            assert time.monotonic() < end, "tmux does not start"
            time.sleep(0.01)
        try:
            self._run("new-session", "-d", "-x", "100", "-y", "30", *WITH_ITS_PARENT, *command, cwd=folder)
            self._run("set", "-g", "escape-time", "0")
        except BaseException:
            self.close()
            raise

    def keys(self, *keys: str) -> None:
        """Press keys, by their names in tmux."""
        for key in keys:
            self._run("send-keys", key)

    def write(self, text: str) -> None:
        """Type text."""
        self._run("send-keys", "-l", text)

    def screen(self) -> str:
        """What is seen now."""
        return self._run("capture-pane", "-p")

    def until(self, *texts: str) -> str:
        """Wait until all of the texts are seen."""
        return self.wait(lambda seen: all(text in seen for text in texts), f"all of {texts}")

    def until_any(self, *texts: str) -> str:
        """Wait until one of the texts is seen."""
        return self.wait(lambda seen: any(text in seen for text in texts), f"one of {texts}")

    def gone(self, text: str) -> str:
        """Wait until a text is not seen any more."""
        return self.wait(lambda seen: text not in seen, f"no {text!r}")

    def wait(self, holds: Callable[[str], bool], what: str) -> str:
        """Wait until something holds of the screen."""
        end = time.monotonic() + DEADLINE_S
        while not holds(seen := self.screen()):
            assert time.monotonic() < end, f"{what} was waited for:\n{seen}"
            time.sleep(0.05)
        return seen

    def close(self) -> None:
        """End the program, for certain."""
        self._tmux.kill()
        self._tmux.wait()

    def _run(self, *arguments: str, cwd: Path | None = None) -> str:
        command = ["tmux", "-S", str(self._socket), *arguments]
        return subprocess.run(command, env=self._env, cwd=cwd, check=True, capture_output=True, text=True).stdout
