"""While the completion model works, that is shown and the indexer waits; who looks ahead needs an idle model."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest

from hearth.core.errors import ProviderBroken
from hearth.lsp.lending import Lending
from hearth.lsp.models import Use
from hearth.lsp.session import Session
from hearth.lsp.status import StatusBoard


class Fake:
    """What of a session lending needs."""

    def __init__(self) -> None:
        self.status = StatusBoard("1", lambda _: None)
        self.indexing = self.models = self
        self.resting = False
        self.waiting = self.used = 0

    @contextlib.contextmanager
    def busy(self) -> Iterator[None]:
        self.waiting += 1
        try:
            yield
        finally:
            self.waiting -= 1

    @contextlib.asynccontextmanager
    async def use(self, use: Use) -> AsyncIterator[tuple[Any, Any]]:
        assert use is Use.COMPLETION
        self.used += 1
        try:
            yield SimpleNamespace(context=512, counting=lambda _: None, speed=None), SimpleNamespace(count_tokens=None)
        finally:
            self.used -= 1

    async def about(self, *_: object) -> None:
        raise ProviderBroken("It does not tell.")


async def test_everything_is_given_back() -> None:
    fake = Fake()
    lending = Lending(cast(Session, fake))
    assert lending.is_idle()
    for fails in (False, True):
        with pytest.raises(ProviderBroken) if fails else contextlib.nullcontext():
            async with lending.lend() as lent:
                assert (lent.model.window, fake.waiting, fake.used, fake.status.is_busy) == (512, 1, 1, True)
                assert not lending.is_idle()
                if fails:
                    raise ProviderBroken("It broke.")
        assert (fake.waiting, fake.used, lending.is_idle()) == (0, 0, True)
    fake.resting = True
    assert not lending.is_idle()
