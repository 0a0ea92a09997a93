"""Real editors on a real screen, set up by what docs/editors.md says, with the real server.

All that the servers said is checked against the meta model and what the editor announced.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from editors.editor import Editor
from editors.emacs import Eglot, LspMode
from editors.helix import Helix
from editors.models import BEGUN, CALLED, CODE, EXPLAINED, LONG, SUMS, scripted
from editors.neovim import Neovim, OldNeovim
from editors.recorded import announced, recorded
from editors.servers import Servers
from editors.vim import Vim

EDITORS = {"neovim-0.12": Neovim, "neovim-0.10": OldNeovim, "helix": Helix, "eglot": Eglot, "lsp-mode": LspMode,
           "vim-ale": Vim}  # fmt: skip
FLOAT = "vim.api.nvim_win_get_config(0).relative"
every_editor = pytest.mark.parametrize("kind", EDITORS.values(), ids=EDITORS)


def start(kind: type[Editor], file: Path, text: str, env: dict[str, str], opened: list[Editor]) -> Editor:
    """An editor that shows a file in a workspace of its own."""
    file.parent.mkdir(parents=True)
    subprocess.run(["git", "init", "--quiet"], cwd=file.parent, check=True)
    file.write_text(text)
    editor = kind(file, env)
    opened.append(editor)
    return editor


@pytest.mark.engine
@every_editor
def test_with_the_bundled_model(
    kind: type[Editor],
    tmp_path: Path,
    opened: list[Editor],
    servers: Servers,
    plain: dict[str, str],
    engine: dict[str, str],
) -> None:
    editor = start(kind, tmp_path / "work" / "a.py", SUMS, {**plain, **engine}, opened)
    completes(editor)
    makes_the_next_edit(editor)
    chats(editor, tmp_path / "work" / "talk.chat.md")
    editor.open(tmp_path / "work" / "a.py")
    if isinstance(editor, Neovim):
        explains_in_a_float(editor)
    survives(editor, servers)
    editor.leave()
    asked = "inlineCompletion" if kind in (Neovim, OldNeovim, LspMode) else "completion"
    assert servers.methods() >= {f"textDocument/{asked}", "textDocument/codeAction", "workspace/applyEdit"}


@every_editor
def test_a_suggestion_is_inserted_as_it_is(
    kind: type[Editor], tmp_path: Path, opened: list[Editor], plain: dict[str, str]
) -> None:
    quick = {"HEARTH_COMPLETION__DEBOUNCE_MS": "0", "HEARTH_COMPLETION__SILENCE": "0"}
    editor = start(kind, tmp_path / "work" / "a.py", SUMS, {**plain, **scripted(tmp_path), **quick}, opened)
    editor.suggested(BEGUN, begun(editor))
    editor.accept()
    editor.until_text(lambda text: text.rstrip("\n") == f"{SUMS}{BEGUN}\n    {CALLED}")
    if kind is not Helix:  # To tell its text it leaves insert mode.
        editor.write("2")
        editor.until_text(lambda text: text.rstrip("\n") == f"{SUMS}{BEGUN}\n    {CALLED}2")


def completes(editor: Editor) -> None:
    """A suggestion is seen, and accepting it writes it."""
    shown = editor.suggested("def add(a, b):", begun(editor)).strip()
    editor.accept()
    text = editor.until_text(lambda text: len(written(text)) > len("ret"))
    assert shown in written(text) or written(text).startswith(shown)


def begun(editor: Editor) -> str:
    """The beginning of a statement in a function."""
    return "ret" if editor.indents else "    ret"


def written(text: str) -> str:
    """What stands in the function that was begun."""
    return text.partition("def add(a, b):")[2].strip()


def makes_the_next_edit(editor: Editor) -> None:
    """A name is changed, and a code action changes it in the next place."""
    editor.replace_word(0, 1, "total")
    editor.until_text(lambda text: text.startswith("def total("))
    editor.act("Apply the next edit", lambda text: "print(total(" in text)
    if isinstance(editor, Neovim):  # By the key of the page.
        editor.keys("Escape", "Space", "n")
        editor.until_text(lambda text: text.count("print(total(") == 2)


def chats(editor: Editor, file: Path) -> None:
    """A question in a conversation is answered in the buffer."""
    editor.open(file)
    editor.append("", "What does this do?")
    editor.act("Send", lambda text: "## Hearth" in text and text.rstrip().endswith("## You"))


def explains_in_a_float(neovim: Neovim) -> None:
    """An answer is written into a float; to close it stops the answer."""
    neovim.keys("Escape", "Space", "e")
    neovim.until_it(FLOAT)
    neovim.until_text(lambda text: text.strip() != "")
    neovim.keys("q")
    neovim.until_it(FLOAT, lambda found: not found)


def survives(editor: Editor, servers: Servers) -> None:
    """The server is killed: the editor goes on, and another one serves it."""
    before = servers.numbers()
    servers.kill()
    editor.recover(lambda: len(servers.numbers()) > len(before))
    editor.suggested("def more(a, b):", begun(editor))


@every_editor
def test_it_announces_what_is_recorded_of_it(
    kind: type[Editor], tmp_path: Path, opened: list[Editor], servers: Servers, plain: dict[str, str]
) -> None:
    editor = start(kind, tmp_path / "work" / "a.py", CODE, {**plain, **scripted(tmp_path)}, opened)
    editor.wait(lambda _: announced(servers) is not None, "initialize")
    now = announced(servers)
    assert now is not None
    if kind is OldNeovim:
        assert now["capabilities"]["textDocument"].pop("inlineCompletion") == {}  # By the lines of the page.
    assert now == recorded(kind.recording, now)


@every_editor
def test_with_a_scripted_model(kind: type[Editor], tmp_path: Path, opened: list[Editor], plain: dict[str, str]) -> None:
    editor = start(kind, tmp_path / "work" / "a.py", CODE, {**plain, **scripted(tmp_path)}, opened)
    edits_and_undoes(editor)
    refuses(editor)
    explains(editor)
    stops(editor, tmp_path / "work" / "talk.chat.md")
    editor.leave()


def edits_and_undoes(editor: Editor) -> None:
    """A code action changes the buffer, in one step to undo."""
    editor.until_text(lambda text: text == CODE)
    editor.go(0)
    editor.act("Simplify", lambda text: text.startswith("def positive(x):\n    return x > 0\n\ndef negative"))
    editor.undo()
    editor.until_text(lambda text: text == CODE)


def refuses(editor: Editor) -> None:
    """An answer that cannot be used is told and shown, and nothing changes."""
    editor.go(5)
    editor.choose("Document `negative`")
    told = editor.told("no documentation")
    assert "return x < 0" in told or not editor.shows_long_messages
    assert editor.text() == CODE


def explains(editor: Editor) -> None:
    """A conversation is opened and answered, and asked again."""
    editor.choose("Explain `negative`")
    if not editor.shows_documents:
        told = "".join(editor.told("conversation is in").split("\n"))
        found = re.findall(r"/\S+\.chat\.md", told)
        assert found, told
        editor.open(Path(found[-1]))
    editor.sees("# Explain negative", EXPLAINED)


def stops(editor: Editor, file: Path) -> None:
    """An answer is stopped while it is written."""
    editor.open(file)
    editor.append("", LONG)
    editor.act("Send", lambda text: "word word" in text)
    editor.stop()
    editor.until_text(lambda text: "> Stopped." in text and text.rstrip().endswith("## You"))
