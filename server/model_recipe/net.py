"""The llama architecture in plain PyTorch: RMS norm, rotary positions (interleaved pairs), grouped queries, SwiGLU."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True)
class Shape:
    """Sizes of the model. Every row length is a multiple of 32, as Q8_0 needs."""

    vocabulary: int = 6144
    width: int = 256
    layers: int = 6
    heads: int = 4
    kv_heads: int = 2
    hidden: int = 704
    context: int = 2048
    rope_base: float = 10000.0
    epsilon: float = 1e-5

    @property
    def head(self) -> int:
        """Width of one attention head."""
        return self.width // self.heads

    def as_dict(self) -> dict[str, int | float]:
        """For the checkpoint."""
        return asdict(self)


class Norm(nn.Module):
    """RMS norm over the last dimension."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(shape.width))
        self.epsilon = shape.epsilon

    def forward(self, x: Tensor) -> Tensor:
        """(..., width) -> (..., width)"""
        return functional.rms_norm(x, (x.shape[-1],), self.weight.to(x.dtype), self.epsilon)


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary positions of neighbouring pairs. x: (batch, heads, time, head); cos, sin: (time, head / 2)."""
    a, b = x.float().reshape(*x.shape[:-1], -1, 2).unbind(-1)
    return torch.stack((a * cos - b * sin, a * sin + b * cos), -1).flatten(-2).to(x.dtype)


class Block(nn.Module):
    """Attention, then a gated feed-forward layer, each added to the residual stream."""

    def __init__(self, s: Shape) -> None:
        super().__init__()
        self.shape = s
        self.norm1, self.norm2 = Norm(s), Norm(s)
        self.q = nn.Linear(s.width, s.heads * s.head, bias=False)
        self.k = nn.Linear(s.width, s.kv_heads * s.head, bias=False)
        self.v = nn.Linear(s.width, s.kv_heads * s.head, bias=False)
        self.o = nn.Linear(s.heads * s.head, s.width, bias=False)
        self.gate = nn.Linear(s.width, s.hidden, bias=False)
        self.up = nn.Linear(s.width, s.hidden, bias=False)
        self.down = nn.Linear(s.hidden, s.width, bias=False)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """(batch, time, width) -> (batch, time, width)"""
        s = self.shape
        batch, time, _ = x.shape
        h = self.norm1(x)
        q = rotate(self.q(h).view(batch, time, s.heads, s.head).transpose(1, 2), cos, sin)
        k = rotate(self.k(h).view(batch, time, s.kv_heads, s.head).transpose(1, 2), cos, sin)
        v = self.v(h).view(batch, time, s.kv_heads, s.head).transpose(1, 2)
        groups = s.heads // s.kv_heads
        k, v = k.repeat_interleave(groups, 1), v.repeat_interleave(groups, 1)
        attended = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.o(attended.transpose(1, 2).reshape(batch, time, s.width))
        h = self.norm2(x)
        out: Tensor = x + self.down(functional.silu(self.gate(h)) * self.up(h))
        return out


class Model(nn.Module):
    """Token ids in, logits or mean loss out; the output matrix is the embedding."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.embedding = nn.Embedding(shape.vocabulary, shape.width)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.norm = Norm(shape)
        for name, p in self.named_parameters():
            if p.dim() == 2:
                inner = name.endswith(("o.weight", "down.weight"))
                nn.init.normal_(p, 0.0, 0.02 / (math.sqrt(2 * shape.layers) if inner else 1.0))
        rate = 1.0 / (shape.rope_base ** (torch.arange(0, shape.head, 2) / shape.head))
        angle = torch.outer(torch.arange(shape.context), rate)
        self.register_buffer("cos", angle.cos(), persistent=False)
        self.register_buffer("sin", angle.sin(), persistent=False)

    def hidden(self, ids: Tensor) -> Tensor:
        """(batch, time) ids -> (batch, time, width), normed, before the output matrix."""
        time = ids.shape[1]
        x = self.embedding(ids)
        cos, sin = self.get_buffer("cos")[:time], self.get_buffer("sin")[:time]
        for block in self.blocks:
            x = block(x, cos, sin)
        out: Tensor = self.norm(x)
        return out

    def forward(self, ids: Tensor, targets: Tensor, weights: Tensor | None = None) -> Tensor:
        """(batch, time) ids, next ids and their weights (None: all alike) -> the mean cross entropy in nats."""
        logits = functional.linear(self.hidden(ids), self.embedding.weight).float().flatten(0, 1)
        if weights is None:
            return functional.cross_entropy(logits, targets.flatten())
        losses = functional.cross_entropy(logits, targets.flatten(), reduction="none")
        return (losses * weights.flatten()).sum() / weights.sum()

    def logits(self, ids: Tensor) -> Tensor:
        """(batch, time) ids -> (batch, time, vocabulary)"""
        return functional.linear(self.hidden(ids), self.embedding.weight)
