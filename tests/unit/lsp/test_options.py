"""What the editor sends about settings, and how it is put over the files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hearth.core.paths import Paths
from hearth.core.settings import Settings
from hearth.lsp.options import editor_layer, load, trusted
from hearth.workspace.roots import Roots


@pytest.mark.parametrize(
    ("raw", "values"),
    [
        (None, {}),
        (5, {}),
        ([], {}),
        ({}, {}),
        ({"hearth": None}, {}),
        ({"hearth": {"deltas": True, "status": False, "trace": {"server": "off"}, "server": {}, "client": {}}}, {}),
        ({"completion": {"enabled": False}}, {"completion": {"enabled": False}}),
        ({"hearth": {"completion.enabled": False}}, {"completion.enabled": False}),
        ({"hearth": {"chat": {}}, "other": 1}, {"chat": {}}),
    ],
)
def test_what_editors_send(raw: Any, values: dict[str, Any]) -> None:
    assert editor_layer(raw).values == values


def test_files_editor_and_environment_in_this_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = Paths(*[tmp_path / name for name in ("run", "state", "config", "cache", "data")])
    paths.config.mkdir()
    text = "[completion]\nmax_tokens = 1\nprefix_chars = 101\nsuffix_chars = 102\ntemperature = 0.1\n"
    (paths.config / "settings.toml").write_text(text)
    project = tmp_path / "work"
    (project / ".hearth").mkdir(parents=True)
    text = '[completion]\nmax_tokens = 2\nprefix_chars = 201\nsuffix_chars = 202\n[engine]\nmodel = "/evil"\n'
    (project / ".hearth" / "settings.toml").write_text(text)
    monkeypatch.setenv("HEARTH_COMPLETION__MAX_TOKENS", "4")
    editor = editor_layer({"completion": {"maxTokens": 3, "prefixChars": 301}})
    resolved = load(paths, Roots.of_uris([(project.as_uri(), "")]), editor)
    found = resolved.settings.completion
    assert (found.max_tokens, found.prefix_chars, found.suffix_chars, found.temperature) == (4, 301, 202, 0.1)
    assert resolved.settings.engine == Settings().engine
    assert len(resolved.warnings) == 1
    assert "engine.model" in resolved.warnings[0]


def test_a_project_that_is_not_trusted_sets_nothing(tmp_path: Path) -> None:
    (tmp_path / "work" / ".hearth").mkdir(parents=True)
    (tmp_path / "work" / ".hearth" / "settings.toml").write_text("[completion]\nmax_tokens = 2\nnonsense = 1\n")
    folders = [((tmp_path / "work").as_uri(), "")]
    resolved = load(Paths(*[tmp_path] * 5), Roots.of_uris(folders, trusted=False), editor_layer({"trusted": False}))
    assert (resolved.settings, resolved.warnings) == (Settings(), ())
    trusting = load(Paths(*[tmp_path] * 5), Roots.of_uris(folders), editor_layer({"trusted": True}))
    assert trusting.settings.completion.max_tokens == 2
    assert len(trusting.warnings) == 1


@pytest.mark.parametrize(
    ("raw", "said"),
    [({"hearth": {"trusted": False}}, False), ({"trusted": True}, True), ({}, None), ({"trusted": "no"}, None)],
)
def test_whether_the_workspace_is_trusted(raw: Any, said: bool | None) -> None:
    assert trusted(raw) is said


def test_broken_files_are_warnings(tmp_path: Path) -> None:
    paths = Paths(*[tmp_path] * 5)
    (tmp_path / "settings.toml").write_text("[completion\n")
    (tmp_path / "work" / ".hearth" / "settings.toml").mkdir(parents=True)
    resolved = load(paths, Roots.of_uris([((tmp_path / "work").as_uri(), "")]), editor_layer(None))
    assert resolved.settings == Settings()
    assert len(resolved.warnings) == 2
