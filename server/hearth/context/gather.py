"""What goes beside a question, within a budget."""

from __future__ import annotations

import attrs

from hearth.workspace.read import Files
from hearth.workspace.redact import redact

from .source import Source
from .sources import active as active_source
from .sources import mentions
from .sources.active import Active

_MENTIONS_SHARE = 2 / 3
"""What a person names matters more than what happens to be open, unless something is selected there."""


@attrs.frozen
class Gathered:
    """Sources, the most important first, and sentences about what is not among them."""

    sources: tuple[Source, ...] = ()
    notes: tuple[str, ...] = ()


def gather(question: str, active: Active | None, files: Files, chars: int) -> Gathered:
    """At most ``chars`` of text for ``question``. Reads files, so call it in a thread."""
    notes: tuple[str, ...] = ()
    if active is not None and active.private:
        notes = (f"{active.title} may hold secrets, so it is not shown to a model.",)
        active = None
    selected = active_source.source(active, chars) if active and active.end > active.start else None
    left = chars - (len(selected.text) if selected else 0)
    share = left if selected or active is None else int(left * _MENTIONS_SHARE)
    named = mentions.find(question, files, share)
    left -= sum(len(each.text) for each in named.sources)
    around = None
    if active is not None and selected is None and all(each.uri != active.uri for each in named.sources):
        around = active_source.source(active, left)
    shown, hidden = [], []
    for each in (selected, *named.sources, around):
        if each is not None:
            clean = redact(each.text)
            shown.append(attrs.evolve(each, text=clean.text))
            hidden += [f"A secret in {each.title} is not shown to the model."] if clean.kinds else []
    return Gathered(tuple(shown), (*notes, *named.notes, *dict.fromkeys(hidden)))
