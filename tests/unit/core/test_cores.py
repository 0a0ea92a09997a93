"""Cores that a process may use."""

from __future__ import annotations

import os

import psutil
import pytest

from hearth.core import cores


def test_as_many_as_the_system_allows_and_no_second_thread_of_a_core(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: set(range(12)), raising=False)
    for of_their_own, expected in ((6, 6), (64, 12), (None, 12)):
        monkeypatch.setattr(psutil, "cpu_count", lambda *, logical, count=of_their_own: None if logical else count)
        assert (cores.usable(), cores.physical()) == (12, expected)
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert cores.usable() == 1
