"""Builds the tokenizer and the packed training rows.

Writes into the build folder: tok.json, train_<profile>.npy (uint16, rows x (context + 1) tokens), val_512.npy and
val_2048.npy (the same from held-out files, also each kind of sample alone), held_out.json (those files), stats.json.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import random
from collections import Counter, deque
from collections.abc import Iterator
from pathlib import Path

import corpus
import numpy as np
import numpy.typing as npt
import samples
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

HERE = Path(__file__).parent
VOCABULARY = 6144
SPECIAL = ("<|endoftext|>", "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|fim_pad|>", "<|im_start|>",
           "<|im_end|>", "<|file_sep|>", "<|repo_name|>")  # fmt: skip
END, PRE, SUF, MID, PAD, IM_START, IM_END, FILE_SEP, REPO = range(len(SPECIAL))
# as llama.cpp's `qwen2` pre-tokenizer splits
SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
SHARES = {"fim": 0.5, "plain": 0.35, "chat": 0.15}
LONG = 1024  # only rows of at least so many tokens hold prompts of several files
Rows = npt.NDArray[np.uint16]


def train_tokenizer(sources: list[corpus.Source]) -> Tokenizer:
    """Byte-level BPE of VOCABULARY tokens, from about 40 MB of the training files."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(SPLIT), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=list(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator((s.text for s in sources[: len(sources) // 3]), trainer)
    return tokenizer


@dataclasses.dataclass(frozen=True)
class Profile:
    """One kind of rows. `short`: the share of the fill-in-the-middle cases that have 48 to `short_most` tokens.

    `suffix_first`: the suffix stands before the prefix, so that the middle comes right behind what it continues.
    """

    context: int
    rows: int
    shares: dict[str, float]
    short: float
    short_most: int
    suffix_first: bool = False


PROFILES = {
    "512": Profile(512, 75_000, SHARES, 0.55, 307),
    "2048": Profile(2048, 3_500, {"fim": 0.6, "plain": 0.25, "chat": 0.15}, 0.8, 450),
    "512_short": Profile(512, 12_000, {"fim": 0.7, "plain": 0.2, "chat": 0.1}, 1.0, 200),
    "2048_late": Profile(2048, 3_000, {"fim": 0.7, "plain": 0.15, "chat": 0.15}, 0.9, 450),
    "512_first": Profile(512, 70_000, {"fim": 0.7, "plain": 0.2, "chat": 0.1}, 0.7, 260, suffix_first=True),
    "2048_first": Profile(2048, 9_000, {"fim": 0.7, "plain": 0.15, "chat": 0.15}, 0.7, 450, suffix_first=True),
}
CHECKED = {"512_first": "512", "2048_first": "2048"}  # the profiles that the held-out rows are made by, and their names

SEEDS = {"512": 512, "2048": 2048, "512_short": 5120, "2048_late": 20480, "512_first": 51200, "2048_first": 204800}


