"""Starting an engine under bad circumstances: each gets a clear error, or is survived."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from control_group import memory_group
from engine.running import Engines
from hearth.core.errors import (
    ContextTooLong,
    EngineError,
    EngineMemory,
    HearthError,
    ModelInvalid,
    ModelNotFound,
    PortInUse,
)
from hearth.engine import launch
from hearth.engine.api import EngineAddress, EngineSpec, runtime_file


async def refused(engines: Engines, kind: type[HearthError], model: Path, **options: object) -> HearthError:
    with pytest.raises(kind) as failure:
        await engines.start(model, **options)
    assert failure.value.hint, "an error a user meets says what to do"
    assert not launch.running(engines.paths)
    return failure.value


async def test_no_such_file(engines: Engines, tmp_path: Path) -> None:
    assert "gone.gguf" in str(await refused(engines, ModelNotFound, tmp_path / "gone.gguf"))


@pytest.mark.parametrize("content", [b"", b"GG", b"<html>404</html>", b"GGUF" + b"\xff" * 40, os.urandom(5000)])
async def test_not_a_model(engines: Engines, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(content)
    assert str(path) in str(await refused(engines, ModelInvalid, path))


@pytest.mark.parametrize("share", [0.2, 0.6, 0.99])
async def test_a_truncated_model(engines: Engines, tiny, tmp_path: Path, share: float) -> None:
    path = tmp_path / "model.gguf"
    content = tiny.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    await refused(engines, ModelInvalid, path)


async def test_a_model_that_llama_cpp_refuses(engines: Engines, tiny, tmp_path: Path) -> None:
    """The header is sound, the architecture unknown: only the worker can tell."""
    path = tmp_path / "model.gguf"
    path.write_bytes(tiny.read_bytes().replace(b"llama", b"xlama"))
    error = await refused(engines, ModelInvalid, path)
    assert "xlama" in str(error)


async def test_a_model_larger_than_the_memory(engines: Engines, tiny, tmp_path: Path) -> None:
    """A sparse file: the header is sound, and the disk has room for it."""
    path = tmp_path / "giant.gguf"
    path.write_bytes(tiny.read_bytes())
    os.truncate(path, psutil.virtual_memory().total + 1)
    error = await refused(engines, EngineMemory, path)
    assert "giant.gguf takes" in str(error)


@pytest.fixture
def group() -> Iterator[Path]:
    with memory_group(400_000_000) as folder:
        yield folder


async def test_a_model_larger_than_a_container_may_have(group: Path, engines: Engines, tiny, tmp_path, faulty) -> None:
    path = tmp_path / "giant.gguf"
    path.write_bytes(tiny.read_bytes())
    os.truncate(path, 500_000_000)
    error = await refused(engines, EngineMemory, path, worker=faulty(f"group={group}"))
    assert "giant.gguf takes 0.5 GB, and the limit of this container is 0.4 GB" in error.message
    # Layers on a GPU need not fit.
    await engines.start(path, worker=faulty(f"gpu={group}"))


async def test_no_memory_for_the_model(engines: Engines, tiny, faulty) -> None:
    error = await refused(engines, EngineMemory, tiny, worker=faulty("no-memory"))
    assert "smaller model" in error.hint


async def test_killed_for_lack_of_memory(engines: Engines, tiny, faulty) -> None:
    """Two workers, not six: each would take the machine to its limit again."""
    error = await refused(engines, EngineMemory, tiny, worker=faulty("killed"))
    assert "ended the engine 2 times" in error.message
    assert "smaller model" in error.hint


async def test_a_fault_that_nobody_foresaw_is_told(engines: Engines, tiny, faulty) -> None:
    error = await refused(engines, EngineError, tiny, worker=faulty("bug"))
    assert "RuntimeError" in error.message


async def test_a_file_that_goes_while_the_engine_runs(engines: Engines, tiny, tmp_path: Path) -> None:
    """What is loaded goes on; a worker that must load it again says what is missing."""
    path = tmp_path / "model.gguf"
    path.write_bytes(tiny.read_bytes())
    engine = await engines.start(path)
    path.unlink()
    assert (await engine.complete("still here"))["choices"]
    engine.worker.kill()
    response = await engine.post("/v1/completions", prompt="after")
    assert response.json()["error"]["code"] == "model_not_found"
    assert str(path) in response.json()["error"]["message"]


async def test_a_context_longer_than_the_models(engines: Engines, tiny) -> None:
    error = await refused(engines, ContextTooLong, tiny, context=100_000)
    assert "512" in error.hint


async def test_a_port_in_use(engines: Engines, tiny) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        error = await refused(engines, PortInUse, tiny, port=taken.getsockname()[1])
    assert "engine.port" in error.hint


async def test_a_free_port_is_taken(engines: Engines, tiny) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert (await engines.start(tiny, port=port)).address.port == port


def stale(**changes: object) -> str:
    values = {"pid": os.getpid(), "started": 1.0, "port": 9, "token": "t", "model": "m", "version": "0", "log": "l"}
    return json.dumps(values | changes)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        stale(pid=2**22 + 1),
        stale(pid="one"),
        stale(pid=-1),
        stale(pid=10**30),
        stale(),
        stale(started=time.time()),
        "\x00\x01",
    ],
)
async def test_a_stale_runtime_file(engines: Engines, tiny, text: str) -> None:
    """A dead process, a process with the number of a dead one, or rubbish: the engine starts all the same."""
    file = runtime_file(engines.paths, EngineSpec(tiny))
    file.parent.mkdir(parents=True)
    file.write_text(text)
    assert launch.running(engines.paths) == []
    engine = await engines.start(tiny)
    assert (await engine.complete("works"))["choices"]


async def test_two_starts_at_the_same_instant_make_one_engine(engines: Engines, tiny) -> None:
    started = await asyncio.gather(*(engines.start(tiny) for _ in range(4)))
    assert len({engine.address.pid for engine in started}) == 1
    supervisors = [
        process
        for process in psutil.process_iter(["cmdline"])
        if "hearth.engine.supervisor" in (process.info["cmdline"] or ())
        and str(engines.paths.state) in "".join(file.path for file in process.open_files())
    ]
    assert len(supervisors) == 1


async def test_two_programs_at_the_same_instant_make_one_engine(engines: Engines, tiny) -> None:
    program = (
        "import asyncio, sys\nfrom pathlib import Path\nfrom hearth.core.paths import Paths\n"
        "from hearth.engine import launch\nfrom hearth.engine.api import EngineSpec\n"
        "async def main():\n"
        "    async for step in launch.ensure(EngineSpec(Path(sys.argv[1])), Paths.of_user(), timeout_s=60): pass\n"
        "    print(step.pid)\n"
        "asyncio.run(main())"
    )
    command = [sys.executable, "-c", program, str(tiny)]
    programs = [await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE) for _ in range(3)]
    printed = [(await each.communicate())[0].strip() for each in programs]
    assert len(set(printed)) == 1
    assert printed[0]


async def test_an_engine_of_another_version_is_replaced(engines: Engines, tiny) -> None:
    old = await engines.start(tiny)
    file = runtime_file(engines.paths, EngineSpec(tiny))
    values = json.loads(file.read_text())
    file.write_text(json.dumps(values | {"version": "0.0.0"}))
    new = await engines.start(tiny)
    assert new.address.pid != old.address.pid
    assert not psutil.pid_exists(old.address.pid)


async def test_a_lost_runtime_file_is_written_again(engines: Engines, tiny) -> None:
    engine = await engines.start(tiny)
    file = runtime_file(engines.paths, EngineSpec(tiny))
    file.unlink()
    assert (await engines.start(tiny)).address == engine.address


async def test_the_token_is_for_this_user_only(engines: Engines, tiny) -> None:
    engine = await engines.start(tiny)
    file = runtime_file(engines.paths, EngineSpec(tiny))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert EngineAddress.from_json(file.read_text()) == engine.address
    for process in (psutil.Process(engine.address.pid), engine.worker):
        assert engine.address.token not in " ".join(process.cmdline())
        assert engine.address.token not in json.dumps(process.environ())
        listening = [each.laddr.ip for each in process.net_connections() if each.status == psutil.CONN_LISTEN]
        assert set(listening) == {"127.0.0.1"}


async def test_it_ends_by_itself_when_idle(engines: Engines, tiny) -> None:
    engine = await engines.start(tiny, idle_minutes=0.02)
    supervisor = psutil.Process(engine.address.pid)
    async with asyncio.timeout(30):
        while supervisor.is_running() and supervisor.status() != psutil.STATUS_ZOMBIE:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert launch.running(engines.paths) == []


async def test_an_engine_that_is_never_ready_is_given_up(engines: Engines, tiny, faulty) -> None:
    spec = EngineSpec(tiny)
    with pytest.raises(HearthError, match="not ready after"):
        async for _step in launch.ensure(spec, engines.paths, timeout_s=1.5, worker=faulty("slow-load")):
            pass


async def test_a_workspace_cannot_put_code_into_the_engine(
    engines: Engines, tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A language server's working folder is the workspace, and Python would look there first."""
    workspace = tmp_path / "hostile"
    workspace.mkdir()
    for name in ("json", "psutil", "starlette", "hearth"):
        (workspace / f"{name}.py").write_text("open('ran', 'w').close()\nraise SystemExit(3)\n")
    monkeypatch.chdir(workspace)
    engine = await engines.start(tiny)
    assert (await engine.complete("x", max_tokens=1))["usage"]["completion_tokens"] == 1
    assert not (workspace / "ran").exists()
