"""The actions, in the order of the menu. A new one is a file here and a name in the list."""

from __future__ import annotations

from hearth.features.edits.offer import Action

from .complete import COMPLETE
from .document import DOCUMENT
from .explain import ASKING, EXPLAINING
from .extract import EXTRACT
from .fix import FIX
from .inline import INLINE
from .modernise import MODERNISE
from .names import NAMES
from .simplify import SIMPLIFY
from .translate import TRANSLATE
from .types import TYPES
from .write_tests import TESTS

ALL: tuple[Action, ...] = (
    FIX,
    COMPLETE,
    EXPLAINING,
    ASKING,
    DOCUMENT,
    TESTS,
    SIMPLIFY,
    TYPES,
    NAMES,
    MODERNISE,
    EXTRACT,
    INLINE,
    TRANSLATE,
)
