"""What goes beside a question and is no file: changes, problems, the terminal; and whole folders."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.context import marks
from hearth.context.gather import gather
from hearth.context.sources.attached import Attached, changes, source
from hearth.workspace.read import Files
from hearth.workspace.roots import Root, Roots

KEY = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    git(folder, "init", "-q")
    (folder / "a.py").write_text("one = 1\n")
    (folder / ".env").write_text("A=1\n")
    git(folder, "add", "-f", ".")
    git(folder, "commit", "-qm", "Begin")
    return folder.resolve()


def files(work: Path) -> Files:
    return Files(Roots((Root(work, "work"),)))


@pytest.mark.parametrize(
    ("question", "named", "plain"),
    [
        ("Explain @diff.", {"diff"}, "Explain the diff."),
        ("@selection and (@terminal)?", {"selection", "terminal"}, "the selection and (the terminal)?"),
        ("@problems", {"problems"}, "the problems"),
        (
            "a@diff @different @diff.py @diff/x @problems-1 diff",
            set(),
            "a@diff @different @diff.py @diff/x @problems-1 diff",
        ),
        ("@codebase how? @symbol:Cart.add.", set(), "how? `Cart.add.`"),
    ],
)
def test_marks(question: str, named: set[str], plain: str) -> None:
    assert marks.named(question) == named
    assert marks.plain(question) == plain


def test_symbols_are_each_named_once() -> None:
    assert marks.symbols("@symbol:Cart.add, @symbol:run and @symbol:run. @symbol: x@symbol:no") == ["Cart.add", "run"]


def test_the_terminal_is_taken_only_when_it_is_mentioned_and_its_end_counts(work: Path) -> None:
    given = (Attached("terminal", f"\x1b[31mfirst\x1b[0m\n{'x' * 3000}\nlast {KEY}\n"), Attached("passwords", "x"))
    assert gather("What now?", None, files(work), 3000, given).sources == ()
    (shown,) = gather("What now? @terminal @passwords", None, files(work), 3000, given).sources
    assert (shown.uri, shown.title) == ("hearth:terminal", "terminal")
    assert shown.text == "last [redacted: GitHub token]"
    whole = gather("@terminal", None, files(work), 9000, given).sources[0].text
    assert whole.startswith("first\n")


def test_what_is_mentioned_and_not_there_is_told(work: Path) -> None:
    found = gather("@problems @diff @selection", None, files(work), 3000, (Attached("problems", ""),))
    assert found.sources == ()
    assert found.notes == (
        "Nothing has changed since the last commit.",
        "The editor shows no problems.",
        "Nothing is selected.",
    )
    assert "@terminal" in gather("@terminal", None, files(work), 3000).notes[0]


def test_changes_are_asked_of_git_without_files_that_hold_secrets(work: Path) -> None:
    (work / "a.py").write_text("one = 2\n")
    (work / ".env").write_text("A=hidden\n")
    git(work, "add", "-f", ".env")
    (shown,) = gather("@diff", None, files(work), 3000).sources
    assert "+one = 2" in shown.text
    assert "hidden" not in shown.text
    assert ".env" in shown.text


def test_a_folder_in_no_repository_has_no_changes(tmp_path: Path) -> None:
    found = gather("@diff", None, files(tmp_path.resolve()), 3000)
    assert found.sources == ()
    assert "no git repository" in found.notes[0]


def test_git_is_not_run_where_nobody_trusts_the_workspace(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (work / "a.py").write_text("one = 2\n")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("a program was run"))
    found = gather("@diff", None, Files(Roots((Root(work, "work"),), trusted=False)), 3000)
    assert found.sources == ()
    assert "not trusted" in found.notes[0]


def test_no_program_of_a_hostile_repository_is_run(work: Path, tmp_path: Path) -> None:
    """Each of these would be run by a plain `git diff`."""
    ran = tmp_path / "ran"
    program = f"touch {ran}; cat"
    (work / ".gitattributes").write_text("*.py filter=evil=x diff=evil\n")
    for name in ("filter.evil=x.clean", "filter.evil=x.process", "diff.evil.textconv", "diff.evil.command"):
        git(work, "config", name, program)
    git(work, "config", "filter.evil=x.required", "true")
    git(work, "config", "diff.external", program)
    git(work, "config", "core.fsmonitor", program)
    (work / "a.py").write_text("one = 3\n")
    (shown,) = gather("@diff", None, files(work), 3000).sources
    assert "+one = 3" in shown.text
    assert not ran.exists()


def test_every_file_of_a_large_diff_gets_its_share() -> None:
    small = "diff --git a/s.py b/s.py\n+small\n"
    large = "diff --git a/l.py b/l.py\n" + "+large\n" * 1000
    cut = changes(large + small, 1000)
    assert cut.endswith(small)
    assert "more lines)" in cut
    assert len(cut) <= 1000


@given(st.text(alphabet="ab\n", max_size=300), st.integers(0, 400))
def test_nothing_is_longer_than_its_budget(text: str, chars: int) -> None:
    for kind in ("problems", "terminal"):
        found = source(Attached(kind, text), chars)
        assert found is None or (len(found.text) <= chars and found.text.strip())
