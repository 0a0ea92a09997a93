"""What goes beside a question, and what never does."""

from __future__ import annotations

import os
from pathlib import Path

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hearth.context.gather import gather
from hearth.context.sources.active import Active, source
from hearth.context.sources.mentions import find
from hearth.workspace.read import Files
from hearth.workspace.roots import Root, Roots

TEXT = "".join(f"line {number}\n" for number in range(100))
ACTIVE = Active("file:///w/a.py", "a.py", "python", TEXT)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    root = tmp_path / "work"
    (root / "pkg").mkdir(parents=True)
    (root / "pkg" / "add.py").write_text("def add(a, b):\n    return a + b\n")
    (root / "pkg" / "with space.py").write_text("spaced = 1\n")
    (root / "README.md").write_text("# Read me\n")
    (root / "Makefile").write_text("all:\n")
    (root / ".env").write_text("TOKEN=1")
    (root / "big.txt").write_text("x" * 2_000_000)
    (root / "data.bin").write_bytes(b"\0\1\2")
    (tmp_path / "outside.py").write_text("outside = 1")
    (root / "link.py").symlink_to(tmp_path / "outside.py")
    (root / "key.py").symlink_to(root / ".env")
    os.mkfifo(root / "pipe.py")
    for folder in (root / ".ssh", root / ".git", root / "empty", tmp_path / "beside"):
        folder.mkdir()
    (root / ".ssh" / "config").write_text("Host *\n")
    (tmp_path / "beside" / "secret.py").write_text("beside = 1\n")
    (root / "out").symlink_to(tmp_path / "beside")
    return Files(Roots((Root(root.resolve(), "work"),)))


@pytest.mark.parametrize(
    ("question", "titles"),
    [
        ("What does @pkg/add.py do?", ["pkg/add.py"]),
        ("What does pkg/add.py do?", ["pkg/add.py"]),
        ("What does `pkg/add.py` do?", ["pkg/add.py"]),
        ("See (@pkg/add.py), README.md.", ["pkg/add.py", "README.md"]),
        ('Look at @"pkg/with space.py"!', ["pkg/with space.py"]),
        ("@Makefile: why? And @pkg/add.py: how?", ["Makefile", "pkg/add.py"]),
        ("@pkg/add.py pkg/add.py @./pkg/add.py @pkg/../pkg/add.py", ["pkg/add.py"]),
        ("mail me@pkg/add.py or foo@README.md", []),
        ("Makefile alone is a word", []),
        ("import os.path and e.g. version 1.2", []),
        ("@none.py and none.py", []),
        ("@pkg, @pkg/ and @folder:pkg are one", ["pkg/", "pkg/add.py", "pkg/with space.py"]),
        ("pkg/ and pkg are not marked", []),
        ("@file:pkg/add.py @folder:pkg", ["pkg/add.py", "pkg/", "pkg/with space.py"]),
        ("@folder:.. @folder:/etc @folder:out @folder:.ssh @.git/ @folder:empty", []),
        ("@../outside.py @/etc/passwd @link.py ../outside.py", []),
        ("@.env @key.py .env", []),
        ("@pipe.py @big.txt @data.bin", []),
        ("@" + "a" * 5000 + " @\0 @~/x @//host/share @C:\\x @%2e%2e/outside.py", []),
    ],
)
def test_files_that_are_named(question: str, titles: list[str], files: Files) -> None:
    assert [each.title for each in find(question, files, 10_000).sources] == titles


def test_what_is_marked_and_not_shown_is_told(files: Files) -> None:
    question = "@none.py @.env @link.py @pipe.py @big.txt @data.bin @folder:out @.ssh/ @folder:empty none2.py"
    notes = find(question, files, 10_000).notes
    assert [note.split()[0] for note in notes] == [
        "none.py",
        ".env",
        "outside.py",
        "pipe.py",
        "big.txt",
        "data.bin",
        "beside",
        ".ssh",
        "empty",
    ]


