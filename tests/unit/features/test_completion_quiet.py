"""What becomes of suggestions is seen, learned from and kept; and hiding never goes too far."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from pathlib import Path

import attrs
import pytest

from hearth.core.paths import Paths
from hearth.features.completion.feedback import Feedback, Suggestion
from hearth.features.completion.feedback import Outcome as Told
from hearth.features.completion.quiet import learner as learning
from hearth.features.completion.quiet.fit import Example, fit
from hearth.features.completion.quiet.ledger import Ledger, Outcome, Row, examples
from hearth.features.completion.quiet.policy import FEWEST, learn
from hearth.features.completion.quiet.signs import signs
from hearth.features.completion.quiet.summary import summary
from hearth.features.completion.request import Request
from hearth.syntax import languages, parse
from unit.features.screen import SUGGESTED, Screen
from unit.features.typist import URI, Editor


@pytest.fixture(autouse=True, scope="module")
def grammar() -> None:
    """Loaded before the first completion, which does not wait long for the syntax of its document."""
    language = languages.by_name("python")
    assert language is not None
    assert parse.parse("x = 1\n", language) is not None


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(Paths(*(tmp_path / name for name in ("run", "state", "config", "cache", "data"))))


def rows(count: int, seed: int = 1) -> list[Row]:
    """Somebody who takes what comes behind a dot, mostly, and rejects what comes in comments."""
    draw = random.Random(seed)  # noqa: S311
    found = []
    for _ in range(count):
        comment = draw.random() < 0.5
        accepted = draw.random() < (0.02 if comment else 0.8)
        outcome = Outcome.ACCEPTED if accepted else Outcome.REJECTED
        found.append(Row("python", False, outcome, {"in comment": float(comment), "column": draw.random()}))
    return found


async def test_accepted_in_one_piece(ledger: Ledger) -> None:
    screen = Screen(ledger)
    assert await screen.see() == SUGGESTED
    screen.insert(SUGGESTED)
    assert await screen.outcomes() == ["accepted"]


async def test_accepted_by_the_word_and_then_something_else(ledger: Ledger) -> None:
    screen = Screen(ledger)
    await screen.see()
    screen.insert("total ")
    await screen.see()
    screen.type("- 1")
    assert await screen.outcomes() == ["accepted"], "one suggestion, however often it was asked for"


async def test_typed_to_its_end(ledger: Ledger) -> None:
    screen = Screen(ledger)
    await screen.see()
    screen.type(SUGGESTED)
    assert await screen.outcomes() == ["typed"]


@pytest.mark.parametrize(("seconds", "outcome"), [(1.0, "rejected"), (0.1, "unseen")])
async def test_typed_over(ledger: Ledger, seconds: float, outcome: str) -> None:
    screen = Screen(ledger)
    await screen.see(seconds=seconds)
    screen.type("to")
    screen.type("day")
    assert await screen.outcomes() == [outcome]


async def test_accepted_with_what_was_typed_behind_it_in_one_change(ledger: Ledger) -> None:
    screen = Screen(ledger)
    await screen.see()
    screen.insert(SUGGESTED + ")")
    assert await screen.outcomes() == ["accepted"]


async def test_a_closed_document_rejects_nothing(ledger: Ledger) -> None:
    screen = Screen(ledger)
    await screen.see()
    screen.desk.suggestions.forget(URI)
    assert await screen.outcomes() == []


@pytest.mark.parametrize("undone", [False, True])
async def test_whether_it_is_kept_shows_half_a_minute_later(ledger: Ledger, undone: bool) -> None:
    screen = Screen(ledger)
    await screen.see()
    screen.insert(SUGGESTED)
    if undone:
        screen.editor.delete(6)
    screen.clock.now += 60
    screen.insert(" ")
    await screen.outcomes()
    assert [row.kept for row in ledger.rows()] == [not undone]


@pytest.mark.parametrize(
    ("told", "accepted", "outcome"),
    [(Told.REJECTED, 0, "rejected"), (Told.ACCEPTED, 0, "accepted"), (Told.ACCEPTED, 5, "accepted")],
)
async def test_an_editor_that_tells(ledger: Ledger, told: Told, accepted: int, outcome: str) -> None:
    screen = Screen(ledger)
    await screen.see(seconds=0.1)
    here = len(screen.editor.before)
    older = Suggestion(URI, "python", "something else", here, automatic=True)
    screen.learner.told(Feedback(older, Told.REJECTED, 0))
    screen.learner.told(Feedback(attrs.evolve(older, text=SUGGESTED), Told.IGNORED, 0))
    screen.learner.told(Feedback(attrs.evolve(older, text=SUGGESTED), told, accepted))
    screen.type("q")
    assert await screen.outcomes() == [outcome]


async def test_no_record_where_it_is_switched_off(ledger: Ledger) -> None:
    screen = Screen(ledger)
    await screen.desk.answer(screen.editor.request(), silence=0.0)
    screen.insert("nothing")
    assert await screen.outcomes() == []
    assert not ledger.path.exists()


async def test_what_was_always_rejected_is_hidden_but_not_for_ever_and_never_by_hand(ledger: Ledger) -> None:
    """400 suggestions: on a fresh line they are wanted, behind other text they are not."""
    wanted = signs(Request("total\n", 6, language="python"), SUGGESTED, known=False, since_key_s=1.0)
    screen = Screen(ledger)
    unwanted = signs(screen.editor.request(), SUGGESTED, known=False, since_key_s=1.0)
    both = [(wanted, Outcome.ACCEPTED), (unwanted, Outcome.REJECTED)]
    ledger.add([Row("python", False, outcome, each) for _ in range(200) for each, outcome in both])
    await learn_now(screen)
    assert await screen.see() == ""
    assert await screen.see() == "", "it stays hidden while nothing changes"
    assert await screen.see(by_hand=True) == SUGGESTED
    screen.type("q")
    screen.chance = learning.SHADOW / 2
    screen.editor = Editor("total = 0\ny = ", "\n")
    assert await screen.see() == SUGGESTED, "some are shown all the same"
    screen.type("q")
    await screen.outcomes()
    silent, by_hand, shadow = ledger.rows()[-3:]
    assert (silent.outcome, by_hand.by_hand, shadow.weight) == (Outcome.SILENT, True, 1 / learning.SHADOW)


async def learn_now(screen: Screen) -> None:
    await screen.learner._write(learning=True)
    screen.learner._began = True
    screen.learner._policy = await asyncio.to_thread(learning._learn, screen.ledger, 0.02)


def test_it_learns_what_tells_them_apart() -> None:
    policy = learn(examples(rows(800)), 0.05)
    assert policy is not None
    assert policy.hides
    assert policy.judge.weights["in comment"] < -2
    assert abs(policy.judge.weights["column"]) < 1
    assert policy.trial.rejected_hidden > 0.7
    assert policy.trial.accepted_lost < 0.1
    assert policy.trial.brier < policy.trial.brier_constant / 2
    assert sum(part.count for part in policy.trial.bins) == policy.trial.examples == 200


@pytest.mark.parametrize("seed", [5, 117, 122])
def test_a_fit_does_not_run_away(seed: int) -> None:
    """Whole Newton steps do on these. Where a fit has come to its end, as many are expected as were accepted."""
    draw = random.Random(seed)  # noqa: S311

    def example() -> Example:
        found = {f"s{n}": draw.random() * 100 * (draw.random() < 0.7) for n in range(30)}
        return Example(found, draw.random() < 0.05, draw.choice([1, 1, 1, 10.0]))

    found = [example() for _ in range(200)]
    judge = fit(found)
    assert abs(sum(each.weight * (each.accepted - judge.probability(each.signs)) for each in found)) < 0.01


def test_chance_does_not_undo_what_more_feedback_has_shown() -> None:
    """The threshold lies where about the allowed share is lost, so every second sample exceeds it, however large."""
    policies = [learn(examples(rows(count, seed)), 0.05) for count in (400, 4000) for seed in range(8)]
    assert sum(policy is not None and policy.hides for policy in policies) >= 15


def test_probabilities_are_those_of_the_data() -> None:
    judge = fit([Example({"a": float(n % 2)}, n % 10 < (n % 2) * 5) for n in range(1000)])
    assert judge.probability({"a": 1.0}) == pytest.approx(0.4, abs=0.02)
    assert judge.probability({}) == pytest.approx(0.0, abs=0.02)


def test_nothing_is_hidden_without_data_or_reason_or_leave() -> None:
    assert learn(examples(rows(FEWEST - 1)), 0.05) is None
    assert learn([Example({"a": 1.0}, n == 0) for n in range(1000)], 0.05) is None, "too few accepted"
    draw = random.Random(3)  # noqa: S311
    noise = learn([Example({"a": draw.random()}, draw.random() < 0.5) for _ in range(600)], 0.01)
    assert noise is not None
    assert not noise.hides
    everything = [attrs.evolve(row, outcome=Outcome.ACCEPTED) for row in rows(800)]
    assert learn(examples(everything), 0.05) is None
    assert learn(examples([attrs.evolve(row, outcome=Outcome.REJECTED) for row in rows(800)]), 0.05) is None
    lately = [*examples(rows(600)), *(each for each in examples(rows(800)) if not each.accepted)]
    turned = learn(lately, 0.05)
    assert turned is not None
    assert not turned.hides, "where nothing is accepted any more, nothing shows what hiding would lose"
    strict = learn(examples(rows(800)), 0.0)
    assert strict is not None
    assert not strict.hides


def test_a_broken_record_is_moved_aside(ledger: Ledger) -> None:
    ledger.add(rows(3))
    ledger.path.write_bytes(b"this is no database" * 100)
    assert ledger.rows() == []
    assert ledger.path.with_suffix(".broken").exists()
    ledger.add(rows(2))
    assert len(ledger.rows()) == 2


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("signs", "[1"),
        ("signs", "[1]"),
        ("signs", '{"a": NaN}'),
        ("signs", '{"a": Infinity}'),
        ("signs", '{"a": 1e300}'),
        ("signs", '{"a": 1' + 400 * "0" + "}"),
        ("signs", '{"a": ' + 100_000 * "[" + "}"),
        ("signs", "{" + ", ".join(f'"{n}": 1' for n in range(1000)) + "}"),
        ("signs", b"\xff\xfe"),
        ("outcome", "eaten"),
        ("weight", 1e9),
        ("weight", -1.0),
        ("weight", "heavy"),
        ("latency_ms", float("inf")),
        ("at", float("inf")),
    ],
)
def test_rows_that_make_no_sense_are_left_out(ledger: Ledger, column: str, value: object) -> None:
    ledger.add(rows(3))
    with sqlite3.connect(ledger.path) as base:
        base.execute(f"UPDATE shown SET {column} = ? WHERE id = 2", (value,))  # noqa: S608
    base.close()
    assert ledger.rows() == [row for row in ledger.rows() if row.signs.keys() == {"in comment", "column"}]
    assert len(ledger.rows()) == 2


def test_text_that_is_not_utf8_costs_its_row_only(ledger: Ledger) -> None:
    ledger.add(rows(3))
    with sqlite3.connect(ledger.path) as base:
        base.execute("UPDATE shown SET signs = CAST(x'ff41' AS TEXT) WHERE id = 1")
    base.close()
    assert len(ledger.rows()) == 2


def test_the_record_of_another_version_is_moved_aside(ledger: Ledger) -> None:
    ledger.path.parent.mkdir(parents=True)
    with sqlite3.connect(ledger.path) as base:
        base.execute("CREATE TABLE shown (id INTEGER PRIMARY KEY, text TEXT)")
    base.close()
    assert ledger.rows() == []
    ledger.add(rows(2))
    assert len(ledger.rows()) == 2
    assert ledger.path.with_suffix(".broken").exists()


def test_two_windows_lose_nothing(ledger: Ledger) -> None:
    import threading

    work = [threading.Thread(target=lambda: [ledger.add(rows(1)) for _ in range(20)]) for _ in range(2)]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    assert len(ledger.rows()) == 40


def test_the_record_is_bounded_private_and_without_text(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hearth.features.completion.quiet.ledger._MOST_ROWS", 10)
    for _ in range(4):
        ledger.add(rows(5))
    assert len(ledger.rows()) == 10
    assert ledger.path.stat().st_mode & 0o077 == 0
    secret = Request("the_secret = 1\nx = ", 19, language="my secret language!")
    assert "secret" not in str(signs(secret, "the_secret", known=False, since_key_s=None))


def test_the_summary_tells_what_hiding_did() -> None:
    def some(outcome: Outcome, count: int, **changes: float) -> list[Row]:
        return [Row("python", False, outcome, {}, **changes)] * count

    before = [*some(Outcome.ACCEPTED, 1), *some(Outcome.REJECTED, 3), *some(Outcome.UNSEEN, 2)]
    since = [*some(Outcome.SILENT, 6), *some(Outcome.ACCEPTED, 2), *some(Outcome.TYPED, 1, weight=10.0)]
    since += some(Outcome.REJECTED, 1, weight=10.0)
    by_hand = [attrs.evolve(row, by_hand=True) for row in some(Outcome.REJECTED, 9)]
    effect = summary([*before, *by_hand, *since], 0.05).effect
    assert (effect.hidden, effect.shown_by_chance, effect.accepted_by_chance) == (6, 2, 1)
    assert (effect.rate_before, effect.rate_since) == (0.25, 0.5)


def test_the_summary_counts(ledger: Ledger) -> None:
    ledger.add([*rows(800), Row("go", False, Outcome.SILENT, {}), Row("go", False, Outcome.UNSEEN, {}, latency_ms=8.0)])
    found = summary(ledger.rows(), 0.05)
    assert (found.total.shown, found.total.silent, found.total.unseen) == (801, 1, 1)
    assert (found.languages["go"].shown, found.languages["go"].accept_rate) == (1, None)
    assert found.total.accepted + found.total.rejected == 800
    assert found.latency_p50_ms == 8.0
    assert found.hides
    assert (found.effect.hidden, found.effect.shown_by_chance) == (1, 0)
    assert ledger.forget()
    assert ledger.rows() == []
