"""The status and the progress that an editor is shown."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from hearth.core.aio import Tasks
from hearth.core.errors import ProviderUnavailable, SettingsError
from hearth.core.settings import Settings
from hearth.lsp.errors import Code, WireError
from hearth.lsp.models import Models, Use
from hearth.lsp.progress import ProgressBoard
from hearth.lsp.protocol import State, StatusResult
from hearth.lsp.status import StatusBoard


def test_the_picture_and_its_changes() -> None:
    told: list[StatusResult] = []
    board = StatusBoard("1", told.append)
    board.loading("Loading x")
    board.loading("Loading x")
    board.loaded()
    board.named("a", "b")
    with board.busy():
        board.answered(12.0)
    board.failed(ProviderUnavailable("Gone.", hint="Start it."))
    with board.busy():
        board.answered(None)
    assert [each.state for each in told] == [
        State.LOADING,
        State.READY,
        State.READY,
        State.BUSY,
        State.READY,
        State.ERROR,
        State.BUSY,
        State.READY,
    ]
    assert told[5].hint == "Start it."
    assert (told[-1].completion_model, told[-1].chat_model, told[-1].tokens_per_second) == ("a", "b", 12.0)
    assert board.current is told[-1]


def test_an_error_carries_its_code_until_somebody_was_told() -> None:
    told: list[StatusResult] = []
    board = StatusBoard("1", told.append)
    board.failed(ProviderUnavailable("Gone."))
    with board.busy():
        assert told[-1].code == ""
    assert told[-1].code == "unavailable"
    board.failed(ProviderUnavailable("Gone."), told=True)
    assert (told[-1].state, told[-1].code) == (State.ERROR, "")
    board.loaded()
    assert told[-1].code == ""


def test_what_a_person_should_know_of_the_model_stands_beside_ready() -> None:
    told: list[StatusResult] = []
    board = StatusBoard("1", told.append)
    board.noted(["Memory is low.", "Memory is low.", "It is asked in words."])
    board.loaded()
    assert told[-1].message == "Ready. Memory is low. It is asked in words."
    with board.busy():
        assert told[-1].message == "Working."


class Wire:
    """In place of the protocol."""

    def __init__(self, answer: object = None) -> None:
        self.answer = answer
        self.asked = 0
        self.told: list[Any] = []

    async def ask(self, *_: object, repeatable: bool) -> object:
        self.asked += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def notify(self, _: str, params: Any) -> None:
        self.told.append(params)


async def test_progress_is_shown_and_its_token_dropped() -> None:
    wire = Wire()
    board = ProgressBoard(wire, announced=True)  # type: ignore[arg-type]
    async with board.work("Loading") as work:
        for fraction in (0.5, 0.2, None, 7.0):
            work.report("step", fraction)
    work.report("late", 1.0)
    values = [each.value for each in wire.told]
    assert [each.kind for each in values] == ["begin", *["report"] * 4, "end"]
    assert [each.percentage for each in values[1:5]] == [50, 50, 50, 100]
    assert board._running == {}
    assert not board.cancel(wire.told[0].token)


@pytest.mark.parametrize("answer", [TimeoutError(), WireError(Code.REQUEST_FAILED, "no")])
async def test_a_client_that_does_not_agree_is_left_alone(answer: Exception) -> None:
    wire = Wire(answer)
    async with ProgressBoard(wire, announced=True).work("Loading") as work:  # type: ignore[arg-type]
        work.report("step")
    assert (wire.asked, wire.told) == (1, [])
    wire = Wire()
    async with ProgressBoard(wire, announced=False).work("Loading") as work:  # type: ignore[arg-type]
        work.report("step")
    assert (wire.asked, wire.told) == (0, [])


async def test_the_user_stops_the_work_and_failures_end_it() -> None:
    wire = Wire()
    board = ProgressBoard(wire, announced=True)  # type: ignore[arg-type]

    async def wait() -> None:
        async with board.work("Loading"):
            await asyncio.Event().wait()

    task = asyncio.create_task(wait())
    while not wire.told:  # noqa: ASYNC110
        await asyncio.sleep(0)
    assert board.cancel(wire.told[0].token)
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(ValueError, match="broken"):
        async with board.work("Loading"):
            raise ValueError("broken")
    assert [each.value.kind for each in wire.told] == ["begin", "end"] * 2


class Provided:
    """A provider that can be closed."""

    def __init__(self) -> None:
        self.closed = 0

    async def aclose(self) -> None:
        self.closed += 1


def other(spec: str, **chat: Any) -> Settings:
    import attrs

    settings = Settings()
    return attrs.evolve(settings, models=attrs.evolve(settings.models, completion=spec, chat=chat.get("chat", spec)))


async def test_providers_are_shared_replaced_and_closed_when_nobody_uses_them() -> None:
    made: list[Provided] = []

    def create(*_: object) -> Any:
        made.append(Provided())
        return made[-1]

    tasks = Tasks()
    models = Models(create, tasks)
    assert models.configure(other("one")) is True
    assert models.configure(other("one")) is False
    async with models.use(Use.COMPLETION) as (_, first), models.use(Use.CHAT) as (_, second):
        assert first is second
        assert models.configure(other("two")) is True
        async with models.use(Use.CHAT) as (_, third):
            assert third is not first
        await asyncio.sleep(0.01)
        assert made[0].closed == 0, "somebody streams from it"
    async with asyncio.timeout(60):
        while not made[0].closed:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
    models.configure(other("one", chat="two"))
    assert models.model(Use.COMPLETION) is not models.model(Use.CHAT)
    await models.model(Use.COMPLETION).provider()
    await models.close()
    await models.close()
    assert [each.closed for each in made] == [1, 1, 1]
    await tasks.close()


async def test_a_provider_that_cannot_be_made_tells_everybody_why() -> None:
    def create(*_: object) -> Any:
        raise SettingsError("No such provider.")

    models = Models(create, Tasks())
    for use in Use:
        with pytest.raises(SettingsError):
            async with models.use(use):
                pass
    await models.close()


async def test_who_stops_waiting_for_a_provider_does_not_stop_the_others(tmp_path: Path) -> None:
    import threading

    go = threading.Event()

    def create(*_: object) -> Any:
        go.wait(60)
        return Provided()

    models = Models(create, Tasks())
    waiting = [asyncio.create_task(models.model(Use.CHAT).provider()) for _ in range(2)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    go.set()
    assert isinstance(await waiting[1], Provided)
    await models.close()
