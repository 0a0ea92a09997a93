"""What the model is asked: the task, the piece of code, and what stands around it."""

from __future__ import annotations

import re

from hearth.prompts.render import fence, render
from hearth.providers.base import Message, Role

from .offer import Offer
from .spot import Spot
from .target import Target

_HEAD_SHARE = 0.25
"""Of the room: the first lines of the file, where its imports stand, if they are not just above the piece."""
_BEFORE_SHARE = 0.6
_UNFIT = re.compile(r"[`\x00-\x1f\x7f]+")
"""A path is put on one line, between backticks."""


def messages(spot: Spot, offer: Offer, target: Target, chars: int) -> tuple[Message, ...]:
    """The conversation that asks for an edit, with at most ``chars`` of what stands around the piece."""
    code = spot.text[target.start : target.end]
    language = spot.place.language
    question = render(
        "edits/task",
        instruction=offer.instruction,
        path=_UNFIT.sub(" ", spot.place.path),
        language=spot.language.title if spot.language else language,
        around=_around(spot, target, chars),
        fence=f"{fence(code)}{language}" if _UNFIT.search(language) is None else fence(code),
        end=fence(code),
        code=code,
        form=form(target),
    )
    return Message(Role.SYSTEM, render("edits/system")), Message(Role.USER, question)


def form(target: Target) -> str:
    """The form of the answer, in words."""
    return render(f"edits/form_{target.form.value}")


def again(answer: str, reason: str, target: Target) -> tuple[Message, ...]:
    """The turns that tell the model what was wrong with its answer."""
    return (
        Message(Role.ASSISTANT, answer),
        Message(Role.USER, render("edits/retry", reason=reason, form=form(target))),
    )


def _around(spot: Spot, target: Target, chars: int) -> str:
    text = spot.text
    before = _end_of(text[: target.start], int(chars * _BEFORE_SHARE))
    after = _start_of(text[target.end :].lstrip("\r\n"), chars - len(before))
    left = min(chars - len(before) - len(after), int(chars * _HEAD_SHARE)) if chars else 0
    head = _start_of(text[: target.start - len(before)], max(0, left))
    parts = (
        ("The beginning of the file, to know:", head),
        ("What stands above the piece, to know:", before),
        ("What stands below the piece, to know:", after),
    )
    return "\n\n".join(
        render("edits/around", what=what, fence=fence(part), code=part) for what, part in parts if part.strip()
    )


def _start_of(text: str, chars: int) -> str:
    """Whole lines from the start, without the line end of the last one."""
    return text.rstrip() if len(text) <= chars else text[: max(0, text.rfind("\n", 0, max(0, chars) + 1))].rstrip()


def _end_of(text: str, chars: int) -> str:
    """Whole lines at the end."""
    if len(text) > chars:
        cut = text.find("\n", len(text) - chars)
        text = "" if cut < 0 else text[cut + 1 :]
    return text.strip("\r\n").rstrip()