def test_lines_of_a_file_and_its_fair_share(files: Files) -> None:
    (found,) = find("@pkg/add.py:2", files, 1000).sources
    assert (found.text, found.first_line, found.last_line) == ("    return a + b\n", 1, 2)
    (found,) = find("@pkg/add.py:1-9999999", files, 1000).sources
    assert (found.first_line, found.last_line) == (0, 2)
    assert find("@pkg/add.py:99", files, 1000).sources == ()
    one, two = find("@pkg/add.py README.md", files, 40).sources
    assert (one.text, two.text) == ("def add(a, b):\n", "# Read me\n")
    (files.roots.folders[0].path / "list.txt").write_text("x\n")
    assert len(find(" ".join(f"@list{number}.txt" for number in range(1000)), files, 1000).notes) <= 100


def test_what_the_editor_shows_goes_before_the_disk(files: Files) -> None:
    path = files.roots.folders[0].path / "pkg" / "add.py"
    files = attrs.evolve(files, open_texts={path: "changed = 1\n"})
    assert find("@pkg/add.py", files, 1000).sources[0].text == "changed = 1\n"


@given(st.text(max_size=200))
@settings(max_examples=50)
def test_no_question_breaks_it(question: str) -> None:
    assert find(question + " @" + question, Files(Roots((Root(Path("/nonexistent"), "x"),))), 100).sources == ()


def test_the_whole_document_where_it_fits() -> None:
    found = source(ACTIVE, 10_000)
    assert found is not None
    assert (found.text, found.first_line, found.last_line) == (TEXT, 0, 100)
    assert source(attrs.evolve(ACTIVE, text=" \n"), 100) is None
    assert source(ACTIVE, 0) is None


@given(st.integers(0, len(TEXT)), st.integers(1, 500))
def test_a_part_around_the_cursor_is_whole_lines_with_right_numbers(offset: int, chars: int) -> None:
    found = source(attrs.evolve(ACTIVE, start=offset, end=offset), chars)
    if found is None:
        return
    assert len(found.text) <= chars
    assert "".join(TEXT.splitlines(keepends=True)[found.first_line : found.last_line]) == found.text
    line = TEXT.count("\n", 0, offset)
    assert found.first_line <= line
    assert chars < 50 or line <= found.last_line


@given(st.integers(0, len(TEXT)), st.integers(1, 100), st.integers(10, 500))
def test_a_selection_is_its_lines(start: int, length: int, chars: int) -> None:
    end = min(len(TEXT), start + length)
    found = source(attrs.evolve(ACTIVE, start=start, end=end), chars)
    if found is None or end == start:
        return
    assert len(found.text) <= chars
    assert found.first_line == TEXT.count("\n", 0, start)
    assert found.last_line <= TEXT.count("\n", 0, end - 1) + 1
    assert "".join(TEXT.splitlines(keepends=True)[found.first_line : found.last_line]) == found.text


def test_all_together_in_one_budget(files: Files) -> None:
    uri = (files.roots.folders[0].path / "pkg" / "add.py").as_uri()
    found = gather("@README.md and @pkg/add.py", attrs.evolve(ACTIVE, uri=uri), files, 1000)
    assert [each.title for each in found.sources] == ["README.md", "pkg/add.py"], "the active document once"
    found = gather("@README.md", ACTIVE, files, 300)
    assert [each.title for each in found.sources] == ["README.md", "a.py"]
    assert sum(len(each.text) for each in found.sources) <= 300
    found = gather("@README.md", attrs.evolve(ACTIVE, start=0, end=10), files, 300)
    assert [each.title for each in found.sources] == ["a.py", "README.md"], "what is selected comes first"
    found = gather("q", attrs.evolve(ACTIVE, private=True), files, 300)
    assert found.sources == ()
    assert "secrets" in found.notes[0]


def test_a_secret_in_a_file_is_not_shown(files: Files) -> None:
    key = "AKIA" + "Q7J3ZK5XW2N4RT6B"
    (files.roots.folders[0].path / "aws.py").write_text(f'KEY = "{key}"\nprint(KEY)\n')
    active = attrs.evolve(ACTIVE, text=f"token = '{key}'\n")
    gathered = gather("What does @aws.py do?", active, files, 10_000)
    assert key not in "".join(each.text for each in gathered.sources)
    assert "print(KEY)" in gathered.sources[0].text
    assert gathered.notes == (
        "A secret in aws.py is not shown to the model.",
        "A secret in a.py is not shown to the model.",
    )
