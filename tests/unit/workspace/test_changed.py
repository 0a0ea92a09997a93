"""Changes since the last commit, in real repositories; git is made to run nothing."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from hearth.workspace import git
from hearth.workspace.changed import Hunk, hunks

OLD = "".join(f"line {number}\n" for number in range(40))


def run(root: Path, *arguments: str) -> None:
    subprocess.run(["git", "-c", "user.name=x", "-c", "user.email=x@x", *arguments], cwd=root, check=True)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    (folder / "sub").mkdir(parents=True)
    for name in ("a.txt", "sub/b.txt", "same.txt", ".env"):
        (folder / name).write_text(OLD)
    (folder / "data.bin").write_bytes(b"\0" * 100)
    run(folder, "init", "-q")
    run(folder, "add", "-f", ".")
    run(folder, "commit", "-qm", "first")
    return folder


def changes(root: Path, texts: dict[Path, str] | None = None) -> list[Hunk]:
    return hunks(root, (texts or {}).get)


def test_lines_that_changed_together_are_one(root: Path) -> None:
    assert changes(root) == []
    (root / "a.txt").write_text(OLD.replace("line 3\n", "line three\n").replace("line 30\n", ""))
    first, second = changes(root)
    assert (first.path, first.start, first.end) == ("a.txt", 2, 6)
    assert first.lines == (" line 1", " line 2", "-line 3", "+line three", " line 4", " line 5")
    assert (second.start, second.lines[2]) == (29, "-line 30")


def test_a_file_that_was_written_anew_is_told_in_part(root: Path) -> None:
    """Somebody who types waits while the words of all changes are looked at."""
    (root / "a.txt").write_text("".join(f"other {number}\n\n" for number in range(1_500)))
    (found,) = changes(root)
    assert (found.start, found.end) == (1, 3_001)
    assert [found.lines[0], found.lines[-1]] == ["-line 0", "+"]
    assert "+other 0" in found.lines
    assert len(found.lines) <= 80


def test_no_more_changes_are_told_than_are_looked_at(root: Path) -> None:
    lines = [f"line {number}" for number in range(3_900)]
    (root / "a.txt").write_text("\n".join(lines))
    run(root, "commit", "-qam", "long")
    (root / "a.txt").write_text("\n".join(f"{line}!" if number % 8 == 0 else line for number, line in enumerate(lines)))
    found = changes(root)
    assert len(found) == 400
    assert found[0].lines[:2] == ("-line 0", "+line 0!")


def test_staged_unsaved_and_nested_changes_count_new_files_do_not(root: Path) -> None:
    (root / "a.txt").write_text(OLD + "staged\n")
    run(root, "add", "a.txt")
    (root / "new.txt").write_text("new\n")
    (root / "sub/b.txt").write_text(OLD + "saved\n")
    found = changes(root, {root / "sub/b.txt": OLD + "typed\n"})
    assert {(each.path, each.lines[-2]) for each in found} == {("a.txt", "+staged"), ("sub/b.txt", "+typed")}
    assert {each.path for each in changes(root / "sub")} == {"b.txt"}


def test_secrets_binaries_and_line_ends_are_no_changes(root: Path) -> None:
    (root / ".env").write_text("TOKEN=1\n")
    (root / "data.bin").write_bytes(b"\0" * 101)
    (root / "a.txt").write_bytes(OLD.replace("\n", "\r\n").encode())
    os.utime(root / "same.txt", (1, 1))
    assert changes(root) == []


def test_vanished_and_huge_files_are_left_out(root: Path) -> None:
    (root / "a.txt").unlink()
    (root / "sub/b.txt").write_text("x" * 300_000)
    assert changes(root) == []


def test_what_became_something_else_after_git_was_asked_is_left_out(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "a.txt").write_text(OLD + "more\n")
    real = git.contents

    def exchanged(folder: Path, hashes: list[str], max_bytes: int) -> list[bytes | None]:
        (root / "a.txt").unlink()
        os.mkfifo(root / "a.txt")
        return real(folder, hashes, max_bytes)

    monkeypatch.setattr(git, "contents", exchanged)
    assert changes(root) == []


def test_a_folder_that_is_a_link_elsewhere_is_not_looked_into(root: Path, tmp_path: Path) -> None:
    (root / "sub").rename(tmp_path / "private")
    (root / "sub").symlink_to(tmp_path / "private")
    (tmp_path / "private/b.txt").write_text(OLD + "private\n")
    assert changes(root) == []


def test_what_is_no_repository_has_no_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert changes(tmp_path / "nowhere") == []
    (tmp_path / "empty").mkdir()
    run(tmp_path / "empty", "init", "-q")
    assert changes(tmp_path / "empty") == []


def test_a_repository_runs_no_program_of_its_own(root: Path, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    for name in ("filter.evil.clean", "filter.evil.smudge", "diff.evil.textconv", "diff.evil.command",
                 "core.fsmonitor"):  # fmt: skip
        run(root, "config", name, f"sh -c 'touch {mark}; cat'")
    (root / ".gitattributes").write_text("* filter=evil diff=evil\n")
    (root / "a.txt").write_text(OLD + "more\n")
    assert [each.path for each in changes(root)] == ["a.txt"]
    assert not mark.exists()


def test_contents_come_in_order(root: Path) -> None:
    (root / "sub/b.txt").write_text("other\n")
    run(root, "commit", "-qam", "second")
    hashes = git.committed(root)
    asked = [hashes["sub/b.txt"], "0" * 40, hashes["a.txt"]]
    assert git.contents(root, asked, 1_000) == [b"other\n", None, OLD.encode()]
    assert git.contents(root, asked, 10) == [b"other\n", None, None]
    assert git.contents(root, [], 10) == []
