"""Inline completion: gate, run, stop, filter."""
