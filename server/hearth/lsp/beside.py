"""The file that new tests go into: open in the editor, on disk, or not there yet."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from hearth.core.errors import InputError
from hearth.core.text import LineIndex
from hearth.features.edits.offer import Offer
from hearth.features.edits.run import Into
from hearth.features.edits.spot import Place, Spot
from hearth.features.edits.testing import CONVENTIONS, plan
from hearth.prompts.render import fence, render
from hearth.syntax.parse import parse
from hearth.workspace.read import Files
from hearth.workspace.roots import Roots
from hearth.workspace.uris import to_uri

from .edits import Stored
from .snapshots import Snapshot

_SHOWN_CHARS = 3000
"""Of what the file holds: enough to see how tests look like in this project."""


@attrs.frozen
class Beside:
    """A file of tests."""

    name: str
    framework: str
    snapshot: Snapshot
    into: Into
    stored: Stored

    def instruction(self, spot: Spot, offer: Offer) -> str:
        """What the model is asked."""
        text = self.snapshot.text[:_SHOWN_CHARS].rstrip()
        there = "which ends behind this, or goes on:" if text else f"which is new. It tests `{spot.place.path}`:"
        symbol = offer.target.scope.name if offer.target is not None and offer.target.scope is not None else "it"
        return render(
            "edits/tests",
            symbol=symbol,
            framework=self.framework,
            path=self.name,
            there=there,
            code=text,
            fence=fence(text),
        )


def find(snapshot: Snapshot, spot: Spot, roots: Roots, documents: Iterable[Snapshot]) -> Beside:
    """The file for the tests of a document. Reads the disk. Raises InputError where there is no place for it."""
    language = spot.language
    if snapshot.path is None or language is None:
        raise InputError("The document is no file, so there is no place for its tests.", hint="Save it first.")
    opened = {each.path.resolve(): each for each in documents if each.path is not None}
    made = plan(snapshot.path, language.name, Files(roots, {path: each.text for path, each in opened.items()}))
    shown = opened.get(made.path.resolve())
    text = made.text or ""
    if shown is None:
        uri, index = to_uri(made.path), LineIndex(text)
        shown = Snapshot(uri, made.path, 0, snapshot.language, text, snapshot.encoding, index)
        stored = Stored.NOWHERE if made.text is None else Stored.DISK
    else:
        stored, text = Stored.OPEN, shown.text
    place = Place(text, made.name, snapshot.language, len(text), len(text))
    into = Into(Spot(place, parse(text, language)), CONVENTIONS[language.name].holds_test)
    return Beside(made.name, made.framework, shown, into, stored)
