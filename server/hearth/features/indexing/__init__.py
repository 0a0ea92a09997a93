"""Keeping the index of a workspace complete and fresh, in a process of its own that nobody notices."""
