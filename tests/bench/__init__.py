"""Benchmarks: ``make bench`` runs all of them, ``make bench ONLY=name`` one.

A bench is a module in this folder and a line in :mod:`bench.registry`. The module has

``NAME``
    how it is called: in ``ONLY=name``, as ``build/bench/NAME.json`` and as the section of ``docs/benchmarks.md``;
``TITLE``
    what it measures, as a headline;
``def run() -> Result``
    measures, and returns figures (see :mod:`bench.result`). Ours and the peer are measured in the same run, in turns,
    on the same input. It may raise anything: the other benches still run, and the command ends with 1. It may be
    interrupted at any time: what it started is ended in ``finally`` blocks or context managers.

Measuring is done on an idle machine or not at all; the load at the start is part of the report.
"""
