"""The embedded provider and the life of its engine: found, started once, lost and started again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import attrs
import psutil
import pytest

from contract.subjects import PATIENCE_S
from contract.test_providers import SHORT, collect
from hearth.core.aio import closing
from hearth.core.errors import ModelInvalid, ModelNotFound, ProviderBroken
from hearth.core.paths import Paths
from hearth.core.settings import EngineSettings, Settings
from hearth.engine import launch
from hearth.engine.api import EngineAddress
from hearth.prompts import fim
from hearth.providers.base import CompletionRequest, Delta, Loading
from hearth.providers.embedded import Embedded
from hearth.providers.registry import create
from models.tiny_gguf import TinyModel, write

pytestmark = pytest.mark.engine

LONG = CompletionRequest("def f():\n" * 20, "\n", max_tokens=3000)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(
        tmp_path_factory.mktemp("models") / "random.gguf", TinyModel(width=128, layers=4, context=4096, endless=True)
    )


@pytest.fixture
async def make() -> AsyncIterator[Callable[[Path], Embedded]]:
    """Makes providers below this test's HEARTH_HOME; at the end all are closed and their engines stopped."""
    made: list[Embedded] = []

    def embedded(path: Path) -> Embedded:
        settings = Settings(engine=EngineSettings(model=str(path), threads=1, slots=2, idle_minutes=2.0))
        provider = create("embedded", settings, Paths.of_user(), resolve_model=lambda name, _paths: Path(name))
        assert isinstance(provider, Embedded)
        made.append(provider)
        return provider

    yield embedded
    for provider in made:
        await provider.aclose()
    for address in launch.running(Paths.of_user()):
        await launch.stop(address)


def the_engine() -> EngineAddress:
    (address,) = launch.running(Paths.of_user())
    return address


def end(pid: int) -> None:
    process = psutil.Process(pid)
    for each in [process, *process.children(recursive=True)]:
        each.kill()
    psutil.wait_procs([process], timeout=PATIENCE_S)


def cut_short(model: Path, to: Path) -> Path:
    to.write_bytes(model.read_bytes()[:-5000])
    return to


async def test_many_at_once_start_one_engine(make: Callable[[Path], Embedded], model: Path) -> None:
    here, there = make(model), make(model)

    async def prepared(provider: Embedded) -> list[Loading]:
        return [step async for step in provider.prepare()]

    async with asyncio.timeout(PATIENCE_S):
        steps, *_ = await asyncio.gather(
            prepared(here), collect(here.complete(SHORT)), collect(there.complete(SHORT)), prepared(there)
        )
    assert the_engine().model
    assert all(step.message for step in steps)
    assert [step async for step in here.prepare()] == [], "it is ready: nothing to tell"


async def test_what_one_window_had_read_another_need_not_read(make: Callable[[Path], Embedded], model: Path) -> None:
    request = attrs.evolve(LONG, max_tokens=4)
    _text, first = await collect(make(model).complete(request))
    _text, again = await collect(make(model).complete(request))
    assert len(launch.running(Paths.of_user())) == 1
    for done in (first, again):
        assert done.usage is not None
        assert (done.usage.prompt_tokens or 0) > 100
    assert first.usage.cached_tokens == 0
    assert again.usage.cached_tokens == again.usage.prompt_tokens - 1, "its last token chooses the first new one"


async def test_giving_up_waiting_does_not_end_the_start(make: Callable[[Path], Embedded], model: Path) -> None:
    provider = make(model)
    hasty = asyncio.create_task(collect(provider.complete(SHORT)))
    patient = asyncio.create_task(collect(provider.complete(SHORT)))
    await asyncio.sleep(0.1)
    hasty.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hasty
    text, _done = await patient
    assert text


async def test_an_engine_that_died_between_requests_is_started_again(
    make: Callable[[Path], Embedded], model: Path
) -> None:
    provider = make(model)
    await collect(provider.complete(SHORT))
    before = the_engine()
    end(before.pid)
    text, _done = await collect(provider.complete(SHORT))
    assert text
    assert the_engine().pid != before.pid
    end(the_engine().pid)
    assert await provider.count_tokens(["a"]) == [1]


async def test_an_engine_that_dies_in_the_middle_of_an_answer(make: Callable[[Path], Embedded], model: Path) -> None:
    provider = make(model)
    stream = provider.complete(LONG)
    async with asyncio.timeout(PATIENCE_S), closing(stream):
        assert isinstance(await anext(stream), Delta)
        end(the_engine().pid)
        with pytest.raises(ProviderBroken, match="middle of its answer") as caught:
            async for _ in stream:
                pass
    assert caught.value.hint
    text, _done = await collect(provider.complete(SHORT))
    assert text


async def test_a_worker_that_dies_is_replaced_behind_the_same_address(
    make: Callable[[Path], Embedded], model: Path
) -> None:
    provider = make(model)
    await collect(provider.complete(SHORT))
    (worker,) = psutil.Process(the_engine().pid).children()
    worker.kill()
    text, _done = await collect(provider.complete(SHORT))
    assert text


async def test_a_model_that_is_missing_or_broken(make: Callable[[Path], Embedded], tmp_path: Path, model: Path) -> None:
    with pytest.raises((ModelNotFound, ModelInvalid)):
        await collect(make(tmp_path / "nothing.gguf").complete(SHORT))
    cut = cut_short(model, tmp_path / "cut.gguf")
    with pytest.raises(ModelInvalid):
        await collect(make(cut).complete(SHORT))
    assert (await collect(make(model).complete(SHORT)))[0]


async def test_the_engine_tells_how_fast_it_is(make: Callable[[Path], Embedded], tmp_path: Path) -> None:
    told = await make(write(tmp_path / "fast.gguf", TinyModel())).capabilities()
    assert told.speed is not None
    assert told.speed.prefill > 0
    assert told.speed.decode > 0


async def test_a_model_without_fim_tokens_says_so(make: Callable[[Path], Embedded], tmp_path: Path) -> None:
    provider = make(write(tmp_path / "plain.gguf", TinyModel(fim=False, template=None)))
    told = await provider.capabilities()
    assert not told.fim
    assert any("before the cursor" in note for note in told.notes)
    text, _done = await collect(provider.complete(CompletionRequest("a", "b", max_tokens=8)))
    assert text


async def test_a_chat_model_without_fim_tokens_is_asked_in_words_and_says_so(
    make: Callable[[Path], Embedded], tmp_path: Path
) -> None:
    provider = make(write(tmp_path / "chat.gguf", TinyModel(fim=False, context=1024)))
    told = await provider.capabilities()
    assert any("asked in words" in note for note in told.notes)
    text, done = await collect(provider.complete(CompletionRequest("a = ", "\n<|im_end|>", max_tokens=8)))
    assert text
    assert done.usage is not None
    (system,) = await provider.count_tokens([fim.instruct().system])
    assert (done.usage.prompt_tokens or 0) > system, "the question is there too"


async def test_embeddings_go_through(make: Callable[[Path], Embedded], tmp_path: Path) -> None:
    from gguf import PoolingType

    provider = make(write(tmp_path / "embeds.gguf", TinyModel(pooling=PoolingType.MEAN)))
    assert (await provider.capabilities()).embeddings
    one, two, again = await provider.embed(["a", "b", "a"])
    assert one == pytest.approx(again, abs=1e-3)
    assert one != pytest.approx(two, abs=1e-3)
