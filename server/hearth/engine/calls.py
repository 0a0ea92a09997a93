"""Work that other threads have done on the scheduler's, between two steps."""

from __future__ import annotations

import collections
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")


class Calls:
    """What waits for its turn, the oldest first. One thread runs it; any may add to it."""

    def __init__(self) -> None:
        self._waiting: collections.deque[tuple[Future[Any], Callable[[], Any]]] = collections.deque()

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def add(self, work: Callable[[], T]) -> Future[T]:
        """Queue ``work``; what comes of it is the future's."""
        future: Future[T] = Future()
        self._waiting.append((future, work))
        return future

    def run(self) -> None:
        """Do the oldest, unless nobody waits for it any more."""
        future, work = self._waiting.popleft()
        if future.set_running_or_notify_cancel():
            try:
                future.set_result(work())
            except BaseException as error:
                future.set_exception(error)

    def fail(self, error: Exception) -> None:
        """Do none of it: all who wait get ``error``."""
        while self._waiting:
            future, _ = self._waiting.popleft()
            if future.set_running_or_notify_cancel():
                future.set_exception(error)
