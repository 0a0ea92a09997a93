"""Trains the model in stages, counted in steps.

Muon for the matrices of the blocks, AdamW for the embedding and the norms. Saves everything it needs to go on every
`--save-every` steps, so a stopped run is continued by the same command. `touch BUILD/next` ends a stage at once
(write the step it prints into STAGES, so that the next run is the same by steps and not by minutes).

The token behind the end of the prefix is a special one, which is never asked of the model. So in the stages with `aim`
the target there is the first token of the middle: the place where the prefix ends learns to continue it, and
<|fim_middle|> only has to look there. In the first stages the suffix stood between the two, and a model of this size
had not found the end of the prefix after 10 million tokens; in the last ones (`*_first`) they are neighbours.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from net import Model, Shape
from torch import Tensor

TOKENS_PER_STEP = 8192
MUON_RATE, ADAM_RATE = 8e-3, 4e-3
SEED = 20
END, PRE, SUF, MID = 0, 1, 2, 3  # token ids, as data.py gives them
KINDS = ("", "_plain", "_fim", "_chat")
IGNORED = -100


@dataclass(frozen=True)
class Stage:
    """Some steps on one file of rows. `middle`: the weight in the loss of the tokens that fill a gap; others have 1.

    The learning rate is `rate` times the full one, linear up to that height in the first `warm_up` steps, and falls as
    1 - sqrt over `falling` steps, which end where the stage ends unless `falling` is longer than the stage. `skip`:
    batches of the file that an earlier stage has used. `recurring`: the share of a batch's rows that are made of pieces
    which come again and again.
    """

    rows: str
    steps: int
    warm_up: int = 0
    falling: int = 0
    middle: float = 4.0
    aim: bool = False
    skip: int = 0
    recurring: float = 0.0
    rate: float = 1.0

    def factor(self, step: int) -> float:
        """What the full rate is multiplied by at a step of this stage."""
        if step < self.warm_up:
            return self.rate * (step + 1) / self.warm_up
        start = max(0, self.steps - self.falling)
        if step < start or not self.falling:
            return self.rate
        return self.rate * (1.0 - math.sqrt((step - start) / self.falling))


# The second stage was to have 850 steps; it was cut short to put the third in. See the model card.
STAGES = [
    Stage("512", 1150, warm_up=60),
    Stage("2048", 100, falling=850),
    Stage("512_short", 250, warm_up=20, aim=True),
    Stage("512_short", 250, aim=True, skip=250, recurring=0.3),
    Stage("2048_late", 220, falling=220, aim=True),
    Stage("512_first", 900, warm_up=40, aim=True, recurring=0.3, rate=0.5),
    Stage("512_first", 1053, aim=True, skip=900, recurring=0.1, rate=0.5),
    Stage("2048_first", 577, falling=1300, aim=True, rate=0.5),
    Stage("2048_first", 320, falling=320, aim=True, skip=577, rate=0.167),
]


def rows(build: Path, name: str) -> Tensor:
    """(rows, context + 1) ids of one of data.py's files."""
    return torch.from_numpy(np.load(build / f"{name}.npy").astype(np.int32))


