"""How far off the number of tokens is for a server that cannot count: learned from what its answers say of prompts."""

from __future__ import annotations

from hearth.context.counting import Tokens
from hearth.engine.native import Model
from hearth.engine.options import LoadOptions

from . import real_code, shapes
from .result import Figure, Result, at_most, percentile

NAME = "tokens"
TITLE = "Tokens that nobody counts"
FILES = 40
"""Of each language."""
_PROMPT = 4_000
"""Characters of a prompt."""
_TAUGHT = 5
"""Prompts that were answered before."""


def run() -> Result:
    """Estimate the prompts of real files, after some answers in their language."""
    model = Model(shapes.tokenizer_model(), LoadOptions(False, 0), lambda _fraction: True)
    total: dict[str, list[int]] = {"ours": [0, 0], "peer": [0, 0]}
    each: list[float] = []
    each_peer: list[float] = []
    figures: dict[str, Figure] = {}
    try:
        for language in real_code.LANGUAGES:
            prompts = [text[len(text) // 3 :][:_PROMPT] for text in real_code.files(language, FILES)]
            counts = [len(model.tokenize(prompt)) for prompt in prompts]
            taught = Tokens()
            for prompt, count in list(zip(prompts, counts, strict=True))[:_TAUGHT]:
                taught.told(language, [prompt], count + 8)
            mine, theirs, right = 0, 0, 0
            for prompt, count in list(zip(prompts, counts, strict=True))[_TAUGHT:]:
                guess, other = taught.of(prompt, language), len(prompt) // 3
                each.append(100 * abs(guess - count) / count)
                each_peer.append(100 * abs(other - count) / count)
                mine, theirs, right = mine + guess, theirs + other, right + count
                taught.told(language, [prompt], count + 8)
            figures[f"all prompts in {language}"] = Figure(_off(mine, right), "%", _off(theirs, right), at_most(5))
            for name, sum_of in (("ours", mine), ("peer", theirs)):
                total[name] = [total[name][0] + sum_of, total[name][1] + right]
    finally:
        model.close()
    figures = {
        "all prompts together": Figure(_off(*total["ours"]), "%", _off(*total["peer"]), at_most(5)),
        "one prompt, p50": Figure(percentile(each, 50), "%", percentile(each_peer, 50)),
        "one prompt, p95": Figure(percentile(each, 95), "%", percentile(each_peer, 95)),
        **figures,
    }
    return Result(
        figures,
        note=(
            f"How far the estimate is off, in percent of the true number of tokens in the bundled model's vocabulary: "
            f"{len(each)} prompts of {_PROMPT:,} characters, from as many files of this Python, its packages and the "
            f"VS Code client's. Each is estimated after {_TAUGHT} or more answers to prompts of the same language, "
            "which told their tokens. The peer is a constant of 3 characters a "
            "token. Servers that count are asked, and their numbers are exact."
        ),
        target="The tokens of all prompts together are estimated within 5 %.",
    )


def _off(guess: int, right: int) -> float:
    return 100 * abs(guess - right) / right if right else 0.0
