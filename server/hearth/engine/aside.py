"""Warm prompts that nobody uses wait outside of the cache, as llama.cpp's own bytes.

Attention runs over the cells up to the last one in use, whosever they are, and where one token is decoded the threads
share them evenly: one whose share holds only other prompts has nothing to do. So a prompt that is read or answered
should have the cache for itself, at its beginning. Moving a prompt out or in is a copy, some hundred times as fast as
evaluating it. Its tokens still count as held, so what waits outside never takes more memory than the cache itself.
"""

from __future__ import annotations

import attrs

from .native import Context


@attrs.frozen
class Aside:
    """What a sequence held: its state, and how many positions that gives."""

    data: bytes = attrs.field(repr=False)
    length: int


def take_out(context: Context, sequence: int, length: int) -> Aside | None:
    """Free the cells of ``sequence``, which holds ``length`` exact positions; None where nothing was moved.

    No shift of positions may be pending: the state would have the new positions and the old keys.
    """
    if not context.can_shift or not (data := context.sequence_state(sequence)):
        return None
    context.keep(sequence, 0)
    return Aside(data, length)


def put_back(context: Context, sequence: int, aside: Aside) -> bool:
    """Fill the empty ``sequence`` again, from the cache's first free cell on; False if it stays empty."""
    return context.restore_sequence(sequence, aside.data, aside.length)
