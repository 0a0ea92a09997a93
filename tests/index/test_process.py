"""The indexer as a process: found by every window, killed and begun again, told what changed."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import psutil
import pytest

from hearth.core.errors import IndexUnavailable
from hearth.core.paths import Paths
from hearth.features.indexing.answer import Question, ask
from hearth.features.indexing.link import socket_path
from hearth.features.indexing.once import bring_up_to_date
from hearth.features.indexing.progress import Phase
from hearth.index.place import Place
from hearth.index.right import take
from index.conftest import PATIENCE_S, SETTINGS, Window


def indexers(place: Place) -> list[psutil.Process]:
    """Processes that hold this index's lock file open."""
    found = []
    for process in psutil.process_iter():
        try:
            if any(file.path == str(place.lock) for file in process.open_files()) and process.pid != os.getpid():
                found.append(process)
        except psutil.Error:
            continue
    return found


async def names(place: Place, question: str) -> list[str]:
    found = await ask(place, Question(question), SETTINGS, Paths.of_user())
    return [hit.path for hit in found.hits] if found is not None else []


async def eventually(place: Place, question: str, path: str, *, there: bool = True) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while (path in await names(place, question)) is not there:  # noqa: ASYNC110 - another process writes
            await asyncio.sleep(0.05)


async def test_two_windows_share_one_indexer_and_both_search(window: Window, root: Path) -> None:
    other = Window(root, SETTINGS)
    await window.until(Phase.IDLE)
    await other.until(Phase.IDLE)
    assert len(indexers(window.place)) == 1
    assert await names(window.place, "damson") == ["m3.py"]
    await other.close(stop=False)


async def test_what_changes_is_found_and_what_goes_is_not(window: Window, root: Path) -> None:
    await window.until(Phase.IDLE)
    (root / "m1.py").write_text("def renamed_thing():\n    pass\n")
    (root / "new").mkdir()
    (root / "new" / "n.py").write_text("def brand_new():\n    pass\n")
    (root / "m2.py").unlink()
    window.follower.changed([root / "m1.py", root / "new" / "n.py", root / "m2.py"])
    await eventually(window.place, "renamed_thing", "m1.py")
    await eventually(window.place, "brand_new", "new/n.py")
    await eventually(window.place, "cherry", "m2.py", there=False)
    assert "m1.py" not in await names(window.place, "banana")


async def test_a_folder_that_goes_takes_its_files_along(window: Window, root: Path) -> None:
    (root / "sub").mkdir()
    (root / "sub" / "s.py").write_text("def in_folder(): pass\n")
    await window.until(Phase.IDLE)
    window.follower.rescan()
    await eventually(window.place, "in_folder", "sub/s.py")
    (root / "sub").rename(root.parent / "away")
    window.follower.changed([root / "sub"])
    await eventually(window.place, "in_folder", "sub/s.py", there=False)


async def test_it_watches_for_editors_that_tell_nothing(window: Window, root: Path) -> None:
    await window.until(Phase.IDLE)
    window.follower.watch()
    await asyncio.sleep(0.5)
    (root / "seen.py").write_text("def seen_by_itself(): pass\n")
    await eventually(window.place, "seen_by_itself", "seen.py")


async def test_killed_it_begins_again_where_it_was(window: Window, root: Path) -> None:
    await window.until(Phase.IDLE)
    (victim,) = indexers(window.place)
    (root / "late.py").write_text("def after_the_kill(): pass\n")
    seen = len(window.told)
    victim.send_signal(signal.SIGKILL)
    await window.until(Phase.IDLE, since=seen)
    assert await names(window.place, "after_the_kill") == ["late.py"]
    read = max(step.files_total for step in window.told[seen:])
    assert read == 1, "the files that were in the index were read again"


async def test_paused_it_does_nothing_until_it_may(window: Window, root: Path) -> None:
    await window.until(Phase.IDLE)
    window.follower.pause()
    (root / "m0.py").write_text("def while_paused(): pass\n")
    window.follower.changed([root / "m0.py"])
    await window.until(Phase.PAUSED)
    assert await names(window.place, "while_paused") == []
    window.follower.pause(False)
    await eventually(window.place, "while_paused", "m0.py")


async def test_it_waits_for_a_completion(window: Window, root: Path) -> None:
    await window.until(Phase.IDLE)
    window.follower.busy(PATIENCE_S)
    window.follower.changed([root / "m0.py"])
    waits = await window.until(Phase.PAUSED)
    assert "completion" in waits.message
    seen = len(window.told)
    window.follower.free()
    await window.until(Phase.IDLE, since=seen)


async def test_what_is_no_message_harms_nothing(window: Window) -> None:
    await window.until(Phase.IDLE)
    path = socket_path(window.place, Paths.of_user())
    reader, writer = await asyncio.open_unix_connection(path)
    writer.write(b"\n{}\nnull\n[]\n\xff\n" + b'{"verb":"changed","paths":5}\n' + b"[" * 100_000 + b"\n")
    await writer.drain()
    assert await reader.readline()
    writer.close()
    await writer.wait_closed()
    window.follower.changed([Path("/elsewhere/x.py"), Path("relative"), window.place.roots[0]])
    window.follower.rescan()
    await eventually(window.place, "damson", "m3.py")
    assert len(indexers(window.place)) == 1


async def test_only_this_user_can_talk_to_it(window: Window) -> None:
    await window.until(Phase.IDLE)
    path = socket_path(window.place, Paths.of_user())
    assert path.parent.stat().st_mode & 0o077 == 0


async def test_a_command_has_the_running_indexer_do_it(window: Window, root: Path) -> None:
    await window.until(Phase.IDLE)
    (root / "new.py").write_text("def by_the_command(): pass\n")
    steps = [step async for step in bring_up_to_date(window.place, SETTINGS, Paths.of_user())]
    assert steps[-1].phase is Phase.IDLE
    assert await names(window.place, "by_the_command") == ["new.py"]


async def test_two_commands_at_once_do_not_mix(root: Path) -> None:
    place = Place.of([root], Paths.of_user())
    lock = take(place)
    assert lock is not None
    with pytest.raises(IndexUnavailable, match="Another program writes this index"):
        async for _ in bring_up_to_date(place, SETTINGS, Paths.of_user()):
            pass
    lock.release()


async def test_it_is_quiet(window: Window) -> None:
    await window.until(Phase.IDLE)
    (process,) = indexers(window.place)
    assert process.nice() == 19
    assert process.parent() is None or process.parent().pid != os.getpid()


async def test_rebuilt_it_is_deleted_and_made_anew(window: Window, root: Path) -> None:
    await window.until(Phase.IDLE)
    assert await names(window.place, "damson") == ["m3.py"]
    mark = window.place.folder / "of-the-old-one"
    mark.write_text("")
    pids = {process.pid for process in indexers(window.place)}
    since = len(window.told)
    window.follower.pause()
    window.follower.rebuild()
    await window.until(Phase.READING, since)
    await window.until(Phase.IDLE, since)
    assert not mark.exists()
    assert await names(window.place, "damson") == ["m3.py"]
    assert {process.pid for process in indexers(window.place)} == pids
