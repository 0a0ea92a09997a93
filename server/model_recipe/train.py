"""Trains the model: warm-up, a constant rate on rows of 512 tokens, then a decay to zero on rows of 2,048 tokens.

Muon for the matrices of the blocks, AdamW for the embedding and the norms. Saves everything it needs to go on every
`--save-every` steps, so a stopped run is continued by the same command. `touch BUILD/decay` begins the decay at once
(write the step it prints into DECAY_AT, so that the next run is the same by steps and not by minutes).
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from net import Model, Shape
from torch import Tensor

DECAY_AT = 3000
DECAY_STEPS = 500
WARM_UP = 60
TOKENS_PER_STEP = 8192
MUON_RATE, ADAM_RATE = 8e-3, 4e-3
SEED = 20
END, MID = 0, 3  # token ids, as data.py gives them
MIDDLE_WEIGHT = 4.0  # the few tokens that fill a gap count more than the many around it
KINDS = ("", "_plain", "_fim", "_chat")


@dataclass(frozen=True)
class Plan:
    """When the rate changes, in steps."""

    warm_up: int
    decay_at: int
    decay_steps: int

    @property
    def last(self) -> int:
        """The number of steps of the whole run."""
        return self.decay_at + self.decay_steps

    def factor(self, step: int) -> float:
        """What the base rate is multiplied by: linear up, constant, then 1 - sqrt down to zero."""
        if step < self.warm_up:
            return (step + 1) / self.warm_up
        if step < self.decay_at:
            return 1.0
        return max(0.0, 1.0 - math.sqrt((step - self.decay_at) / self.decay_steps))


def rows(build: Path, name: str) -> Tensor:
    """(rows, context + 1) ids of one of data.py's files."""
    return torch.from_numpy(np.load(build / f"{name}.npy").astype(np.int32))


def batch(data: Tensor, index: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """The `index`-th batch of TOKENS_PER_STEP tokens: ids and next ids, both (rows, context).

    Every row is seen once before any is seen again; each round has its own order.
    """
    count = max(1, TOKENS_PER_STEP // (data.shape[1] - 1))
    per_round = len(data) // count
    order = torch.randperm(len(data), generator=torch.Generator().manual_seed(SEED + index // per_round))
    picked = data[order[index % per_round * count :][:count]].long().to(device)
    return picked[:, :-1].contiguous(), picked[:, 1:].contiguous()


def weights(ids: Tensor) -> Tensor:
    """(rows, context) ids -> weights of the next ids: MIDDLE_WEIGHT from a middle's first token to its end, else 1."""
    place = torch.arange(ids.shape[1], device=ids.device).expand_as(ids)
    opened = torch.where(ids == MID, place, -1).cummax(1).values
    closed = torch.where(ids == END, place, -1).cummax(1).values
    return torch.where(opened > closed, MIDDLE_WEIGHT, 1.0)


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
    """Mean nats per token on the held-out rows: all kinds mixed, then each kind alone."""
    out: dict[str, float] = {}
    for kind in KINDS:
        data = rows(build, f"val_{context}{kind}")
        losses: list[float] = []
        with torch.no_grad(), torch.autocast(device.type, torch.bfloat16):
            for part in torch.split(data, max(1, TOKENS_PER_STEP // context)):
                ids = part.long().to(device)
                losses.append(float(model(ids[:, :-1], ids[:, 1:].contiguous())) * len(part))
        out[kind.strip("_") or "mixed"] = round(sum(losses) / len(data), 4)
    return out


def save(path: Path, model: Model, opts: list[torch.optim.Optimizer], step: int, plan: Plan, tokens: int) -> None:
    """Writes the whole state, first beside the old one."""
    state = {
        "model": model.state_dict(),
        "shape": model.shape.as_dict(),
        "optimizers": [o.state_dict() for o in opts],
        "step": step,
        "tokens": tokens,
        "plan": [plan.warm_up, plan.decay_at, plan.decay_steps],
    }
    torch.save(state, path.with_suffix(".part"))
    path.with_suffix(".part").replace(path)


def steps(build: Path, plan: Plan, start: int) -> Iterator[tuple[int, Plan]]:
    """Step numbers with the plan that holds at each: the file `decay` moves the decay to now."""
    step = start
    while step < plan.last:
        if step < plan.decay_at and (build / "decay").exists():
            plan = Plan(plan.warm_up, step, plan.decay_steps)
            print(f"decay begins at step {step}", flush=True)
        yield step, plan
        step += 1


def train(build: Path, plan: Plan, save_every: int, device: torch.device) -> None:
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
        if start >= int(state["plan"][1]):
            plan = Plan(*state["plan"])
    compiled = torch.compile(model, dynamic=False)
    short, long = rows(build, "train_512"), rows(build, "train_2048")
    began, seen, mean = time.monotonic(), 0, 0.0
    for step, now in steps(build, plan, start):
        decaying = step >= now.decay_at
        ids, targets = batch(long, step - now.decay_at, device) if decaying else batch(short, step, device)
        with torch.autocast(device.type, torch.bfloat16):
            loss = compiled(ids, targets, weights(ids))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimizer in opts:
            for group in optimizer.param_groups:
                group["lr"] = group["base"] * now.factor(step)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        tokens += ids.numel()
        seen += ids.numel()
        mean = float(loss.detach()) if not mean else 0.95 * mean + 0.05 * float(loss.detach())
        if step % 20 == 0:
            rate = seen / (time.monotonic() - began)
            print(f"step {step}/{now.last} loss {mean:.3f} {tokens / 1e6:.2f} M tokens {rate:.0f}/s", flush=True)
        if (step + 1) % save_every == 0 or step + 1 == now.last:
            save(checkpoint, model, opts, step + 1, now, tokens)
        plan = now
        if (step + 1) % 500 == 0:
            print(f"held out {held_out_loss(model, build, 512, device)}", flush=True)
    final = {f"{context}": held_out_loss(model, build, context, device) for context in (512, 2048)}
    report = {"steps": plan.last, "decay_at": plan.decay_at, "tokens": tokens, "held_out": final}
    (build / "loss.json").write_text(json.dumps(report, indent=1), encoding="utf-8")
    print(json.dumps(report), flush=True)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=Path, default=Path("build"))
    parser.add_argument("--decay-at-step", type=int, default=DECAY_AT)
    parser.add_argument("--decay-steps", type=int, default=DECAY_STEPS)
    parser.add_argument("--save-every", type=int, default=100)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--threads", type=int, default=0, help="0: as many as PyTorch takes by itself")
    a = parser.parse_args()
    if a.threads:
        torch.set_num_threads(a.threads)
    train(a.build, Plan(WARM_UP, a.decay_at_step, a.decay_steps), a.save_every, torch.device(a.device))


if __name__ == "__main__":
    main()
