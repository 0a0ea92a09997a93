"""Guessing ahead changes how fast a greedy answer comes, never what it says."""

from __future__ import annotations

import asyncio
import queue
import re
import tomllib
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.running import EXACT, PATIENCE_S, Engines
from hearth.engine.costs import Costs
from hearth.engine.drafts import MAX_DRAFT, Drafter, Lookup
from hearth.engine.generation import Event, Finished, Task
from hearth.engine.generation import Text as Chunk
from hearth.engine.ladder import Rung
from hearth.engine.metrics import Metrics
from hearth.engine.native import Context, Model
from hearth.engine.options import ContextOptions, LoadOptions
from hearth.engine.sampling import Sampling
from hearth.engine.scheduler import Scheduler


class Cheap(Costs):
    """The same on every machine, however busy it is: a guess always pays."""

    def learn(self, rows: int, time: float) -> None:
        pass


class Here:
    """The engine's loop in this process, with the model and on the rung whose batches all give the same answers."""

    def __init__(self, path: Path) -> None:
        self.model = Model(path, LoadOptions(extra_buffers=False, gpu_layers=0), lambda _fraction: True)
        options = ContextOptions(size=EXACT.context * 2, batch=512, sequences=8, threads=1, plain=True)
        self.context = Context(self.model, options)
        costs = Cheap(1.0, 2.0)
        self.scheduler = Scheduler(
            self.model, self.context, slots=4, batch=512, window=EXACT.context, metrics=Metrics(), costs=costs
        )
        self.scheduler.start()

    async def complete(
        self, prompt: str, *, max_tokens: int, draft: int = 0, stop: Sequence[str] = (), **sampling: Any
    ) -> dict[str, Any]:
        """A whole completion, as HTTP would tell it."""
        events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        tokens = tuple(self.model.tokenize(prompt))
        self.scheduler.submit(Task(tokens, max_tokens, Sampling(**sampling), tuple(stop), draft=draft), events.put)
        text = ""
        while isinstance(event := await asyncio.to_thread(events.get, timeout=PATIENCE_S), Chunk):
            text += event.text
        assert isinstance(event, Finished)
        return {
            "choices": [{"text": text, "finish_reason": event.reason}],
            "usage": {"completion_tokens": event.timings.predicted_n},
            "timings": attrs.asdict(event.timings),
        }

    def close(self) -> None:
        self.scheduler.close()
        self.context.close()
        self.model.close()


@pytest.fixture
def engine(models) -> Iterator[Here]:
    here = Here(models(EXACT))
    yield here
    here.close()


async def test_over_http(engines: Engines, models) -> None:
    served = await engines.start(models(EXACT), rung=Rung.BARE)
    plain = await served.complete(PROMPTS[0], max_tokens=60)
    guessed = await served.complete(PROMPTS[0], max_tokens=60, draft=8)
    assert guessed["choices"] == plain["choices"]
    assert guessed["timings"]["draft_n"] >= guessed["timings"]["draft_n_accepted"]


PROMPTS = ("abcabcabcabc", "def f(x):\n    return x\n" * 6, "no repetition here: qwz", "aaaaaaaaaaaaaaaaaa")


@pytest.mark.parametrize("prompt", PROMPTS)
@pytest.mark.parametrize("limit", [1, 2, 7, 90])
async def test_the_answer_is_the_same(engine: Here, prompt: str, limit: int) -> None:
    plain = await engine.complete(prompt, max_tokens=limit)
    guessed = await engine.complete(prompt, max_tokens=limit, draft=8)
    assert guessed["choices"] == plain["choices"]
    assert guessed["usage"]["completion_tokens"] == plain["usage"]["completion_tokens"]
    assert guessed["timings"]["draft_n"] >= guessed["timings"]["draft_n_accepted"]


async def test_what_repeats_is_guessed(engine: Here) -> None:
    """Greedy answers of random weights fall into loops for a while, which are then guessed right."""
    answers = [await engine.complete(prompt, max_tokens=200, draft=8) for prompt in PROMPTS]
    assert sum(answer["timings"]["draft_n_accepted"] for answer in answers) > 30


