"""Choosing a model for a use: which settings say so."""

from __future__ import annotations

from hearth.core.errors import InputError
from hearth.embedding import install as embedder

from .entry import Use
from .listing import Listing
from .served import SERVERS


def without(name: str, listing: Listing) -> dict[str, str]:
    """The settings, by name, that no longer use a model that is to be removed."""
    entry = next((each for each in listing.entries if each.name == name), None)
    if entry is None:
        return {}
    if name == embedder.NAME:
        return {"index.embedder": "auto"} if entry.chosen else {}
    # Without a model of its own the engine runs the one of `engine.model`.
    return {f"models.{use.value}": "embedded" for use in entry.chosen}


def choose(name: str, use: Use, listing: Listing) -> dict[str, str]:
    """The settings, by name, that use the model for that. Raises InputError if it is not there or cannot do it."""
    entry = next((each for each in listing.entries if each.name == name), None)
    if entry is None or not entry.installed:
        raise InputError(f"There is no installed model {name!r}.", hint="Install it first.")
    if use not in entry.uses:
        raise InputError(f"{entry.title} is not for {use.value}.", hint=entry.problem or "Choose another model.")
    if name == embedder.NAME:
        return {"index.embedder": embedder.NAME}
    if name.partition(":")[0] not in SERVERS:
        return {f"models.{use.value}": f"embedded:{name}"}
    made = {"index.embedder": "provider"} if use is Use.EMBEDDING else {}
    return {f"models.{use.value}": name, **made}
