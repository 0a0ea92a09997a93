"""The indexer's parts: cutting a file, comparing, waiting, talking."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from pathlib import Path

import attrs
import pytest

from hearth.core.errors import InputError
from hearth.core.paths import Paths
from hearth.core.settings import IndexSettings, ModelsSettings, OpenAISettings, Settings
from hearth.features.indexing import pace as pacing
from hearth.features.indexing import scan, summary
from hearth.features.indexing.cut import cut
from hearth.features.indexing.link import Order, Say, Verb, socket_path
from hearth.features.indexing.once import bring_up_to_date
from hearth.features.indexing.pace import OutOfMemory, Pace
from hearth.features.indexing.progress import Clock, IndexProgress, Phase
from hearth.features.indexing.queue import Queue
from hearth.index.manifest import Manifest, State
from hearth.index.place import Place
from hearth.workspace.walk import Limits

MAX = 1_000_000
NO_VECTORS = Settings(index=IndexSettings(embedder="none"))


def test_a_file_is_cut_by_syntax_without_its_secrets(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    key = "AK" + "IA" + "Q7RT2MXW9PLK4JHD"
    file.write_text(f'KEY = "{key}"\n\n\nclass A:\n    """A thing."""\n\n    def m(self):\n        return open(KEY)\n')
    made = cut("a.py", file, max_bytes=MAX, known=None)
    assert made is not None
    assert made.state.chunks == len(made.records) > 0
    assert key not in "".join(record.text for record in made.records)
    assert {record.language for record in made.records} == {"python"}
    assert any("m" in record.names for record in made.records)
    assert all(1 <= record.start <= record.end <= 8 for record in made.records)


def test_an_unchanged_file_is_not_cut_again(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("x = 1\n")
    first = cut("a.py", file, max_bytes=MAX, known=None)
    assert first is not None
    again = cut("a.py", file, max_bytes=MAX, known=attrs.evolve(first.state, size=-1))
    assert again is not None
    assert again.unchanged
    assert (again.records, again.state.chunks, again.state.size) == ((), first.state.chunks, 6)


def test_why_a_file_has_no_chunks(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    assert cut("a.py", file, max_bytes=MAX, known=None) is None
    file.write_bytes(b"\0")
    made = cut("a.py", file, max_bytes=MAX, known=None)
    assert made is not None
    assert (made.records, made.state.reason) == ((), "is binary")
    file.write_text("def f(): pass\n")
    made = cut("a.py", file, max_bytes=MAX, known=None, failures=3)
    assert made is not None
    assert made.state.reason == "ended the process that read it 3 times"
    made = cut("a.py", file, max_bytes=MAX, known=None, failures=1)
    assert made is not None
    assert {record.kind for record in made.records} == {"lines"}


def test_near_files_come_first_then_the_latest() -> None:
    jobs = [
        scan.Job(path, Path(path), time)
        for path, time in (("far/x/y.py", 9), ("app/b.py", 1), ("app/a.py", 5), ("app/sub/c.py", 9), ("top.py", 2))
    ]
    order = [job.path for job in scan.in_order(jobs, ["app/open.py"])]
    assert order == ["app/a.py", "app/b.py", "app/sub/c.py", "top.py", "far/x/y.py"]
    assert scan.in_order(jobs, [])[0].path in ("far/x/y.py", "app/sub/c.py")


def test_some_files_are_compared_like_all(tmp_path: Path) -> None:
    root = tmp_path / "work"
    (root / "sub").mkdir(parents=True)
    for name in ("a.py", "b.py", "sub/c.py"):
        (root / name).write_text("x = 1\n")
    place = Place.of([root], Paths.of_user())
    place.prepare()
    manifest = Manifest.open(place.manifest)
    every = scan.everything(place, Limits(), manifest)
    assert sorted(job.path for job in every.jobs) == ["a.py", "b.py", "sub/c.py"]
    manifest.update({job.path: State(6, job.mtime_ns, "h", 1) for job in every.jobs})
    assert scan.everything(place, Limits(), manifest).jobs == ()
    (root / "a.py").write_text("x = 2222\n")
    (root / "b.py").unlink()
    (root / "sub" / "c.py").unlink()
    (root / "sub").rmdir()
    outside = [root / "a.py", root / "b.py", root / "sub", tmp_path / "outside.py"]
    some = scan.some(place, Limits(), manifest, outside)
    assert some is not None
    assert [job.path for job in some.jobs] == ["a.py"]
    assert sorted(some.gone) == ["b.py", "sub/c.py"] == sorted(scan.everything(place, Limits(), manifest).gone)
    assert scan.some(place, Limits(), manifest, [root / ".gitignore"]) is None
    manifest.close()


async def test_the_queue_forgets_nothing_and_repeats_nothing() -> None:
    queue = Queue()
    assert not queue
    queue.add([Path("/a"), Path("/b"), Path("/a")])
    assert queue
    assert queue.take() == [Path("/a"), Path("/b")]
    queue.add([Path("/a")])
    queue.add_all()
    assert queue.take() is None
    assert not queue
    queue.add(Path(f"/{number}") for number in range(10_000))
    assert queue.take() is None
    await queue.wait(0.001)


async def test_work_waits_while_it_must(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str | None] = []
    pace = Pace(battery_percent=30, on_wait=told.append)
    monkeypatch.setattr(pacing, "battery_below", lambda _: False)
    await pace.turn()
    assert told == []
    pace.paused = True
    waiting = asyncio.create_task(pace.turn())
    while not told:  # noqa: ASYNC110 - told by a callback
        await asyncio.sleep(0)
    pace.paused = False
    await waiting
    assert told == ["", None], "that the user paused it is no news to the user"
    pace.busy(1000)
    pace.free()
    await pace.turn()
    pace.paused, pace.ended = True, lambda: True
    await pace.turn()


async def test_a_ceiling_of_memory() -> None:
    pace = Pace(memory_bytes=1)
    with pytest.raises(OutOfMemory):
        for _ in range(1000):
            await pace.turn()


def test_a_machine_without_a_battery_works() -> None:
    assert pacing.battery_below(100) in (True, False)


@pytest.mark.parametrize(
    "step",
    [
        IndexProgress(Phase.IDLE),
        IndexProgress(Phase.READING, 3, 10, seconds_left=1.5),
        IndexProgress(Phase.FAILED, message="so ünd 'so'\n"),
    ],
)
def test_progress_travels(step: IndexProgress) -> None:
    assert "\n" not in step.to_json()
    assert IndexProgress.from_json(step.to_json()) == step


def test_fractions() -> None:
    assert IndexProgress(Phase.READING, 5, 10).fraction == 0.5
    assert IndexProgress(Phase.EMBEDDING, 5, 10, 1, 4).fraction == 0.25
    assert IndexProgress(Phase.IDLE).fraction is None
    assert Clock().left(0, 10) is None
    assert math.isfinite(Clock().left(5, 10) or 0.0)


def test_messages_travel() -> None:
    say = Say(Verb.CHANGED, ("/a b", "/bad\udcff", "/\n"))
    assert say.to_line().count(b"\n") == 1
    assert Say.from_line(say.to_line()) == say
    assert Say.from_line(Say(Verb.CHANGED, ("/x",) * 100_000).to_line()) == Say(Verb.CHANGED)
    for line in (
        b"",
        b"{}",
        b"[]",
        b"null",
        b'{"verb":"x","paths":[],"seconds":0,"digest":""}',
        b"\xff",
        b"[" * 99_999,
    ):
        assert Say.from_line(line) is None


def test_an_order_travels(tmp_path: Path) -> None:
    settings = Settings(
        models=ModelsSettings(embedding="ollama:x"),
        index=IndexSettings(exclude=("a", "b"), memory_mb=300),
        openai=OpenAISettings(api_key="secret"),
    )
    order = Order((tmp_path, tmp_path / "bad\udcff"), settings, Paths.of_user())
    assert Order.from_json(order.to_json()) == order
    changed = attrs.evolve(order, settings=attrs.evolve(settings, index=IndexSettings(threads=2)))
    assert changed.digest != order.digest


def test_a_socket_has_room_for_its_name(tmp_path: Path) -> None:
    paths = attrs.evolve(Paths.of_user(), runtime=tmp_path / ("x" * 120))
    place = Place.of([tmp_path], paths)
    assert len(str(socket_path(place, paths))) < 104


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "work"
    root.mkdir()
    (root / "a.py").write_text("def alpha(): pass\n")
    (root / "gen.py").write_text("# @generated\nx = 1\n")
    (root / "empty.py").write_text("")
    monkeypatch.chdir(root)
    return root


async def once(place: Place) -> list[IndexProgress]:
    return [step async for step in bring_up_to_date(place, NO_VECTORS, Paths.of_user())]


async def test_one_pass_and_why(work: Path, tmp_path: Path) -> None:
    place = Place.of([work], Paths.of_user())
    assert not summary.of(place).exists
    why: Callable[[str], str] = lambda name: summary.why(place, Path(name), IndexSettings()).sentence  # noqa: E731
    assert why("a.py") == "it belongs into the index, and is not in it yet: run `hearth index`."
    steps = await once(place)
    assert steps[-1].phase is Phase.IDLE
    assert max(step.files_total for step in steps) == 3
    assert max(step.files_total for step in await once(place)) == 0, "unchanged files were read again"
    facts = summary.of(place)
    assert (facts.files, facts.chunks, facts.left_out) == (2, 1, 1)
    assert why("a.py") == "in the index, in 1 chunk."
    assert why("gen.py") == "not in the index: it is generated, as its first lines say."
    assert why("none.py") == "not in the index: it does not exist."
    for name in (str(tmp_path / "other.py"), "."):
        with pytest.raises(InputError):
            why(name)
    summary.delete(place)
    assert not summary.of(place).exists
