"""Installing models from a host that behaves as hosts do: nothing that is not the published file stays on the disk."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

from hearth.catalog import known, machine, select
from hearth.core.errors import (
    HearthError,
    InputError,
    ModelError,
    ModelInvalid,
    ProviderRefused,
    ProviderUnavailable,
)
from hearth.core.paths import Paths
from hearth.features.models.install import Step, install, remove
from hearth.providers import download
from models.file_host import Host, host
from models.tiny_gguf import TinyModel, write


@pytest.fixture
def paths() -> Paths:
    return Paths.of_user()


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return write(tmp_path_factory.mktemp("model") / "m.gguf", TinyModel(width=128)).read_bytes()


@pytest.fixture
def there(content: bytes, paths: Paths, monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    monkeypatch.setattr(download, "_PAUSE_S", 0)
    with host(content) as state:
        offer(paths, state)
        yield state


def offer(paths: Paths, state: Host, **changes: Any) -> None:
    """Put the host's file into the user's catalogue."""
    digest = hashlib.sha256(state.content).hexdigest()
    values = {"title": "Small", "url": state.url, "sha256": digest, "size": len(state.content), **changes}
    paths.config.mkdir(parents=True, exist_ok=True)
    lines = [f"{key} = {value!r}" for key, value in values.items()]
    (paths.config / known.OWN_FILE).write_text("\n".join(["[small]", *lines]))


def left(paths: Paths) -> list[str]:
    folder = select.models_folder(paths)
    return sorted(str(each.relative_to(folder)) for each in folder.rglob("*")) if folder.exists() else []


async def installed(paths: Paths, name: str = "small", source: Path | None = None) -> list[Step]:
    return [step async for step in install(name, paths, source)]


async def test_a_model_is_downloaded_checked_and_put_in_its_place(paths: Paths, there: Host) -> None:
    steps = await installed(paths)
    assert left(paths) == ["small.gguf"]
    assert (select.models_folder(paths) / "small.gguf").read_bytes() == there.content
    assert {"Downloading", "Checking the file"} <= {step.message for step in steps}
    assert steps[-1].message == f"Installed in {select.models_folder(paths) / 'small.gguf'}"
    assert await installed(paths) == [Step(steps[-1].message)], "it was loaded again"


async def test_a_connection_that_breaks_goes_on_where_it_broke(paths: Paths, there: Host) -> None:
    there.cut = [1000, 500]
    await installed(paths)
    assert there.asked == ["", "bytes=1000-", "bytes=1500-"]
    assert left(paths) == ["small.gguf"]


async def test_a_host_without_ranges_is_asked_from_the_start(paths: Paths, there: Host) -> None:
    there.cut, there.ranges = [1000], False
    await installed(paths)
    assert (select.models_folder(paths) / "small.gguf").read_bytes() == there.content


async def test_a_host_that_gives_nothing_is_given_up(paths: Paths, there: Host) -> None:
    there.cut = [0] * 20
    with pytest.raises(ProviderUnavailable, match="cannot be had from 127"):
        await installed(paths)
    assert left(paths) == []
    assert len(there.asked) == 5


async def test_no_network(paths: Paths, there: Host) -> None:
    offer(paths, there, url="http://127.0.0.1:1/model.gguf")
    with pytest.raises(ProviderUnavailable) as caught:
        await installed(paths)
    assert "online" in caught.value.hint
    assert left(paths) == []


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"sha256": "0" * 64}, ModelInvalid, "is not the published file"),
        ({"size": 1000}, ModelInvalid, "larger than the published"),
        ({"size": 10**15}, ModelError, "There is no room"),
    ],
)
async def test_what_does_not_fit_its_entry_is_not_installed(
    paths: Paths, there: Host, change: dict[str, Any], error: type[HearthError], says: str
) -> None:
    offer(paths, there, **change)
    with pytest.raises(error, match=says):
        await installed(paths)
    assert left(paths) == []


async def test_a_file_that_is_gone_and_one_that_is_no_model(paths: Paths, there: Host) -> None:
    there.status = 404
    with pytest.raises(ProviderRefused, match=r"does not have the file \(HTTP 404\)"):
        await installed(paths)
    there.status, there.content = 200, b"<html>Please log in.</html>"
    offer(paths, there)
    with pytest.raises(ModelInvalid):
        await installed(paths)
    assert left(paths) == []


async def test_a_cancelled_installation_leaves_nothing(paths: Paths, there: Host) -> None:
    there.open.clear()
    begun = asyncio.Event()

    async def run() -> None:
        async for step in install("small", paths):
            if step.done:
                begun.set()

    task = asyncio.create_task(run())
    await asyncio.wait_for(begun.wait(), 30)
    assert len(left(paths)) == 3, "lock, folder and part"
    with pytest.raises(ModelError, match="is being installed already"):
        await installed(paths)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert left(paths) == []


async def test_a_disk_that_fills_up(paths: Paths, there: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(download, "_take", full)
    with pytest.raises(ModelError, match="The disk is full"):
        await installed(paths)
    assert left(paths) == []


async def test_a_folder_that_cannot_be_written(paths: Paths, there: Host) -> None:
    paths.data.parent.mkdir(parents=True, exist_ok=True)
    paths.data.write_text("a file where the folder should be")
    with pytest.raises(ModelError, match="cannot be written"):
        await installed(paths)


async def test_what_a_killed_installation_left_is_swept_up(paths: Paths, there: Host) -> None:
    old = select.models_folder(paths) / ".installing-small-abc"
    old.mkdir(parents=True)
    (old / "part").write_bytes(b"half")
    await installed(paths)
    assert left(paths) == ["small.gguf"]


async def test_from_a_file(paths: Paths, there: Host, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.gguf", tmp_path / "bad.gguf"
    good.write_bytes(there.content)
    bad.write_bytes(there.content + b"x")
    with pytest.raises(ModelInvalid, match=r"bad.gguf is not the published file"):
        await installed(paths, source=bad)
    with pytest.raises(InputError, match="is not a file"):
        await installed(paths, source=tmp_path)
    await installed(paths, source=good)
    assert left(paths) == ["small.gguf"]
    assert there.asked == []


async def test_only_what_lies_in_the_models_folder_is_removed(paths: Paths, there: Host, tmp_path: Path) -> None:
    outside = tmp_path / "outside.gguf"
    outside.write_bytes(there.content)
    await installed(paths)
    for name in ("bundled", "nobody", str(outside), "../outside", "minilm"):
        with pytest.raises(InputError):
            await remove(name, paths)
    assert outside.exists()
    assert await remove("small", paths) == select.models_folder(paths) / "small.gguf"
    assert left(paths) == []


def test_the_catalogue_of_the_package_can_be_used(paths: Paths) -> None:
    entries = known.known(paths)
    assert len(entries) >= 5
    assert [each.size for each in entries] == sorted(each.size for each in entries)
    assert all(each.licence and each.about and each.title and each.context for each in entries)
    assert all(each.url.startswith("https://") for each in entries)


@pytest.mark.parametrize(
    "change",
    [
        {"url": "http://example.org/m.gguf"},
        {"url": "file:///etc/passwd"},
        {"url": "http://[::1/m.gguf"},
        {"sha256": "abc"},
        {"size": 0},
        {"size": "large"},
        {"size": True},
        {"colour": "red"},
        {"uses": ["embedding"]},
        {"uses": []},
    ],
)
def test_an_own_entry_that_cannot_be_used_is_left_out(paths: Paths, there: Host, change: dict[str, Any]) -> None:
    offer(paths, there, **change)
    own = paths.config / known.OWN_FILE
    own.write_text(own.read_text().replace("True", "true"))
    assert "small" not in [each.name for each in known.known(paths)]


@pytest.mark.parametrize("text", ["not toml [", "small = 1", "", "[small]"])
def test_an_own_catalogue_that_cannot_be_read_hides_nothing(paths: Paths, text: str) -> None:
    paths.config.mkdir(parents=True)
    (paths.config / known.OWN_FILE).write_text(text)
    assert len(known.known(paths)) >= 5


def test_a_mixture_of_experts_reads_a_part_of_its_file() -> None:
    dense = known.Known("a", "A", "", "", 1000, ("chat",), parameters=10)
    assert (dense.token_bytes, attrs.evolve(dense, active=1.0).token_bytes) == (1000, 100)


def test_a_speed_is_foretold_from_the_memorys() -> None:
    assert machine.bandwidth() > 1e8
    assert machine.predicted(1_000_000_000, 20e9) == pytest.approx(12)
    assert machine.predicted(0, 20e9) is None
    assert machine.predicted(1, 0.0) is None
