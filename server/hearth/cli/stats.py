"""``hearth stats``: what became of suggestions, and what was learned from it."""

from __future__ import annotations

import attrs
import typer
from rich.markup import escape
from rich.table import Table

from hearth.features.completion.quiet.ledger import Ledger
from hearth.features.completion.quiet.policy import Policy
from hearth.features.completion.quiet.summary import Counts, Effect, Summary, summary

from . import context as contexts
from .output import emit, err, out

_STRONGEST = 5
"""Signs that are named."""


def command(
    json_output: bool = typer.Option(False, "--json", help="Print one JSON object."),
    forget: bool = typer.Option(False, "--forget", help="Delete the record and what was learned from it."),
) -> None:
    """Show how many suggestions were shown, accepted and kept, and which are hidden."""
    context = contexts.load(quiet=json_output)
    ledger = Ledger(context.paths)
    if forget:
        existed = ledger.forget()
        if json_output:
            emit({"forgotten": existed})
        else:
            out.print("The record is deleted." if existed else "There is no record.")
        return
    found = summary(ledger.rows(), context.settings.completion.silence)
    if json_output:
        emit(_json(found))
        return
    _tell(found, context.settings.completion.silence)
    err.print(f"\nThe record (numbers, no text): {escape(str(ledger.path))}")


def _json(found: Summary) -> dict[str, object]:
    value = attrs.asdict(found, filter=lambda attribute, _: attribute.name != "policy")
    policy = found.policy
    value["threshold"] = policy.threshold if policy else None
    value["held_out"] = attrs.asdict(policy.trial) if policy else None
    value["weights"] = dict(policy.judge.weights) if policy else None
    return value


def _tell(found: Summary, silence: float) -> None:
    if not found.total.shown + found.total.silent:
        out.print("No suggestions yet." if silence else "No record is kept: completion.silence is 0.")
        return
    table = Table(
        "language", "shown", "seen", "accepted", "typed", "rejected", "rate", "kept", "hidden", box=None, pad_edge=False
    )
    for name, counts in [*found.languages.items(), ("all", found.total)]:
        table.add_row(escape(name), *_cells(counts))
    out.print(table)
    if found.latency_p50_ms is not None:
        out.print(
            f"\nTime to the first text: {found.latency_p50_ms:.0f} ms, one in twenty over "
            f"{found.latency_p95_ms:.0f} ms."
        )
    out.print()
    if silence == 0:
        out.print("Nothing is hidden: completion.silence is 0.")
    elif found.policy is None:
        out.print(
            f"Nothing is hidden yet: learning needs {found.needed} seen suggestions, {found.needed_of_each} of them "
            f"accepted and {found.needed_of_each} rejected; there are {found.learned_from}."
        )
    else:
        _tell_policy(found.policy)
    if found.effect.hidden:
        _tell_effect(found.effect)


def _cells(counts: Counts) -> list[str]:
    numbers = [counts.shown, counts.shown - counts.unseen, counts.accepted, counts.typed, counts.rejected]
    return [*map(str, numbers), _percent(counts.accept_rate), _percent(counts.kept_rate), str(counts.silent)]


def _tell_policy(policy: Policy) -> None:
    trial = policy.trial
    verdict = f"are hidden below {policy.threshold:.1%} likelihood" if policy.hides else "are not hidden: not worth it"
    out.print(f"Suggestions {verdict}. On the latest {trial.examples}, which the examined judge had not seen:")
    out.print(f"  rejected ones that would be hidden  {trial.rejected_hidden:6.1%}")
    out.print(f"  accepted ones that would be lost    {trial.accepted_lost:6.1%}")
    out.print(
        f"  error of the likelihood             {trial.brier:.3f} (always the same guess: {trial.brier_constant:.3f})"
    )
    table = Table("expected", "accepted", "suggestions", box=None, pad_edge=False)
    for part in trial.bins:
        table.add_row(f"{part.expected:.0%}", f"{part.accepted:.0%}", str(part.count))
    out.print()
    out.print(table)
    strongest = sorted(policy.judge.weights.items(), key=lambda each: -abs(each[1]))[:_STRONGEST]
    out.print("\nWhat counts most: " + escape(", ".join(f"{name} {weight:+.1f}" for name, weight in strongest)) + ".")


def _tell_effect(effect: Effect) -> None:
    out.print(f"\nSo far {effect.hidden} {'was' if effect.hidden == 1 else 'were'} hidden.", end=" ")
    if effect.shown_by_chance:
        out.print(
            f"Of {effect.shown_by_chance} like them, shown all the same, {effect.accepted_by_chance} "
            f"{'was' if effect.accepted_by_chance == 1 else 'were'} accepted.",
            end=" ",
        )
    out.print(
        f"Accepted of those that were seen: {_percent(effect.rate_before)} before the first was hidden, "
        f"{_percent(effect.rate_since)} since."
    )


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.0%}"
