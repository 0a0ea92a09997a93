"""The real Helix, in a terminal, with the real server and a scripted model."""

from __future__ import annotations

import sys
from pathlib import Path

from editors.conftest import HELIX, Terminal
from editors.models import CODE, EXPLAINED, environment

LANGUAGES = f"""
[language-server.hearth]
command = "{sys.executable}"
args = ["-m", "hearth", "lsp"]

[[language]]
name = "python"
language-servers = ["hearth"]

[[language]]
name = "markdown"
language-servers = ["hearth"]
"""
CONFIG = "[editor.lsp]\ndisplay-messages = true\ndisplay-progress-messages = true\n"


def choose(helix: Terminal, title: str) -> None:
    """Choose a code action from the menu, in which the first is selected."""
    while "Ask Hearth" not in helix.screen():  # Until the server is ready there is none, and Helix says so.
        helix.keys("Space", "a")
        helix.until_any("Ask Hearth", "No configured language server")
    lines = helix.until(title).splitlines()
    menu = [line for line in lines if "`" in line or "Ask Hearth" in line]
    above = next(number for number, line in enumerate(menu) if title in line)
    helix.keys(*["C-n"] * above, "Enter")


def command(helix: Terminal, text: str) -> None:
    helix.write(f":{text}")
    helix.keys("Enter")


def test_helix(tmp_path: Path, terminals: list[Terminal]) -> None:
    work = tmp_path / "work"
    env = environment(tmp_path)
    config = Path(env["XDG_CONFIG_HOME"]) / "helix"
    for folder in (work / ".git", config):
        folder.mkdir(parents=True)
    (work / "a.py").write_text(CODE)
    (config / "languages.toml").write_text(LANGUAGES)
    (config / "config.toml").write_text(CONFIG)
    helix = Terminal(work, [str(HELIX), "a.py"], env)
    terminals.append(helix)
    helix.until("def positive")
    helix.keys("j")

    choose(helix, "Simplify `positive`")
    helix.until("return x > 0")
    helix.gone("if x > 0")
    helix.keys("u")
    helix.until("if x > 0", "return True")
    helix.gone("return x > 0")

    choose(helix, "Document `positive`")
    helix.until("no documentation")
    assert '"""' not in helix.screen().partition("The model answered")[0]
    helix.keys("Escape")

    choose(helix, "Explain `positive`")
    helix.until("# Explain positive", EXPLAINED)
    helix.keys("g", "e", "o")
    helix.write("And why?")
    helix.keys("Escape")
    helix.gone("INS")
    command(helix, "lsp-workspace-command hearth.chatDocument.send")
    helix.until("And why?")
    helix.wait(lambda seen: seen.count(EXPLAINED) == 2, "the second answer")
    command(helix, "qa!")