async def test_the_cache_holds_no_wrong_guess(engine: Here) -> None:
    prompt = PROMPTS[1]
    first = await engine.complete(prompt, max_tokens=40, draft=16)
    longer = prompt + first["choices"][0]["text"]
    ours = await engine.complete(longer, max_tokens=20)
    await engine.complete("something else entirely " * 8, max_tokens=1)
    assert (await engine.complete("x" + longer, max_tokens=1))["choices"]
    fresh = await engine.complete(longer, max_tokens=20)
    assert ours["choices"] == fresh["choices"]


async def test_beside_others_and_with_stop_texts(engine: Here) -> None:
    alone = [await engine.complete(prompt, max_tokens=60) for prompt in PROMPTS]
    stop = alone[0]["choices"][0]["text"][20:22]
    together = await asyncio.gather(*(engine.complete(prompt, max_tokens=60, draft=8) for prompt in PROMPTS))
    assert [each["choices"] for each in together] == [each["choices"] for each in alone]
    stopped = await engine.complete(PROMPTS[0], max_tokens=60, draft=8, stop=[stop])
    plain = await engine.complete(PROMPTS[0], max_tokens=60, stop=[stop])
    assert stopped["choices"] == plain["choices"]


async def test_chance_is_not_guessed(engine: Here) -> None:
    answer = await engine.complete(PROMPTS[0], max_tokens=60, draft=8, temperature=0.7, seed=1)
    assert answer["timings"]["draft_n"] == 0


CHEAP = Costs(1.0, 2.0)
DEAR = Costs(1.0, 16.0)


def test_how_far_to_guess_follows_from_what_rows_cost() -> None:
    lengths = []
    for costs in (CHEAP, Costs(1.0, 6.0), DEAR):
        drafter = Drafter((*range(60), *range(6)), MAX_DRAFT)
        lengths.append(len(drafter.guess(100, 0, costs)))
    assert lengths[0] > lengths[1] > lengths[2] == 0


def test_guesses_that_were_wrong_make_the_next_ones_shorter() -> None:
    def later(right: bool) -> int:
        drafter = Drafter((*range(60), *range(6)), MAX_DRAFT)
        for _ in range(20):
            drafter.guess(1, 0, CHEAP)
            drafter.checked(0, right=right)
        return len(drafter.guess(100, 0, CHEAP))

    assert later(True) > later(False)


def test_the_longer_a_guess_was_right_the_likelier_is_its_next_token() -> None:
    """With the chance of the first token for all of them, four equal ones were worth three more at this price."""
    drafter = Drafter((*range(60), *range(4)), MAX_DRAFT)
    assert len(drafter.guess(100, 0, Costs(1.0, 5.0))) == 7


def test_other_answers_in_a_step_make_it_dearer_to_guess() -> None:
    costs = Costs(1.0, 5.5)
    alone, beside = (len(Drafter((*range(60), *range(4)), MAX_DRAFT).guess(100, n, costs)) for n in (0, 12))
    assert alone > beside


def test_what_steps_take_is_learned() -> None:
    costs = Costs(1.0, 16.0)
    assert costs.of(1) == 1
    assert costs.of(16) == 16
    assert costs.of(6) == pytest.approx(6)
    for _ in range(60):
        costs.learn(8, 2.0)
        costs.learn(16, 16.0)
        costs.learn(5, 100.0)  # A size that is not followed.
    assert costs.of(8) == pytest.approx(2, rel=0.02)
    assert 2 < costs.of(6) < 4
    assert costs.of(64) == 2 * costs.of(32)
    costs.learn(16, 1000.0)
    assert costs.of(16) <= 20, "one hiccup"


