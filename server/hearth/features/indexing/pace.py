"""When the indexer may work: not while it is told to pause, while a completion is made, or on a low battery."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable

import attrs
import psutil

_BATTERY_EVERY_S = 30.0
_POLL_S = 0.2
"""How soon after a completion work goes on; each completion pushes it back, so a typist keeps the machine."""
_MEMORY_EVERY = 64
"""Turns between two looks at the memory, which cost a tenth of a millisecond each."""


class OutOfMemory(Exception):
    """The process holds more memory than it may."""


@attrs.define
class Pace:
    """Asked before each small step of work."""

    battery_percent: int = 0
    memory_bytes: int = 0
    """0 for no ceiling."""
    paused: bool = False
    """By the user."""
    on_wait: Callable[[str | None], None] | None = None
    """Told why work stops, with an empty text if the user paused it, and with None that it goes on."""
    ended: Callable[[], bool] = lambda: False
    """The process is to end: nothing is waited for any more."""
    _busy_until: float = 0.0
    _battery_low: bool = False
    _battery_asked: float = float("-inf")
    _turns: int = 0

    def busy(self, seconds: float) -> None:
        """A completion is being made; wait up to ``seconds`` unless told again."""
        self._busy_until = time.monotonic() + seconds

    def free(self) -> None:
        """The completion is done."""
        self._busy_until = 0.0

    async def turn(self) -> None:
        """Wait until there may be work. Raises OutOfMemory."""
        self._turns += 1
        if self.memory_bytes and self._turns % _MEMORY_EVERY == 0 and _resident() > self.memory_bytes:
            raise OutOfMemory
        told: str | None = None
        while not self.ended() and (reason := self._reason()) is not None:
            if reason != told and self.on_wait is not None:
                self.on_wait(reason)
                told = reason
            await asyncio.sleep(_POLL_S)
        if told is not None and self.on_wait is not None:
            self.on_wait(None)

    def _reason(self) -> str | None:
        if self.paused:
            return ""
        if time.monotonic() < self._busy_until:
            return "Waits for a completion."
        if self.battery_percent and self._low_battery():
            return f"Waits for the battery to be charged over {self.battery_percent} %."
        return None

    def _low_battery(self) -> bool:
        now = time.monotonic()
        if now - self._battery_asked >= _BATTERY_EVERY_S:
            self._battery_asked = now
            self._battery_low = battery_below(self.battery_percent)
        return self._battery_low


def battery_below(percent: int) -> bool:
    """Whether this machine runs on a battery that is charged less than ``percent``."""
    ask = getattr(psutil, "sensors_battery", None)
    try:
        battery = ask() if ask is not None else None
    except (OSError, RuntimeError, ValueError):
        return False
    return battery is not None and not battery.power_plugged and battery.percent < percent


def be_quiet() -> None:
    """Give this process the lowest priority for processor and disk. Where that is not possible it works as it is."""
    process = psutil.Process()
    steps: list[Callable[[], object]] = []
    if hasattr(os, "nice"):
        steps.append(lambda: process.nice(19))
    if hasattr(process, "ionice"):
        steps.append(lambda: process.ionice(getattr(psutil, "IOPRIO_CLASS_IDLE", 3)))
    for step in steps:
        try:
            step()
        except (psutil.Error, OSError, ValueError):
            continue


def _resident() -> int:
    return int(psutil.Process().memory_info().rss)
