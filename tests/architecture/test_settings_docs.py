"""``docs/settings.md`` and the client's manifest follow from the settings classes."""

from __future__ import annotations

import json
from typing import Any

import attrs
import pytest

from architecture.generate import client_manifest, files, settings_page
from hearth.core import options, settings
from hearth.core.options import Layer, fields, resolve

MANIFEST: dict[str, Any] = json.loads((files.ROOT / client_manifest.PATH).read_text(encoding="utf-8"))
PARTS: list[dict[str, Any]] = MANIFEST["contributes"]["configuration"]
GENERATED = {key: each for part in PARTS if part["title"] != "Editor" for key, each in part["properties"].items()}
OWN = {key: each for part in PARTS if part["title"] == "Editor" for key, each in part["properties"].items()}


@pytest.mark.parametrize("module", [settings_page, client_manifest])
def test_the_file_is_in_step(module: Any) -> None:
    for path, text in module.outputs(files.ROOT).items():
        assert files.current(path) == text, f"{path} is out of step: run `make generate`."


def test_a_change_of_a_setting_alone_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each fact of a field reaches both files; another default stands for all of them."""
    before = files.outputs()
    section = options._SECTIONS["completion"]
    changed = {**section, "max_tokens": section["max_tokens"].evolve(default=97)}
    monkeypatch.setitem(options._SECTIONS, "completion", changed)
    after = files.outputs()
    assert {path for path in before if before[path] != after[path]} == {settings_page.PATH, client_manifest.PATH}


def test_the_server_understands_every_key_that_vs_code_sends() -> None:
    assert len(GENERATED) == len(list(fields()))
    for key, schema in GENERATED.items():
        resolved = resolve([Layer("the editor", {key.removeprefix("hearth."): schema["default"]})])
        assert resolved == options.Resolved(settings.Settings()), key


def test_no_workspace_can_set_what_a_project_may_not() -> None:
    open_to_projects = {client_manifest.key(section, f.name) for section, f, _ in fields() if f.metadata["project"]}
    assert {key for key, schema in GENERATED.items() if schema["scope"] != "machine"} == open_to_projects
    assert {key for key, schema in OWN.items() if schema["scope"] != "machine"} == set()


def test_an_untrusted_workspace_sets_nothing() -> None:
    restricted = MANIFEST["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"]
    assert set(restricted) == {key for key, schema in (GENERATED | OWN).items() if schema["scope"] != "machine"}


def test_a_secret_has_no_default() -> None:
    secrets = [(section, field) for section, field, _ in fields() if field.metadata["secret"]]
    assert [field.name for _, field in secrets] == ["api_key"]
    assert all(field.default == "" for _, field in secrets)


def test_every_section_is_on_the_page() -> None:
    page = files.current(settings_page.PATH) or ""
    for field in attrs.fields(settings.Settings):
        assert f"## `{field.name}`" in page
