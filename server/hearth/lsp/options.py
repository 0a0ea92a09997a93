"""What the editor sends about settings, and all layers together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from hearth.core.options import Layer, Resolved, environment_layer, resolve, stored_layers
from hearth.core.paths import Paths
from hearth.workspace.roots import Roots

_EDITOR = "the editor"
_SECTION = "hearth"
_OF_THE_CLIENT = frozenset(
    {"deltas", "editDeltas", "editErrors", "status", "chatPanel", "editor", "trusted", "trace", "server", "client"}
)
"""Keys that editors keep in the same section and that are no settings of the server."""


def editor_layer(raw: Any) -> Layer:
    """Settings in ``initializationOptions`` or ``workspace/didChangeConfiguration``, below ``hearth`` or bare."""
    values = {key: value for key, value in _section(raw).items() if key not in _OF_THE_CLIENT}
    return Layer(_EDITOR, values)


def trusted(raw: Any) -> bool | None:
    """Whether the user trusts the workspace, as the editor says; None if it does not say."""
    said = _section(raw).get("trusted")
    return said if isinstance(said, bool) else None


def load(paths: Paths, roots: Roots, editor: Layer) -> Resolved:
    """Resolve all layers: the user's file, the projects' files, the editor, the environment; later ones win.

    Files of projects that are not trusted are not read.
    """
    projects = [root.path for root in roots.folders] if roots.trusted else []
    found, troubles = stored_layers(paths.config, projects)
    resolved = resolve([*found, editor, environment_layer()])
    return attrs.evolve(resolved, warnings=(*troubles, *resolved.warnings))


def _section(raw: Any) -> Mapping[str, Any]:
    values = _mapping(raw)
    return _mapping(values[_SECTION]) if _SECTION in values else values


def _mapping(raw: Any) -> Mapping[str, Any]:
    return raw if isinstance(raw, Mapping) else {}
