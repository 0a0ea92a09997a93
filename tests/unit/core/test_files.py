"""Opening what stands at a path, whatever that is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hearth.core.files import NotRegular, open_regular


def test_a_regular_file_is_opened(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x\r\n")
    with open_regular(tmp_path / "a") as file:
        assert file.read() == b"x\r\n"


def test_a_link_is_followed_only_where_that_is_wanted(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "link").symlink_to(tmp_path / "a")
    with open_regular(tmp_path / "link", follow=True) as file:
        assert file.read() == b"x"
    with pytest.raises(OSError, match="symbolic"):
        open_regular(tmp_path / "link")


def test_what_is_no_regular_file_is_neither_waited_for_nor_kept_open(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    before = len(list(Path("/dev/fd").iterdir()))
    for path in (tmp_path / "pipe", tmp_path, Path("/dev/zero")):
        with pytest.raises(NotRegular, match="not a regular file"):
            open_regular(path)
    assert len(list(Path("/dev/fd").iterdir())) == before


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_regular(tmp_path / "none")
    with pytest.raises(ValueError, match="null"):
        open_regular(Path("nul\0"))
