"""What goes beside a question, within a budget."""

from __future__ import annotations

import attrs

from hearth.core.errors import InputError
from hearth.workspace import changes
from hearth.workspace.read import Files
from hearth.workspace.redact import redact

from . import marks
from .source import Source
from .sources import active as active_source
from .sources import attached as attached_source
from .sources import mentions
from .sources.active import Active
from .sources.attached import Attached

_MENTIONS_SHARE = 2 / 3
"""What a person names matters more than what happens to be open, unless something is selected there."""
_ATTACHED_SHARE = 2 / 3
"""Of what is left beside the selection, for what is no file."""
_NOTHING = {
    marks.DIFF: "Nothing has changed since the last commit.",
    marks.PROBLEMS: "The editor shows no problems.",
    marks.TERMINAL: "The terminal shows nothing.",
}


@attrs.frozen
class Gathered:
    """Sources, the most important first, and sentences about what is not among them."""

    sources: tuple[Source, ...] = ()
    notes: tuple[str, ...] = ()


def gather(
    question: str, active: Active | None, files: Files, chars: int, attached: tuple[Attached, ...] = ()
) -> Gathered:
    """At most ``chars`` of text for ``question``. Reads files and asks git, so call it in a thread.

    Of what the editor ``attached`` only that is taken which the question mentions.
    """
    notes: tuple[str, ...] = ()
    if active is not None and active.private:
        notes = (f"{active.title} may hold secrets, so it is not shown to a model.",)
        active = None
    selected = active_source.source(active, chars) if active and active.end > active.start else None
    left = chars - (len(selected.text) if selected else 0)
    beside, missing = _attached(question, files, int(left * _ATTACHED_SHARE), attached)
    notes += missing
    left -= sum(len(each.text) for each in beside)
    share = left if selected or active is None else int(left * _MENTIONS_SHARE)
    named = mentions.find(marks.plain(question), files, share)
    left -= sum(len(each.text) for each in named.sources)
    if marks.SELECTION in marks.named(question) and selected is None:
        notes += ("Nothing is selected.",)
    around = None
    if active is not None and selected is None and all(each.uri != active.uri for each in named.sources):
        around = active_source.source(active, left)
    shown, hidden = [], []
    for each in (selected, *beside, *named.sources, around):
        if each is not None:
            clean = redact(each.text)
            shown.append(attrs.evolve(each, text=clean.text))
            hidden += [f"A secret in {each.title} is not shown to the model."] if clean.kinds else []
    return Gathered(tuple(shown), (*notes, *named.notes, *dict.fromkeys(hidden)))


def _attached(
    question: str, files: Files, chars: int, attached: tuple[Attached, ...]
) -> tuple[list[Source], tuple[str, ...]]:
    """What the question mentions that is no file, each in equal parts of ``chars``; and what is missing, in words."""
    given = {each.kind: each for each in attached}
    wanted = [kind for kind in attached_source.TITLES if kind in marks.named(question)]
    shown: list[Source] = []
    notes: list[str] = []
    for kind in wanted:
        if kind == marks.DIFF:
            found, problems = _changes(files)
            notes += problems
            if problems and not found.text:
                continue
        elif kind in given:
            found = given[kind]
        else:
            notes.append(f"This editor does not tell what @{kind} is, so the model is not shown it.")
            continue
        # Secrets go before the text is cut: half of one may not look like one any more.
        clean = redact(found.text)
        source = attached_source.source(Attached(kind, clean.text), chars // len(wanted))
        shown += [source] if source is not None else []
        notes += [_NOTHING[kind]] if source is None and not found.text.strip() else []
        notes += [f"A secret in @{kind} is not shown to the model."] if clean.kinds else []
    return shown, tuple(notes)


def _changes(files: Files) -> tuple[Attached, list[str]]:
    parts: list[str] = []
    problems: list[str] = []
    if not files.roots.trusted:
        return Attached(marks.DIFF, ""), ["The workspace is not trusted, so git is not run in it."]
    for root in files.roots.folders:
        try:
            parts.append(changes.diff(root.path, staged=False))
        except InputError as error:
            problems.append(error.message)
    if not files.roots.folders:
        problems.append("There is no workspace folder whose changes could be shown.")
    return Attached(marks.DIFF, "".join(parts)), problems
