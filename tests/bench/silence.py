"""What is learned of suggestions that are right and wrong: how many of the wrong ones it would keep off the screen."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from hearth.core.paths import Paths
from hearth.features.completion.quiet.fit import Example
from hearth.features.completion.quiet.ledger import Ledger, Row, examples
from hearth.features.completion.quiet.policy import Policy, learn
from hearth.features.completion.quiet.signs import SURENESS

from . import corpus
from .overhead import HEARTH
from .result import Figure, Result, at_least
from .suggesting import serving, suggestion
from .wire import Client

NAME = "silence"
TITLE = "Staying silent"
PLACES = 1_200
FILES = 120
_BLOCK = 25
"""Places that one server is asked about: fewer than it begins to learn from, so that it hides none of them, and few
enough for its patience on a busy machine."""
_LOST = 0.02, 0.1


def run() -> Result:
    """Let somebody who accepts exactly what is right look at real suggestions; learn from three quarters of that."""
    found = examples(_record(corpus.spots(PLACES, FILES, 12, ends=False)))
    plain = [attrs.evolve(each, signs=_without(each)) for each in found]
    low, high = _LOST
    best, rest = learned(found, low), learned(plain, low)
    more, less = learned(found, high), learned(plain, high)
    right = sum(each.accepted for each in found)
    return Result(
        figures={
            f"wrong ones hidden, at most {low:.0%} of the right ones lost": Figure(
                100 * best.trial.rejected_hidden, "%", 100 * rest.trial.rejected_hidden
            ),
            "right ones lost there": Figure(100 * best.trial.accepted_lost, "%", 100 * rest.trial.accepted_lost),
            f"wrong ones hidden, at most {high:.0%} of the right ones lost": Figure(
                100 * more.trial.rejected_hidden, "%", 100 * less.trial.rejected_hidden
            ),
            "right ones lost there too": Figure(100 * more.trial.accepted_lost, "%", 100 * less.trial.accepted_lost),
            "error of the likelihood (Brier)": Figure(best.trial.brier, "", rest.trial.brier),
            "error of always the same guess": Figure(best.trial.brier_constant, "", rest.trial.brier_constant),
            "suggestions": Figure(len(found), "", len(plain), at_least(500)),
            "right ones among them": Figure(100 * right / max(1, len(found)), "%", 100 * right / max(1, len(found))),
        },
        note=(
            f"{PLACES:,} places inside lines of {FILES} files of the standard library, the rest of the line taken out; "
            "each is asked of `hearth lsp` with the bundled model, and accepted if it is what stands there in the "
            "file, else rejected. What was learned of the first three quarters is examined on the last. The peer is "
            "the same without the model's own probabilities."
        ),
        target="Fewer wrong suggestions, at the price that the user has set.",
    )


def learned(found: Sequence[Example], most_lost: float) -> Policy:
    """A policy. Raises RuntimeError if there is too little to learn from."""
    policy = learn(found, most_lost)
    if policy is None:
        raise RuntimeError(f"{len(found)} suggestions, {sum(each.accepted for each in found)} right: too few")
    return policy


def _without(example: Example) -> dict[str, float]:
    return {name: value for name, value in example.signs.items() if name not in SURENESS}


def _record(places: Sequence[corpus.Spot]) -> list[Row]:
    """What the server kept of them."""
    rows: list[Row] = []
    with serving() as (home, environ):
        ledger = Ledger(Paths(**{name: home / name for name in ("runtime", "state", "config", "cache", "data")}))
        for start in range(0, len(places), _BLOCK):
            with Client.running(HEARTH, environ) as client:
                client.initialize(home)
                for number, place in enumerate(places[start : start + _BLOCK], start):
                    _look(client, (home / f"{number}_{place.name}").as_uri(), place)
                client.request("shutdown", None)
            rows += ledger.rows()
            ledger.forget()
    return rows


def _look(client: Client, uri: str, place: corpus.Spot) -> None:
    """Ask for a suggestion, and say whether it was accepted."""
    with suggestion(client, uri, place.before, place.after) as found:
        if found is not None:
            item, text = found
            outcome = "accepted" if (place.rest + place.after).startswith(text.rstrip()) else "rejected"
            told = {"id": item["command"]["arguments"][0], "outcome": outcome}
            client.write({"method": "hearth/completion/feedback", "params": told})
