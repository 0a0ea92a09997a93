"""Options of every kind that people and editors write: wrong ones cost a warning, never the rest."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.core.options import PROJECT_FILE, Layer, environment_layer, fields, file_layer, resolve
from hearth.core.settings import Settings

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
NAMES = [(section, field.name) for section, field, _ in fields()]


def only(values: dict[str, Any], *, trusted: bool = True) -> tuple[Settings, tuple[str, ...]]:
    resolved = resolve([Layer("here", values, trusted)])
    return resolved.settings, resolved.warnings


def test_nothing_is_the_defaults() -> None:
    assert resolve([]).settings == Settings()
    assert resolve([]).warnings == ()


@pytest.mark.parametrize(
    "values",
    [
        {"completion": {"max_tokens": 7}},
        {"completion": {"maxTokens": 7}},
        {"completion.max_tokens": 7},
        {"completion.maxTokens": 7},
    ],
)
def test_nested_dotted_snake_and_camel_are_the_same(values: dict[str, Any]) -> None:
    settings, warnings = only(values)
    assert settings.completion.max_tokens == 7
    assert warnings == ()


def test_later_layers_win_field_by_field() -> None:
    first = Layer("user", {"completion": {"max_tokens": 7, "debounce_ms": 1}})
    second = Layer("editor", {"completion": {"max_tokens": 8}})
    completion = resolve([first, second]).settings.completion
    assert (completion.max_tokens, completion.debounce_ms) == (8, 1)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"complete": {}}, ["unknown setting complete", "Did you mean completion?"]),
        (
            {"completion": {"max_token": 3}},
            ["unknown setting completion.max_token", "Did you mean completion.max_tokens?"],
        ),
        ({"completion": {"maxToken": 3}}, ["unknown setting completion.maxToken"]),
        ({"zzz": 1}, ["unknown setting zzz", "`hearth settings` lists all"]),
        ({"completion": 3}, ["completion must be a table"]),
        ({"completion": {"max_tokens": "9"}}, ["completion.max_tokens must be a whole number", "'9'"]),
        ({"completion": {"max_tokens": True}}, ["must be a whole number", "True"]),
        ({"completion": {"max_tokens": 9.5}}, ["must be a whole number"]),
        ({"completion": {"enabled": 1}}, ["must be true or false"]),
        ({"completion": {"temperature": "hot"}}, ["must be a number"]),
        ({"completion": {"temperature": True}}, ["must be a number"]),
        ({"completion": {"disabled_languages": "python"}}, ["must be a list of strings"]),
        ({"completion": {"disabled_languages": ["a", 1]}}, ["must be a list of strings"]),
        ({"models": {"chat": None}}, ["must be a string"]),
        ({"log": {"level": "loud"}}, ["must be one of debug, info, warning, error"]),
    ],
)
def test_what_cannot_be_used_is_named_and_costs_its_own_default(values: dict[str, Any], words: list[str]) -> None:
    settings, warnings = only({**values, "chat": {"max_tokens": 5}})
    assert settings.chat.max_tokens == 5
    assert settings.completion == Settings().completion
    assert len(warnings) == 1
    assert warnings[0].startswith("here: ")
    assert all(word in warnings[0] for word in words), warnings[0]


def test_a_whole_number_serves_as_a_number() -> None:
    settings, warnings = only({"completion": {"temperature": 1}})
    assert settings.completion.temperature == 1.0
    assert isinstance(settings.completion.temperature, float)
    assert warnings == ()


@pytest.mark.parametrize(
    ("section", "name", "low", "high"),
    [
        (section, field.name, field.metadata["minimum"], field.metadata["maximum"])
        for section, field, kind in fields()
        if kind in (int, float)
    ],
)
def test_bounds_are_inclusive(section: str, name: str, low: float, high: float) -> None:
    for value in (low, high):
        settings, warnings = only({section: {name: value}})
        assert (getattr(getattr(settings, section), name), warnings) == (value, ())
    for value in (low - 1, high + 1):
        settings, warnings = only({section: {name: value}})
        assert settings == Settings()
        assert f"{section}.{name} must be between" in warnings[0]


@pytest.mark.parametrize(
    "value",
    [math.nan, math.inf, -math.inf, 10**400, -(10**400), 10**5000],
    ids=["nan", "inf", "-inf", "huge", "-huge", "unprintable"],
)
def test_numbers_that_are_no_numbers(value: float) -> None:
    settings, warnings = only({"completion": {"temperature": value, "max_tokens": value}})
    assert settings == Settings()
    assert len(warnings) == 2


def test_warnings_stay_short_and_keep_secrets() -> None:
    _, warnings = only({"log": {"level": "x" * 10_000}, "y" * 10_000: 1, "openai": {"api_key": ["sk-verysecret"]}})
    assert len(warnings) == 3
    assert all(len(warning) < 400 for warning in warnings)
    assert "sk-verysecret" not in " ".join(warnings)


def test_secrets_are_not_in_the_repr() -> None:
    settings, _ = only({"openai": {"api_key": "sk-verysecret"}})
    assert settings.openai.api_key == "sk-verysecret"
    assert "sk-verysecret" not in repr(settings)


@given(st.dictionaries(st.sampled_from([*{s for s, _ in NAMES}, "x"]) | st.text(max_size=12), JSON, max_size=4))
def test_any_json_is_survived(values: dict[str, Any]) -> None:
    resolved = resolve([Layer("editor", values), Layer("project", values, trusted=False)])
    assert isinstance(resolved.settings, Settings)


@given(st.sampled_from(NAMES), JSON)
def test_any_value_of_any_field_is_used_or_warned_about(name: tuple[str, str], value: Any) -> None:
    settings, warnings = only({name[0]: {name[1]: value}})
    assert settings == Settings() or not warnings
    assert len(warnings) <= 1


class TestProject:
    """A cloned repository is not its reader's friend."""

    CLOSED = ("models", "engine", "openai", "ollama", "log")
    WORDS = ("url", "host", "key", "command", "path", "port", "token", "model")

    def test_no_field_of_a_closed_section_can_be_set(self) -> None:
        assert [f"{s}.{f.name}" for s, f, _ in fields() if s in self.CLOSED and f.metadata["project"]] == []

    def test_the_whole_list_of_what_a_project_may_set(self) -> None:
        assert [f"{section}.{field.name}" for section, field, _ in fields() if field.metadata["project"]] == [
            "completion.enabled",
            "completion.max_tokens",
            "completion.prefix_chars",
            "completion.suffix_chars",
            "completion.context_tokens",
            "completion.disabled_languages",
            "chat.max_tokens",
            "chat.source_chars",
            "edits.enabled",
            "edits.surrounding_chars",
            "index.enabled",
            "index.max_file_kb",
            "index.exclude",
        ]

    def test_nothing_that_names_an_endpoint_key_command_or_path_can_be_set(self) -> None:
        for section, field, kind in fields():
            if kind is str or set(field.name.split("_")) & set(self.WORDS):
                assert not field.metadata["project"], f"{section}.{field.name}"

    @pytest.mark.parametrize(("section", "name"), NAMES)
    def test_a_closed_field_is_ignored_with_a_warning(self, section: str, name: str) -> None:
        field, kind = next((f, k) for s, f, k in fields() if (s, f.name) == (section, name))
        other = {bool: not field.default, str: "evil", tuple[str, ...]: ["a"]}.get(kind, field.metadata["maximum"])
        if field.metadata["choices"]:
            other = next(each for each in field.metadata["choices"] if each != field.default)
        settings, warnings = only({section: {name: other}}, trusted=False)
        if field.metadata["project"]:
            assert (settings != Settings(), warnings) == (True, ())
        else:
            assert settings == Settings()
            assert "a project may not set it" in warnings[0]

    def test_a_project_cannot_undo_the_users_own_choice_of_a_closed_field(self) -> None:
        user = Layer("user", {"openai": {"base_url": "http://127.0.0.1:9/v1"}})
        project = Layer("project", {"openai.baseUrl": "https://evil.example/v1"}, trusted=False)
        assert resolve([user, project]).settings.openai.base_url == "http://127.0.0.1:9/v1"


