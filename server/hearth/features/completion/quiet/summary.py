"""What ``hearth stats`` tells."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence

import attrs

from .ledger import Outcome, Row, examples
from .policy import FEWEST, FEWEST_OF_EACH, Policy, learn

_WORST = 0.95


@attrs.frozen
class Counts:
    """Suggestions and what became of them. Shares are within 0..1 and None where there is nothing to count."""

    shown: int
    unseen: int
    """Shown too shortly to be read; not part of the rates."""
    accepted: int
    typed: int
    """Typed by hand to their end."""
    rejected: int
    silent: int
    accept_rate: float | None
    """Accepted ones among those that were seen."""
    kept_rate: float | None
    """Accepted ones that were unchanged half a minute later."""


@attrs.frozen
class Effect:
    """What hiding has done so far, of what nobody asked for by hand. Shares as in :class:`Counts`."""

    hidden: int
    shown_by_chance: int
    """Suggestions that would have been hidden and were shown all the same, and seen."""
    accepted_by_chance: int
    """Accepted or typed ones among those: that share of the hidden ones was lost."""
    rate_before: float | None
    """Accepted ones among those that were seen before the first was hidden."""
    rate_since: float | None
    """The same since."""


@attrs.frozen
class Summary:
    """All of it."""

    total: Counts
    languages: dict[str, Counts]
    latency_p50_ms: float | None
    latency_p95_ms: float | None
    learned_from: int
    """Suggestions that count for learning."""
    needed: int
    needed_of_each: int
    hides: bool
    """Whether suggestions are hidden."""
    effect: Effect
    policy: Policy | None


def summary(rows: Sequence[Row], most_lost: float) -> Summary:
    """The summary of ``rows``. ``most_lost`` is the setting ``completion.silence``. Not for an event loop."""
    learned = examples(rows)
    policy = learn(learned, most_lost)
    names = Counter(row.language for row in rows)
    times = sorted(row.latency_ms for row in rows if row.latency_ms is not None and row.outcome is not Outcome.SILENT)
    return Summary(
        total=_counts(rows),
        languages={name: _counts([row for row in rows if row.language == name]) for name, _ in names.most_common()},
        latency_p50_ms=statistics.median(times) if times else None,
        latency_p95_ms=times[min(len(times) - 1, int(_WORST * len(times)))] if times else None,
        learned_from=len(learned),
        needed=FEWEST,
        needed_of_each=FEWEST_OF_EACH,
        hides=policy is not None and policy.hides,
        effect=_effect([row for row in rows if not row.by_hand]),
        policy=policy,
    )


def _effect(rows: Sequence[Row]) -> Effect:
    first = next((at for at, row in enumerate(rows) if row.outcome is Outcome.SILENT), len(rows))
    chance = examples([row for row in rows if row.weight > 1])
    return Effect(
        hidden=sum(row.outcome is Outcome.SILENT for row in rows),
        shown_by_chance=len(chance),
        accepted_by_chance=sum(each.accepted for each in chance),
        rate_before=_counts(rows[:first]).accept_rate,
        rate_since=_counts(rows[first:]).accept_rate,
    )


def _counts(rows: Sequence[Row]) -> Counts:
    found = Counter(row.outcome for row in rows)
    seen = found[Outcome.ACCEPTED] + found[Outcome.TYPED] + found[Outcome.REJECTED]
    kept = [row.kept for row in rows if row.outcome is Outcome.ACCEPTED and row.kept is not None]
    return Counts(
        shown=len(rows) - found[Outcome.SILENT],
        unseen=found[Outcome.UNSEEN],
        accepted=found[Outcome.ACCEPTED],
        typed=found[Outcome.TYPED],
        rejected=found[Outcome.REJECTED],
        silent=found[Outcome.SILENT],
        accept_rate=found[Outcome.ACCEPTED] / seen if seen else None,
        kept_rate=sum(kept) / len(kept) if kept else None,
    )
