"""Add the types that a function's header leaves out, in languages where they are optional."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hearth.features.edits.offer import Action, Offer, subject
from hearth.features.edits.spot import Spot
from hearth.features.edits.target import of_scope
from hearth.prompts.render import render

_LANGUAGES = {"python", "typescript", "tsx"}
_PARAMETERS = re.compile(r"\((?P<inside>[^()]*(?:\([^()]*\)[^()]*)*)\)")
_BRACKETS = re.compile(r"\[[^\[\]]*\]|\{[^{}]*\}|<[^<>]*>|\([^()]*\)")
_UNTYPED = frozenset({"", "self", "cls", "*", "/", "this"})


def _offers(spot: Spot) -> Iterator[Offer]:
    scope = spot.function
    if spot.language is None or spot.language.name not in _LANGUAGES or scope is None:
        return
    if _lacks_types(scope.signature, python=spot.language.name == "python"):
        target = of_scope(spot, scope, least=0.8)
        yield Offer(f"Add types to {subject(spot, target)}", target, render("edits/types"))


def _lacks_types(signature: str, *, python: bool) -> bool:
    match = _PARAMETERS.search(signature)
    if match is None:
        return False
    if python and "->" not in signature[match.end() :]:
        return True
    inside = match["inside"]
    while (flat := _BRACKETS.sub("", inside)) != inside:
        inside = flat
    return any(
        part.strip().lstrip("*.") not in _UNTYPED and ":" not in part.partition("=")[0] for part in inside.split(",")
    )


TYPES = Action("types", "refactor.rewrite.types", _offers)