class Stream:
    """Endless samples of each kind from a list of files, tokenised in batches. All randomness is from `seed`."""

    def __init__(self, tokenizer: Tokenizer, sources: list[corpus.Source], profile: Profile, seed: int) -> None:
        self.tokenizer, self.sources, self.context = tokenizer, sources, profile.context
        self.profile = profile
        self.rng = random.Random(seed)
        self.weights = [min(len(s.text), 40_000) for s in sources]
        self.queues: dict[str, Iterator[list[int]]] = {"fim": self._fim(), "plain": self._plain(), "chat": self._chat()}
        self.middles: Counter[str] = Counter()
        self.neighbours: dict[str, list[corpus.Source]] = {}
        for source in sources:
            self.neighbours.setdefault(source.package, []).append(source)

    def _encode(self, texts: list[str]) -> list[list[int]]:
        return [e.ids for e in self.tokenizer.encode_batch(texts, add_special_tokens=False)]

    def _length(self) -> int:
        """Tokens wanted of one fill-in-the-middle sample: more short windows than long ones, so more middles."""
        if self.rng.random() < self.profile.short:
            return self.rng.randrange(48, self.profile.short_most)
        return int(self.context * min(0.97, 0.06 + self.rng.triangular(0.0, 1.0, 0.55)))

    def _head(self, source: corpus.Source) -> str:
        """What stands before the prefix: mostly nothing, or the path; in long rows also pieces of other files."""
        r = self.rng.random()
        if r >= 0.12 and (self.context < LONG or r >= 0.35):
            return ""
        own = f"<|file_sep|>{source.path}\n"
        if r < 0.12:
            return own
        pieces = []
        for other in self.rng.sample(self.neighbours[source.package], k=min(2, len(self.neighbours[source.package]))):
            lines = other.text.split("\n")
            first = self.rng.randrange(max(1, len(lines) - 12))
            text = "\n".join(lines[first : first + self.rng.randrange(4, 24)])
            pieces.append(f"<|file_sep|>{other.path}\n{text}\n")
        return f"<|repo_name|>{source.package}\n{''.join(pieces)}{own}"

    def _fim(self) -> Iterator[list[int]]:
        while True:
            cases: list[samples.Fim] = []
            heads: list[str] = []
            for source in self.rng.choices(self.sources, self.weights, k=4000):
                case = samples.fim(source, self._length(), self.rng)
                if case is not None:
                    cases.append(case)
                    heads.append(self._head(source))
                    if case.kind in ("full", "rest"):
                        self.middles[case.middle] += 1
            parts = [
                self._encode(t)
                for t in (heads, [c.prefix for c in cases], [c.suffix for c in cases], [c.middle for c in cases])
            ]
            for head, prefix, suffix, middle in zip(*parts, strict=True):
                room = self.context - len(middle) - len(head) - 4
                if room < 16:
                    continue
                after = suffix[: room // 2]
                before = prefix[-(room - len(after)) :]
                if self.profile.suffix_first:
                    yield [*head, SUF, *after, PRE, *before, MID, *middle, END]
                else:
                    yield [*head, PRE, *before, SUF, *after, MID, *middle, END]

    def _plain(self) -> Iterator[list[int]]:
        while True:
            order = self.rng.sample(self.sources, len(self.sources))
            for i in range(0, len(order), 200):
                batch = [
                    (f"<|file_sep|>{s.path}\n" if self.rng.random() < 0.4 else "") + s.text + "<|endoftext|>"
                    for s in order[i : i + 200]
                ]
                yield from self._encode(batch)

    def _chat(self) -> Iterator[list[int]]:
        while True:
            order = self.rng.sample(self.sources, len(self.sources))
            for i in range(0, len(order), 200):
                texts = [samples.chatml(c) for s in order[i : i + 200] for c in samples.chat(s, self.rng)]
                self.rng.shuffle(texts)
                yield from ([*ids, END] for ids in self._encode(texts) if len(ids) < self.context)

    def rows(self, count: int, shares: dict[str, float]) -> Rows:
        """(count, context + 1): whole fill-in-the-middle and chat samples, gaps filled with pieces of plain files.

        A sample that does not fit the rest of its row waits for the next row, so no middle or answer is torn.
        """
        width = self.context + 1
        out = np.zeros((count, width), np.uint16)
        total = dict.fromkeys(shares, 1.0)
        waiting: dict[str, deque[list[int]]] = {"fim": deque(), "chat": deque()}
        file: list[int] = []
        for row in range(count):
            pieces: list[list[int]] = []
            room = width
            lacking = min(shares, key=lambda k: total[k] / max(shares[k], 1e-9))
            while lacking != "plain":
                kind = min(waiting, key=lambda k: total[k] / max(shares.get(k, 0.0), 1e-9))
                queue = waiting[kind]
                while len(queue) < 12:
                    queue.append(next(self.queues[kind]))
                fitting = next((s for s in queue if len(s) <= room), None)
                if fitting is None:
                    break
                queue.remove(fitting)
                pieces.append(fitting)
                room -= len(fitting)
                total[kind] += len(fitting)
            self.rng.shuffle(pieces)
            total["plain"] = total.get("plain", 0.0) + room
            while room:  # the gap, or the whole row: the next piece of a plain file
                file = file or next(self.queues["plain"])
                pieces.append(file[:room])
                room -= len(pieces[-1])
                file = file[len(pieces[-1]) :]
            out[row] = np.array([t for p in pieces for t in p], np.uint16)
        return out


def build(out: Path, wheels: Path, names: list[str]) -> None:
    """Everything data.py writes; `names`: which of PROFILES."""
    out.mkdir(parents=True, exist_ok=True)
    train, held = corpus.load(HERE / "sources.toml", wheels)
    characters = sum(len(s.text) for s in train)
    print(f"{len(train)} files, {characters / 1e6:.1f} M characters; {len(held)} held out", flush=True)
    (out / "held_out.json").write_text(json.dumps([dataclasses.asdict(s) for s in held]), encoding="utf-8")
    tokenizer = train_tokenizer(train)
    tokenizer.save(str(out / "tok.json"))
    stats: dict[str, object] = {"files": len(train), "characters": characters, "held_out_files": len(held)}
    middles: Counter[str] = Counter()
    for name in names:
        profile = PROFILES[name]
        stream = Stream(tokenizer, train, profile, seed=SEEDS[name])
        np.save(out / f"train_{name}.npy", stream.rows(profile.rows, profile.shares))
        middles += stream.middles
        stats[f"tokens_{name}"] = profile.rows * (profile.context + 1)
        print(f"{profile.rows} rows of {name}", flush=True)
        if name not in CHECKED:
            continue
        check = Stream(tokenizer, held, profile, seed=7)
        np.save(out / f"val_{CHECKED[name]}.npy", check.rows(120_000 // profile.context, SHARES))
        for kind in SHARES:
            only = {"plain": 1.0} if kind == "plain" else {k: float(k == kind) for k in SHARES}
            check = Stream(tokenizer, held, profile, seed=9)
            np.save(out / f"val_{CHECKED[name]}_{kind}.npy", check.rows(60_000 // profile.context, only))
    stats["frequent"] = middles.most_common(20)
    (out / "stats.json").write_text(json.dumps(stats, indent=1), encoding="utf-8")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("build"))
    parser.add_argument("--wheels", type=Path, default=Path("build/wheels"))
    parser.add_argument("--profiles", nargs="+", choices=sorted(PROFILES), default=list(PROFILES))
    a = parser.parse_args()
    build(a.out, a.wheels, a.profiles)


if __name__ == "__main__":
    main()
