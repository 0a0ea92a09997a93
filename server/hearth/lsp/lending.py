"""The completion model of a session, lent for one completion at a time."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from hearth.context.frame import Surroundings
from hearth.core.errors import HearthError
from hearth.features.completion.prompt import Model
from hearth.features.completion.suggestions import Lent

from .models import Use

if TYPE_CHECKING:
    from .session import Session


class Lending:
    """Lends the model and shows that it works."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @contextlib.asynccontextmanager
    async def lend(self) -> AsyncIterator[Lent]:
        """The model, open inside the block."""
        session = self._session
        async with session.models.use(Use.COMPLETION) as (model, provider):
            with session.status.busy(), session.indexing.busy():
                yield Lent(provider, Model(model.context, model.counting(provider), model.speed))
                session.status.answered(None)
                with contextlib.suppress(HearthError):  # It has answered, so nothing is wrong.
                    await session.about(model, provider)

    def around(self, uri: str) -> Surroundings:
        """What there is beside a document."""
        return self._session.around.of(uri)

    def is_idle(self) -> bool:
        """Whether nothing else of this session works or waits, and the model is not known to fail."""
        return not self._session.status.is_busy and not self._session.resting
