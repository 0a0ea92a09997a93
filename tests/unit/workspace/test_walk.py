"""Which files belong into the index, and the reason for each that does not."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from hearth.workspace import git
from hearth.workspace.walk import Found, Limits, Skipped, Walk


def run_git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.invalid", "-c", "protocol.file.allow=always")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture(params=["repository", "plain folder"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    if request.param == "repository":
        run_git(folder, "init", "-q")
    return folder


def found(root: Path, limits: Limits | None = None) -> set[str]:
    return {each.path for each in Walk(root, limits or Limits()).files() if isinstance(each, Found)}


def reasons(root: Path, limits: Limits | None = None) -> dict[str, str]:
    return {each.path: each.reason for each in Walk(root, limits or Limits()).files() if isinstance(each, Skipped)}


def test_ignore_rules_nest_and_the_innermost_decides(root: Path) -> None:
    write(
        root,
        {
            ".gitignore": "*.log\n/build/\n# a comment\n\n!keep.log\n",
            "a.py": "1",
            "x.log": "1",
            "keep.log": "1",
            "build/out.py": "1",
            "sub/build/in.py": "1",
            "sub/.gitignore": "f1*.py\n!f11.py\n",
            "sub/f1.py": "1",
            "sub/f11.py": "1",
        },
    )
    assert found(root) == {".gitignore", "a.py", "keep.log", "sub/build/in.py", "sub/.gitignore", "sub/f11.py"}
    for path in found(root):
        assert Walk(root).why(path) == ""
    for path in ("x.log", "build/out.py", "sub/f1.py"):
        assert "ignored by" in Walk(root).why(path), path


def test_hearthignore_and_the_setting_work_everywhere(root: Path) -> None:
    write(root, {".hearthignore": "docs/\n*.txt\n", "docs/a.md": "1", "a.txt": "1", "b.py": "1", "vendor/c.py": "1"})
    write(root, {"vendor/.hearthignore": "d.py\n", "vendor/d.py": "1"})
    limits = Limits(exclude=("vendor/c.*",))
    assert found(root, limits) == {".hearthignore", "b.py", "vendor/.hearthignore"}
    walk = Walk(root, limits)
    assert walk.why("docs/a.md") == "is excluded by .hearthignore"
    assert walk.why("vendor/d.py") == "is excluded by vendor/.hearthignore"
    assert walk.why("vendor/c.py") == "is excluded by the setting index.exclude"


def test_a_broken_pattern_costs_only_itself(root: Path) -> None:
    write(root, {".hearthignore": "!\n\\\n[\nbad.py\n", "bad.py": "1", "good.py": "1"})
    assert found(root) >= {"good.py"}
    assert "bad.py" not in found(root)


def test_what_is_left_out_by_its_name_or_size(root: Path) -> None:
    write(root, {"photo.png": "1", "package-lock.json": "{}", "app.min.js": "1", "key.pem": "1", ".env": "A=1"})
    (root / "huge.txt").write_bytes(b"")
    os.truncate(root / "huge.txt", 2_000_000_000)
    assert found(root) == set()
    told = reasons(root)
    assert told["photo.png"] == "is binary (.png)"
    assert told["package-lock.json"] == told["app.min.js"] == "is generated, as its name says"
    assert told["key.pem"] == told[".env"] == "may hold secrets, as its name says"
    assert told["huge.txt"] == "is larger than 1000 kB (2000000 kB)"


def test_links_loops_pipes_and_what_cannot_be_read(root: Path, tmp_path: Path) -> None:
    write(root, {"real/a.py": "1"})
    write(tmp_path, {"outside.py": "1"})
    (root / "loop").symlink_to(root)
    (root / "real" / "up").symlink_to("..")
    (root / "link.py").symlink_to(tmp_path / "outside.py")
    (root / "gone.py").symlink_to("nowhere")
    os.mkfifo(root / "pipe.py")
    assert found(root) == {"real/a.py"}
    assert reasons(root)["link.py"] == "is a symbolic link"
    assert "a symbolic link" in Walk(root).why("loop/real/a.py")
    assert Walk(root).why("pipe.py") == "is not a regular file"
    assert Walk(root).why("never.py") == "does not exist"


def test_strange_names(root: Path) -> None:
    names = [
        "it's.py",
        'quo"te.py',
        "new\nline.py",
        "tab\t.py",
        "-dash.py",
        "ünï.py",
        "a'; DROP.py",
        ":colon.py",
        "*.py",
    ]
    write(root, dict.fromkeys(names, "1"))
    bad = os.fsencode(root) + b"/bad\xff.py"
    with open(bad, "wb") as file:  # noqa: PTH123 - a path of bytes
        file.write(b"1")
    assert found(root) == set(names)
    assert "has a name that is not valid UTF-8" in reasons(root).values()
    for name in names:
        assert Walk(root).why(name) == "", name


def test_some_files_are_judged_as_all_are(root: Path) -> None:
    write(root, {".gitignore": "*.log\n", "a.py": "1", "b.log": "1", ".env": "1", "sub/c.py": "1"})
    paths = ["a.py", "b.log", ".env", "sub/c.py", "gone.py"]
    picked = Walk(root).pick(paths)
    assert picked is not None
    assert {each.path for each in picked if isinstance(each, Found)} == found(root) - {".gitignore"}
    assert Walk(root).pick(["sub"]) is None, "a folder cannot be judged alone"


def test_folders_that_programs_fill(tmp_path: Path) -> None:
    write(tmp_path, {"node_modules/x/i.js": "1", "env/pyvenv.cfg": "", "env/lib/a.py": "1", "target/CACHEDIR.TAG": ""})
    write(tmp_path, {"target/b.rs": "1", "src/a.rs": "1"})
    assert found(tmp_path) == {"src/a.rs"}
    assert "which programs fill" in Walk(tmp_path).why("env/lib/a.py")


def test_submodules_and_repositories_inside(tmp_path: Path) -> None:
    library, main = tmp_path / "library", tmp_path / "main"
    for folder in (library, main):
        folder.mkdir()
        run_git(folder, "init", "-q")
    write(library, {"lib.py": "1", ".gitignore": "*.o\n", "lib.o": "1"})
    run_git(library, "add", ".")
    run_git(library, "commit", "-qm", "1")
    run_git(main, "submodule", "add", "-q", str(library), "deps/library")
    write(main, {"main.py": "1", "deps/library/new.py": "1", "deps/library/new.o": "1"})
    (main / "nested").mkdir()
    run_git(main / "nested", "init", "-q")
    write(main, {"nested/n.py": "1"})
    assert found(main) == {
        ".gitmodules", "main.py", "nested/n.py", "deps/library/lib.py", "deps/library/.gitignore",
        "deps/library/new.py",
    }  # fmt: skip
    assert Walk(main).why("deps/library/new.py") == ""
    assert "ignored by git" in Walk(main).why("deps/library/new.o")


def test_exclude_of_the_repository_and_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_git(tmp_path, "init", "-q", "repo")
    root = tmp_path / "repo"
    (tmp_path / "everywhere").write_text("*.swp\n")
    (tmp_path / "config").write_text(f"[core]\n\texcludesFile = {tmp_path / 'everywhere'}\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "config"))
    (root / ".git" / "info").mkdir(exist_ok=True)
    (root / ".git" / "info" / "exclude").write_text("private/\n")
    write(root, {"a.py": "1", "a.swp": "1", "private/b.py": "1"})
    assert found(root) == {"a.py"}


def test_a_tracked_file_is_in_whatever_the_rules_say(tmp_path: Path) -> None:
    run_git(tmp_path, "init", "-q")
    write(tmp_path, {"kept.log": "1", ".gitignore": "*.log\n", "gone.py": "1"})
    run_git(tmp_path, "add", "-f", ".")
    (tmp_path / "gone.py").unlink()
    assert found(tmp_path) == {"kept.log", ".gitignore"}
    assert Walk(tmp_path).why("kept.log") == ""


def test_a_folder_that_its_repository_ignores_is_walked_as_a_plain_one(tmp_path: Path) -> None:
    run_git(tmp_path, "init", "-q")
    write(tmp_path, {".gitignore": "scratch/\n", "scratch/a.py": "1"})
    assert found(tmp_path / "scratch") == {"a.py"}
    assert Walk(tmp_path / "scratch").why("a.py") == ""


def test_a_part_of_a_repository(tmp_path: Path) -> None:
    run_git(tmp_path, "init", "-q")
    write(tmp_path, {".gitignore": "*.log\n", "part/a.py": "1", "part/b.log": "1", "other/c.py": "1"})
    assert found(tmp_path / "part") == {"a.py"}


def test_git_runs_nothing_that_a_repository_asks_for(tmp_path: Path) -> None:
    run_git(tmp_path, "init", "-q")
    trap = tmp_path / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path / 'sprung'}\n")
    trap.chmod(0o755)
    run_git(tmp_path, "config", "core.fsmonitor", str(trap))
    assert "trap.sh" in found(tmp_path)
    git.head(tmp_path)
    assert not (tmp_path / "sprung").exists()


def test_without_git_a_repository_is_walked_by_its_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_git(tmp_path, "init", "-q")
    write(tmp_path, {".gitignore": "*.log\n", "a.py": "1", "b.log": "1"})
    monkeypatch.setenv("PATH", str(tmp_path))
    assert found(tmp_path) == {".gitignore", "a.py"}
    assert git.head(tmp_path) == ""