class TestFile:
    def write(self, folder: Path, text: str | bytes) -> Path:
        path = folder / PROJECT_FILE
        path.parent.mkdir()
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def test_is_read(self, tmp_path: Path) -> None:
        layer, warning = file_layer(self.write(tmp_path, "[chat]\nmax_tokens = 5\n"), trusted=False)
        assert layer == Layer(str(tmp_path / PROJECT_FILE), {"chat": {"max_tokens": 5}}, trusted=False)
        assert warning == ""

    def test_a_byte_order_mark_is_no_trouble(self, tmp_path: Path) -> None:
        layer, _ = file_layer(self.write(tmp_path, b"\xef\xbb\xbf[chat]\nmax_tokens = 5\n"))
        assert layer is not None
        assert layer.values == {"chat": {"max_tokens": 5}}

    def test_none_is_no_trouble(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        assert file_layer(tmp_path / "none.toml") == (None, "")
        assert file_layer(tmp_path / "file" / "settings.toml") == (None, "")

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"[chat", "not valid TOML"),
            (b"a = " + b"9" * 5000, "not valid TOML"),
            (b"a = " + b"[" * 100_000, "not valid TOML"),
            (b"\xff\xfe", "cannot be read"),
            (b"#" * 1_000_001, "larger than"),
        ],
        ids=["syntax", "huge number", "deep nesting", "not utf-8", "too large"],
    )
    def test_a_bad_one_is_a_warning(self, tmp_path: Path, content: bytes, words: str) -> None:
        path = self.write(tmp_path, content)
        layer, warning = file_layer(path)
        assert layer is None
        assert warning.startswith(f"{path}: ")
        assert words in warning
        assert len(warning) < 400 + len(str(path))

    def test_what_is_no_file_is_not_opened(self, tmp_path: Path) -> None:
        """A repository may hold a symbolic link to a device, which would never end."""
        (tmp_path / "link.toml").symlink_to("/dev/zero")
        (tmp_path / "folder.toml").mkdir()
        os.mkfifo(tmp_path / "pipe.toml")
        for name in ("link.toml", "folder.toml", "pipe.toml"):
            layer, warning = file_layer(tmp_path / name)
            assert layer is None
            assert "not a regular file" in warning

    def test_a_pipe_that_takes_the_place_of_a_file_is_not_waited_for(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What was looked at need not be what is opened."""
        path = self.write(tmp_path, b"")
        os.mkfifo(tmp_path / "pipe")
        looked_at = path.stat()
        (tmp_path / "pipe").rename(path)
        monkeypatch.setattr(Path, "stat", lambda *_args, **_options: looked_at)
        assert "not a regular file" in file_layer(path)[1]


class TestEnvironment:
    def settings(self, **environ: str) -> tuple[Settings, tuple[str, ...]]:
        resolved = resolve([environment_layer(environ)])
        return resolved.settings, resolved.warnings

    def test_types_are_read_from_text(self) -> None:
        settings, warnings = self.settings(
            HEARTH_COMPLETION__MAX_TOKENS="7",
            HEARTH_COMPLETION__ENABLED="No",
            HEARTH_COMPLETION__TEMPERATURE="0.5",
            HEARTH_COMPLETION__DISABLED_LANGUAGES="markdown, plaintext",
            HEARTH_ENGINE__MODEL="/models/a.gguf",
        )
        assert warnings == ()
        assert settings.completion.max_tokens == 7
        assert settings.completion.enabled is False
        assert settings.completion.temperature == 0.5
        assert settings.completion.disabled_languages == ("markdown", "plaintext")
        assert settings.engine.model == "/models/a.gguf"

    def test_other_variables_are_left_alone(self) -> None:
        assert self.settings(HEARTH_HOME="/x", PATH="/bin", OTHER__THING="1") == (Settings(), ())

    @pytest.mark.parametrize("text", ["many", "", "nan", "1e3"])
    def test_what_does_not_fit_is_a_warning(self, text: str) -> None:
        settings, warnings = self.settings(HEARTH_COMPLETION__MAX_TOKENS=text, HEARTH_CHAT__NONE="1")
        assert settings == Settings()
        assert len(warnings) == 2
        assert all(warning.startswith("the environment: ") for warning in warnings)


def test_every_field_has_a_sentence_and_a_default_that_passes_its_own_check() -> None:
    for section, field, _ in fields():
        assert field.metadata["doc"].endswith("."), f"{section}.{field.name}"
        default = list(field.default) if isinstance(field.default, tuple) else field.default
        assert only({section: {field.name: default}}) == (Settings(), ())
