"""Exact match on held-out single-line fill-in-the-middle cases.

`--make FILE` chooses the cases from the held-out files. Otherwise the cases are answered, either by a running Hearth
engine (`--url`, `--token`) or by llama.cpp's own functions in this process (`--gguf`).
"""

from __future__ import annotations

import argparse
import ast
import json
import random
import time
import urllib.request
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

from corpus import Source
from samples import BOUNDARY

BEFORE, AFTER, MAX_TOKENS = 1500, 500, 64
Answer = Callable[[str, str], str]


@dataclass(frozen=True)
class Case:
    """`kind`: full (cursor at the line's first character) or rest (cursor inside the line)."""

    package: str
    path: str
    line: int
    kind: str
    prefix: str
    suffix: str
    expected: str


def code_lines(text: str) -> list[int]:
    """Numbers (from 0) of the lines that are code: not blank, not a comment, not in a string of more than one line."""
    lines = text.split("\n")
    skip: set[int] = set()
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant | ast.JoinedStr) and node.end_lineno and node.end_lineno > node.lineno:
            skip.update(range(node.lineno - 1, node.end_lineno))
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            skip.add(node.lineno - 1)
    return [i for i, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#") and i not in skip]


def make(sources: list[Source], count: int, seed: int = 500) -> list[Case]:
    """`count` cases, one a file and turn, half of each kind; a cursor inside a line is where a token begins."""
    rng = random.Random(seed)
    cases: list[Case] = []
    taken: set[tuple[str, int]] = set()
    while len(cases) < count:
        source = rng.choices(sources, [min(len(s.text), 30_000) for s in sources])[0]
        lines = code_lines(source.text)
        if not lines:
            continue
        number = rng.choice(lines)
        text = source.text.split("\n")
        line = text[number].rstrip()
        indent = len(line) - len(line.lstrip())
        kind = "full" if len(cases) % 2 == 0 else "rest"
        columns = [m.start() for m in BOUNDARY.finditer(line) if indent < m.start() < len(line)]
        if (source.path, number) in taken or len(line) > 160 or (kind == "rest" and not columns):
            continue
        taken.add((source.path, number))
        column = indent if kind == "full" else rng.choice(columns)
        before = "\n".join([*text[:number], line[:column]])
        after = "\n" + "\n".join(text[number + 1 :])
        if len(before) > BEFORE:
            before = before[-BEFORE:].partition("\n")[2]
        if len(after) > AFTER:
            after = after[:AFTER].rpartition("\n")[0] + "\n"
        cases.append(Case(source.package, source.path, number + 1, kind, before, after, line[column:]))
    return cases


def by_engine(url: str, token: str, model: str) -> Answer:
    """Asks a server's /v1/completions, as the product does."""

    def answer(prefix: str, suffix: str) -> str:
        body: dict[str, Any] = {"prompt": prefix, "suffix": suffix, "max_tokens": MAX_TOKENS, "temperature": 0}
        body["stop"] = ["\n"]
        if model:
            body["model"] = model
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        request = urllib.request.Request(f"{url.rstrip('/')}/v1/completions", json.dumps(body).encode(), headers)  # noqa: S310
        with urllib.request.urlopen(request, timeout=120) as reply:  # noqa: S310
            return str(json.load(reply)["choices"][0]["text"])

    return answer


def by_llama(path: Path) -> Answer:
    """Runs llama.cpp in this process, greedily, through its low-level functions."""
    import llama_cpp as lc  # noqa: PLC0415 (only `--gguf` needs it)

    lc.llama_backend_init()
    options = lc.llama_model_default_params()
    options.n_gpu_layers = 0
    options.use_extra_bufts = False  # repacked weights fault on some AMX machines
    model = lc.llama_model_load_from_file(str(path).encode(), options)
    vocabulary = lc.llama_model_get_vocab(model)
    settings = lc.llama_context_default_params()
    settings.n_ctx = settings.n_batch = 2048
    context = lc.llama_init_from_model(model, settings)
    memory = lc.llama_get_memory(context)
    sampler = lc.llama_sampler_init_greedy()
    pre, suf, mid = (f(vocabulary) for f in (lc.llama_vocab_fim_pre, lc.llama_vocab_fim_suf, lc.llama_vocab_fim_mid))

    def tokens(text: str) -> list[int]:
        raw = text.encode()
        out = (lc.llama_token * (len(raw) + 8))()
        count = lc.llama_tokenize(vocabulary, raw, len(raw), out, len(out), False, False)
        return list(out[:count])

    def answer(prefix: str, suffix: str) -> str:
        ids = [suf, *tokens(suffix), pre, *tokens(prefix), mid]
        lc.llama_memory_clear(memory, True)
        text = b""
        for _ in range(MAX_TOKENS):
            array = (lc.llama_token * len(ids))(*ids)
            if lc.llama_decode(context, lc.llama_batch_get_one(array, len(ids))):
                raise RuntimeError("llama_decode failed")
            token = lc.llama_sampler_sample(sampler, context, -1)
            if lc.llama_vocab_is_eog(vocabulary, token):
                break
            piece = (lc.ctypes.c_char * 256)()
            size = lc.llama_token_to_piece(vocabulary, token, piece, 256, 0, False)
            text += bytes(piece[:size])
            if b"\n" in text:
                break
            ids = [token]
        return text.decode("utf-8", "replace").partition("\n")[0]

    return answer


def score(cases: list[Case], answers: list[str]) -> dict[str, float]:
    """Exact matches as shares of 1, trailing white space apart: of all cases and of each kind."""
    hits: dict[str, list[bool]] = {"all": []}
    for case, text in zip(cases, answers, strict=True):
        hit = text.rstrip() == case.expected.rstrip()
        hits["all"].append(hit)
        hits.setdefault(case.kind, []).append(hit)
    return {k: round(sum(v) / len(v), 4) for k, v in hits.items()}


def baselines(cases: list[Case], stats: Path) -> dict[str, dict[str, float]]:
    """The most frequent middle of the training samples, and the best constant chosen with the answers known."""
    best = Counter(c.expected for c in cases).most_common(1)[0][0]
    out = {f"best constant {best!r}": score(cases, [best] * len(cases))}
    if stats.exists():
        frequent = next(str(t) for t, _ in json.loads(stats.read_text(encoding="utf-8"))["frequent"] if t)
        out[f"most frequent in training {frequent!r}"] = score(cases, [frequent] * len(cases))
    return out


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=Path, default=Path("tests/golden/fim_500.jsonl"))
    parser.add_argument("--build", type=Path, default=Path("build"))
    parser.add_argument("--make", action="store_true", help="choose the cases again and write them to --cases")
    parser.add_argument("--gguf", type=Path)
    parser.add_argument("--url", help="of a running engine, without /v1")
    parser.add_argument("--token", default="")
    parser.add_argument("--model", default="", help="the model's name, where the engine wants one")
    parser.add_argument("--out", type=Path, help="where the answers go")
    a = parser.parse_args()
    if a.make:
        held = [Source(**s) for s in json.loads((a.build / "held_out.json").read_text(encoding="utf-8"))]
        made = "".join(json.dumps(asdict(c)) + "\n" for c in make(held, 500))
        a.cases.write_text(made, encoding="utf-8")
        return
    cases = [Case(**cast(dict[str, Any], json.loads(x))) for x in a.cases.read_text(encoding="utf-8").splitlines()]
    answer = by_engine(a.url, a.token, a.model) if a.url else by_llama(a.gguf)
    began = time.monotonic()
    answers = [answer(c.prefix, c.suffix) for c in cases]
    seconds = time.monotonic() - began
    if a.out:
        rows = [{**asdict(c), "answer": t} for c, t in zip(cases, answers, strict=True)]
        a.out.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    report = {"exact match": score(cases, answers), "milliseconds a case": round(1000 * seconds / len(cases), 1)}
    print(json.dumps(report | baselines(cases, a.build / "stats.json"), indent=1), flush=True)


if __name__ == "__main__":
    main()
