"""Folders and files for one user alone."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from pathlib import Path

import attrs
import pytest

from hearth.core.paths import Paths, private_folder, write_private


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(autouse=True)
def _plain_umask() -> object:
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_hearth_home_holds_everything(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HEARTH_HOME", str(tmp_path))
    folders = attrs.astuple(Paths.of_user())
    assert {path.parent for path in folders} == {tmp_path}
    assert len(set(folders)) == len(folders)
    assert list(tmp_path.iterdir()) == []


def test_a_relative_hearth_home_is_made_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HEARTH_HOME", "here")
    assert Paths.of_user().state == tmp_path / "here" / "state"


def test_without_it_every_folder_is_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEARTH_HOME", "")
    assert all(path.is_absolute() for path in attrs.astuple(Paths.of_user()))


class TestRuntimeFolder:
    @pytest.fixture(autouse=True)
    def _linux(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.delenv("HEARTH_HOME", raising=False)
        monkeypatch.setattr(sys, "platform", "linux")
        monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path / "tmp"))

    def found(self, monkeypatch: pytest.MonkeyPatch, base: str | Path) -> Path:
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(base))
        return Paths.of_user().runtime

    def fallbacks(self, tmp_path: Path) -> set[Path]:
        return {Path(f"/run/user/{os.getuid()}/hearth"), tmp_path / "tmp" / f"hearth-{os.getuid()}"}

    def test_is_the_sessions(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        assert self.found(monkeypatch, tmp_path) == tmp_path / "hearth"

    def test_has_a_place_without_a_session(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        (tmp_path / "link").symlink_to(tmp_path)
        for base in ("", "relative", tmp_path / "gone", tmp_path / "link"):
            assert self.found(monkeypatch, base) in self.fallbacks(tmp_path)

    def test_is_never_somebody_elses(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr(os, "getuid", lambda: tmp_path.stat().st_uid + 1)
        assert self.found(monkeypatch, tmp_path) in self.fallbacks(tmp_path)


def test_a_private_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    assert mode(private_folder(tmp_path / "a" / "b")) == 0o700


def test_a_folder_that_is_too_open_is_closed(tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o777)
    assert mode(private_folder(folder)) == 0o700


def test_a_folder_of_somebody_else_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "theirs"
    folder.mkdir(0o700)
    monkeypatch.setattr(os, "getuid", lambda: folder.stat().st_uid + 1)
    with pytest.raises(PermissionError, match="not a folder of this user"):
        private_folder(folder)
    with pytest.raises(PermissionError, match="not a folder of this user"):
        write_private(folder / "token", "secret")
    assert list(folder.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can give a folder away")
def test_a_folder_that_really_belongs_to_somebody_else_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "theirs"
    folder.mkdir(0o700)
    os.chown(folder, 12345, 12345)
    with pytest.raises(PermissionError, match="not a folder of this user"):
        private_folder(folder)


def test_a_link_to_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(PermissionError, match="not a folder of this user"):
        private_folder(tmp_path / "link")


def test_a_file_in_the_way_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        private_folder(tmp_path / "file")


def test_a_private_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "run" / "engine.json"
    write_private(path, "one")
    path.chmod(0o644)
    write_private(path, "zwei €")
    assert path.read_text(encoding="utf-8") == "zwei €"
    assert mode(path) == 0o600
    assert mode(path.parent) == 0o700
    assert [each.name for each in path.parent.iterdir()] == ["engine.json"]


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "token"
    write_private(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write_private(path, "\ud800")
    assert path.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["token"]