def batch(data: Tensor, index: int, recurring: float, device: torch.device) -> tuple[Tensor, Tensor]:
    """The `index`-th batch of TOKENS_PER_STEP tokens: ids and next ids, both (rows, context).

    Every row is seen once before any is seen again; each round has its own order.
    """
    count = max(1, TOKENS_PER_STEP // (data.shape[1] - 1))
    per_round = len(data) // count
    order = torch.randperm(len(data), generator=torch.Generator().manual_seed(SEED + index // per_round))
    picked = data[order[index % per_round * count :][:count]].long()
    if recurring:
        picked = recur(picked, index, recurring)
    picked = picked.to(device)
    return picked[:, :-1].contiguous(), picked[:, 1:].contiguous()


def recur(ids: Tensor, index: int, share: float) -> Tensor:
    """Rows, the last `share` of which are replaced by pieces of 12 to 64 tokens of themselves, again in any order.

    Nothing but looking back foretells such rows, so that looking back is learnt; names recur in code in the same way.
    """
    generator = torch.Generator().manual_seed(SEED * 1_000_003 + index)
    out = ids.clone()
    for row in range(len(ids) - round(share * len(ids)), len(ids)):
        cuts = torch.randint(0, ids.shape[1] - 64, (5,), generator=generator).tolist()
        lengths = torch.randint(12, 65, (5,), generator=generator).tolist()
        order = torch.randint(0, 5, (ids.shape[1] // 12 + 1,), generator=generator).tolist()
        pieces = torch.cat([ids[row, cuts[i] : cuts[i] + lengths[i]] for i in order])
        out[row] = pieces[: ids.shape[1]]
    return out


def ends(ids: Tensor) -> tuple[Tensor, Tensor]:
    """(rows, context) ids -> the places of the special token behind each prefix, and of its <|fim_middle|>.

    Both are indices into `ids.flatten()`. The first is <|fim_suffix|>, or where the suffix goes first <|fim_middle|>
    itself; then the prefix's last token stands for it. A pair that `recur` tore is left out.
    """
    width = ids.shape[1]
    place = torch.arange(width, device=ids.device).expand_as(ids)
    suffix = torch.where(ids == SUF, place, -1).cummax(1).values
    prefix = torch.where(ids == PRE, place, -1).cummax(1).values
    rows, middles = ((ids == MID) & (suffix >= 0) & (prefix >= 0)).nonzero(as_tuple=True)
    ended = torch.where(prefix > suffix, place - 1, suffix)[rows, middles]
    return rows * width + ended, rows * width + middles


def weights(ids: Tensor, middle: float, aim: bool) -> Tensor:
    """(rows, context) ids -> weights of the next ids: `middle` from a middle's first token to its end, else 1.

    With `aim`, the first token of a middle weighs twice as much again, here and at the end of the prefix.
    """
    place = torch.arange(ids.shape[1], device=ids.device).expand_as(ids)
    opened = torch.where(ids == MID, place, -1).cummax(1).values
    closed = torch.where(ids == END, place, -1).cummax(1).values
    out = torch.where(opened > closed, middle, 1.0)
    if aim:
        out.view(-1)[torch.cat(ends(ids))] = 2 * middle
    return out


def aimed(ids: Tensor, targets: Tensor) -> Tensor:
    """The targets, with the first token of the middle as the target at the end of the prefix.

    Other places before <|fim_middle|> and behind <|fim_suffix|> and <|fim_prefix|> have no target.
    """
    out = unasked(ids, targets)
    places, middles = ends(ids)
    out.view(-1)[places] = targets.reshape(-1)[middles]
    return out


def unasked(ids: Tensor, targets: Tensor) -> Tensor:
    """The targets without those that nothing ever asks for: <|fim_middle|>, and how a prefix or a suffix begins."""
    return targets.masked_fill((ids == SUF) | (ids == PRE) | (targets == MID), IGNORED)


def optimizers(model: Model) -> list[torch.optim.Optimizer]:
    """Muon for the blocks' matrices, AdamW for the rest; `base` in each group is its full rate."""
    matrices = [p for p in model.blocks.parameters() if p.dim() == 2]
    chosen = {id(p) for p in matrices}
    others = [p for p in model.parameters() if id(p) not in chosen]
    muon = torch.optim.Muon(
        matrices, lr=MUON_RATE, weight_decay=0.05, momentum=0.95, nesterov=True, adjust_lr_fn="match_rms_adamw"
    )
    adam = torch.optim.AdamW(others, lr=ADAM_RATE, betas=(0.9, 0.95), weight_decay=0.01)
    for optimizer in (muon, adam):
        for group in optimizer.param_groups:
            group["base"] = group["lr"]
    return [muon, adam]


def held_out_loss(model: Model, build: Path, context: int, device: torch.device) -> dict[str, float]:
    """Mean nats per token on held-out rows: all kinds mixed, then each kind alone, then the middles of `fim` alone.

    What nothing ever asks for is left out (`unasked`).
    """
    out: dict[str, float] = {}
    for kind in KINDS:
        data = rows(build, f"val_{context}{kind}")
        sums = torch.zeros(4, dtype=torch.float64)
        with torch.no_grad(), torch.autocast(device.type, torch.bfloat16):
            for part in torch.split(data, max(1, TOKENS_PER_STEP // context)):
                ids = part[:, :-1].long().to(device)
                targets = unasked(ids, part[:, 1:].long().to(device))
                inside = (weights(ids, 2.0, aim=False) > 1.0) & (targets != IGNORED)
                middles = targets.masked_fill(~inside, IGNORED)
                for i, chosen in ((0, targets), (2, middles)):
                    count = int((chosen != IGNORED).sum())
                    if count:
                        sums[i] += float(model(ids, chosen)) * count
                        sums[i + 1] += count
        out[kind.strip("_") or "mixed"] = round(float(sums[0] / sums[1]), 4)
        if kind == "_fim":
            out["middles"] = round(float(sums[2] / sums[3]), 4)
    return out


def save(path: Path, model: Model, opts: list[torch.optim.Optimizer], step: int, tokens: int) -> None:
    """Writes the whole state, first beside the old one."""
    state = {
        "model": model.state_dict(),
        "shape": model.shape.as_dict(),
        "optimizers": [o.state_dict() for o in opts],
        "step": step,
        "tokens": tokens,
    }
    torch.save(state, path.with_suffix(".part"))
    path.with_suffix(".part").replace(path)


def train(build: Path, stages: list[Stage], save_every: int, device: torch.device) -> None:
    """The whole run; ends with BUILD/model.pt and BUILD/loss.json."""
    torch.manual_seed(SEED)
    model = Model(Shape()).to(device)
    opts = optimizers(model)
    checkpoint = build / "model.pt"
    start = tokens = 0
    if checkpoint.exists():
        state = cast(dict[str, Any], torch.load(checkpoint, map_location=device, weights_only=True))
        model.load_state_dict(state["model"])
        for optimizer, saved in zip(opts, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        start, tokens = int(state["step"]), int(state["tokens"])
    compiled = torch.compile(model, dynamic=False)
    began, seen, mean, first = time.monotonic(), 0, 0.0, 0
    for stage in stages:
        data = rows(build, f"train_{stage.rows}") if start < first + stage.steps else torch.empty(0)
        end = first + stage.steps
        for step in range(max(first, start), end):
            if (build / "next").exists():
                (build / "next").unlink()
                print(f"{stage.rows} ends after {step - first} steps", flush=True)
                end = step
                break
            ids, targets = batch(data, step - first + stage.skip, stage.recurring, device)
            if stage.aim:
                targets = aimed(ids, targets)
            with torch.autocast(device.type, torch.bfloat16):
                loss = compiled(ids, targets, weights(ids, stage.middle, stage.aim))
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            for optimizer in opts:
                for group in optimizer.param_groups:
                    group["lr"] = group["base"] * stage.factor(step - first)
                optimizer.step()
                optimizer.zero_grad(set_to_none=True)
            tokens += ids.numel()
            seen += ids.numel()
            mean = float(loss.detach()) if not mean else 0.95 * mean + 0.05 * float(loss.detach())
            if step % 20 == 0:
                rate = seen / (time.monotonic() - began)
                print(f"step {step} {stage.rows} loss {mean:.3f} {tokens / 1e6:.2f} M {rate:.0f}/s", flush=True)
            if (step + 1) % save_every == 0:
                save(checkpoint, model, opts, step + 1, tokens)
            if (step + 1) % 200 == 0:
                print(f"held out {held_out_loss(model, build, 512, device)}", flush=True)
        first = end
    save(checkpoint, model, opts, first, tokens)
    final = {f"{context}": held_out_loss(model, build, context, device) for context in (512, 2048)}
    report = {"steps": first, "tokens": tokens, "held_out": final}
    (build / "loss.json").write_text(json.dumps(report, indent=1), encoding="utf-8")
    print(json.dumps(report), flush=True)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=Path, default=Path("build"))
    parser.add_argument("--save-every", type=int, default=100)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--threads", type=int, default=0, help="0: as many as PyTorch takes by itself")
    a = parser.parse_args()
    if a.threads:
        torch.set_num_threads(a.threads)
    train(a.build, list(STAGES), a.save_every, torch.device(a.device))


if __name__ == "__main__":
    main()