def test_a_bad_measure_does_not_end_guessing_for_ever() -> None:
    """The larger steps are tried again, seldom; if they are as dear as was thought, that is all."""

    def tries(really: Costs) -> int:
        believed = Costs(1.0, 60.0)
        count = 0
        for _ in range(2000):
            drafter = Drafter((*range(60), *range(20)), MAX_DRAFT)
            rows = 1 + len(drafter.guess(100, 0, believed))
            believed.learn(rows, really.of(rows))
            count += rows > 1
        return count

    assert tries(CHEAP) > 400
    assert 0 < tries(Costs(1.0, 40.0)) < 100


SOURCE = tuple(range(100, 140))


@pytest.mark.parametrize(
    ("written", "follows"),
    [
        ((*SOURCE[:10], 7), ()),  # Something new: nothing equal yet.
        ((*SOURCE[:10], 7, *SOURCE[10:12]), SOURCE[12:15]),  # Put in.
        ((*SOURCE[:10], *SOURCE[14:15]), SOURCE[15:18]),  # Left out: one equal token near by is enough.
        ((*SOURCE[:10], 7, *SOURCE[11:12]), SOURCE[12:15]),  # Put in place of another.
        ((*SOURCE[:10], *SOURCE[38:39]), ()),  # One equal token far away is not.
    ],
)
def test_after_an_edit_the_copy_goes_on_at_once(written: tuple[int, ...], follows: tuple[int, ...]) -> None:
    lookup = Lookup((*SOURCE, 1, 2))
    for token in written:
        lookup.find()
        lookup.add(token)
    match = lookup.find()
    assert (lookup.after(match, 3) if match else ()) == follows


def test_of_equal_places_the_nearest_to_the_last_one_is_taken() -> None:
    lookup = Lookup((1, 2, 3, 50, 1, 2, 4, 60, 1, 2, 5, 70, 99))
    for token in (50, 1, 2):
        lookup.find()
        lookup.add(token)
    match = lookup.find()
    assert match is not None and lookup.after(match, 1) == (4,)


def test_lines_of_the_answer_itself_are_found() -> None:
    lookup = Lookup((1, 2, 3))
    for token in (10, 11, 12, 13, 10, 11):
        lookup.find()
        lookup.add(token)
    match = lookup.find()
    assert match is not None and lookup.after(match, 2) == (12, 13)


def test_edits_take_few_steps() -> None:
    """The whole document after each edit, as the bench dictates it, in words for tokens."""
    steps = tokens = 0
    for before, after in edits():
        drafter = Drafter(words(before), MAX_DRAFT)
        answer = words(after)
        at = 0
        while at < len(answer):
            guess = drafter.guess(len(answer) - at - 1, 0, CHEAP)
            right = 0
            while right < len(guess) and guess[right] == answer[at + right]:
                drafter.checked(right, right=True)
                right += 1
            if right < len(guess):
                drafter.checked(right, right=False)
            for token in answer[at : at + right + 1]:
                drafter.chose(token)
            at += right + 1
            steps += 1
        tokens += len(answer)
    assert tokens / steps > 2.8


def edits() -> Iterator[tuple[str, str]]:
    for path in sorted((Path(__file__).parents[1] / "golden" / "edits").glob("*.toml")):
        for scene in tomllib.loads(path.read_text(encoding="utf-8"))["scene"]:
            if isinstance(scene.get("document"), str) and isinstance(scene.get("wanted"), str):
                yield scene["document"].replace("├", "").replace("┤", ""), scene["wanted"]


def words(text: str) -> list[int]:
    return [zlib.crc32(each.encode()) for each in re.findall(r"\w+|\s+|.", text)]


@given(st.lists(st.integers(0, 3), max_size=60), st.lists(st.integers(0, 3), max_size=30), st.integers(0, 8))
def test_a_guess_followed_an_equal_end_before(prompt: list[int], answer: list[int], count: int) -> None:
    lookup = Lookup(prompt)
    for token in answer:
        lookup.find()
        lookup.add(token)
    tokens = [*prompt, *answer]
    match = lookup.find()
    if match is not None:
        equal = min(match.length, match.position)
        assert equal >= 1
        assert tokens[match.position - equal : match.position] == tokens[len(tokens) - equal :]
        guess = lookup.after(match, count)
        assert list(guess) == tokens[match.position : match.position + count]
