"""Who goes first, and that nobody waits for ever. All of it is counted in steps of the loop, not in seconds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.by_hand import Asked, Loop, Priority, loop
from engine.running import EXACT
from hearth.engine.batch import PATIENCE, SMALL_SHARE
from hearth.engine.scheduler import _MINIMUM_CHUNK, _MINIMUM_KEY_CHUNK, _MOST_PASSED
from models.tiny_gguf import TinyModel

LONG = "a long prompt " * 70
"""980 tokens."""


@pytest.fixture
def engine(models) -> Iterator[Loop]:
    with loop(models(TinyModel(context=EXACT.context, endless=True))) as running:
        # A machine so slow that nothing but the smallest chunk takes a short time.
        running.scheduler._record = _without_speed(running)  # type: ignore[method-assign]
        yield running


def _without_speed(running: Loop):
    record = running.scheduler._record

    def kept(batch, elapsed):
        record(batch, elapsed)
        running.scheduler._speed = 1.0

    return kept


def chat(engine: Loop, prompt: str = LONG, max_tokens: int = 8) -> Asked:
    return engine.ask(prompt, max_tokens, priority=Priority.CHAT)


def test_a_completion_waits_for_one_small_chunk_of_a_chat(engine: Loop) -> None:
    chatting = chat(engine)
    for _ in range(5):
        assert len(engine.turn()) == _MINIMUM_CHUNK
    completion = engine.ask("def f():", 1)
    step = engine.turn()
    assert engine.prompt_tokens(chatting, step) == 0
    assert completion.over
    assert not chatting.over
    assert engine.prompt_tokens(chatting, engine.turn()) == _MINIMUM_CHUNK


@pytest.mark.parametrize(("speed", "tokens"), [(1.0, _MINIMUM_KEY_CHUNK), (200.0, 200), (100_000.0, 256), (0.0, 256)])
def test_a_key_loses_at_most_a_second_of_what_was_read(models, speed: float, tokens: int) -> None:
    with loop(models(TinyModel(context=1024))) as engine:
        engine.scheduler._speed = speed
        asked = engine.ask(LONG, 1)
        assert engine.prompt_tokens(asked, engine.turn()) == tokens


def test_the_first_prompt_of_all_is_read_in_small_chunks_too(models) -> None:
    """Nothing is known of the machine's speed then."""
    with loop(models(TinyModel(context=1024))) as engine:
        chat(engine)
        assert len(engine.turn()) == _MINIMUM_CHUNK


def test_completions_go_before_chats_and_chats_before_background_work(engine: Loop) -> None:
    background = engine.ask("b" * 200, 1, priority=Priority.BACKGROUND)
    chatting = chat(engine, "c" * 200, 1)
    completion = engine.ask("d" * 200, 1)
    ends: list[Asked] = []
    for _ in range(100):
        engine.turn()
        ends += [each for each in (background, chatting, completion) if each.over and each not in ends]
    assert ends == [completion, chatting, background]


@pytest.mark.parametrize("priority", [Priority.CHAT, Priority.BACKGROUND])
def test_a_prompt_goes_on_beside_completions_without_end(engine: Loop, priority: Priority) -> None:
    waiting = engine.ask(LONG, 1, priority=priority)
    engine.turn()
    before = waiting.generation.evaluated
    shares = -(-(len(LONG) - before) // SMALL_SHARE)
    steps, asked = 0, 0
    while not waiting.answers:
        completion = engine.ask(f"{asked} def f():", 20)
        asked += 1
        while not completion.over:
            assert engine.prompt_tokens(waiting, engine.turn()) <= SMALL_SHARE
            steps += 1
            assert steps <= shares * (PATIENCE[priority] + 1) + 20
    assert steps > shares * PATIENCE[priority] / 2


def test_a_chat_goes_on_answering_beside_completions(engine: Loop) -> None:
    chatting = chat(engine, "hello", 60)
    engine.turn()
    engine.turn()
    for n in range(8):
        engine.until_over(engine.ask(f"{n} def f():", 6))
    assert chatting.generation.generated >= 40


def test_all_answers_share_each_step(engine: Loop) -> None:
    """A chat, a completion and background work that are being written cost one decode a token together."""
    kinds = [Priority.CHAT, Priority.INTERACTIVE, Priority.BACKGROUND]
    answers = [engine.ask(f"{kind.value} hello", 300, priority=kind) for kind in kinds]
    while not all(each.answers for each in answers):
        engine.turn()
    before = [each.generation.generated for each in answers]
    assert not any(each.over for each in answers)
    step = engine.turn()
    assert len(step) == len({entry.sequence for entry in step}) == 3
    assert [each.generation.generated for each in answers] == [count + 1 for count in before]


def test_a_chat_goes_on_beside_many_that_are_cancelled(engine: Loop) -> None:
    """Somebody types: each key ends the completion of the last one before it is answered."""
    waiting = chat(engine, LONG, 1)
    keys = 0
    while not waiting.answers:
        key = engine.ask(f"{keys} {LONG[:200]}", 5)
        engine.turn()
        engine.scheduler.cancel(key.generation)
        keys += 1
        assert keys <= -(-len(LONG) // SMALL_SHARE) * (PATIENCE[Priority.CHAT] + 2)


def test_chats_leave_a_slot_for_a_completion(engine: Loop) -> None:
    """There are three slots."""
    chats = [chat(engine, f"{n} {LONG}", 50) for n in range(3)]
    engine.turn()
    assert [each.generation.slot is not None for each in chats] == [True, True, False]
    completion = engine.ask("def f():", 1)
    engine.turn()
    assert completion.over
    for each in chats:
        engine.until_over(each)


def test_chats_leave_room_in_the_cache_for_a_completion(engine: Loop) -> None:
    size = engine.context.size
    first, second = chat(engine, "hello", size // 2), chat(engine, "hello again", size // 2 - 100)
    engine.turn()
    completion = engine.ask(LONG[: size // 8 - 10], 1)
    engine.turn()
    assert completion.generation.slot is not None
    assert first.generation.slot is not None
    assert second.generation.slot is None


def test_one_chat_may_have_the_whole_cache(engine: Loop) -> None:
    whole = chat(engine, "hello", engine.context.size - 5)
    engine.turn()
    assert whole.generation.slot is not None


@pytest.mark.parametrize("priority", [Priority.CHAT, Priority.BACKGROUND])
def test_who_waits_for_a_slot_is_passed_by_a_bounded_number(engine: Loop, priority: Priority) -> None:
    """Completions arrive faster than they are answered, in all slots, for ever."""
    running = [engine.ask(f"{n} def f():", 12) for n in range(6)]
    engine.turn()
    waiting = engine.ask("hello", 1, priority=priority)
    later = 0
    while waiting.generation.slot is None and not waiting.over:
        while sum(not each.over for each in running) < 6:
            running.append(engine.ask(f"{len(running)} def f():", 12))
            later += 1
        engine.turn()
        assert later < 4 * _MOST_PASSED
    assert later >= _MOST_PASSED / 2
    engine.until_over(waiting)
