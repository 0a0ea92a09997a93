"""Why an answer cannot be used."""

from __future__ import annotations


class Misfit(Exception):
    """A phrase for the model and for the user, such as "it is cut off"."""
