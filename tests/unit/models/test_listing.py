"""What is told of models: what is installed, what fits, how fast it is, what to take."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hearth.catalog import machine, select
from hearth.catalog.machine import Machine
from hearth.catalog.speeds import Speeds
from hearth.core.errors import HearthError, InputError, ProviderUnavailable
from hearth.core.paths import Paths
from hearth.core.settings import EngineSettings, IndexSettings, ModelsSettings, OllamaSettings, Settings
from hearth.features.models.choose import choose, without
from hearth.features.models.entry import Entry, Fit, Use
from hearth.features.models.listing import Listing, models
from models.tiny_gguf import TinyModel, write

GB = 10**9


@pytest.fixture
def paths() -> Paths:
    return Paths.of_user()


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A laptop: 16 GB, 10 of them free, 30 GB a second."""
    monkeypatch.setattr(machine, "look", lambda _: Machine(8, 16 * GB, 10 * GB, 100 * GB, 30e9))


def by_name(listing: Listing) -> dict[str, Entry]:
    return {each.name: each for each in listing.entries}


async def test_what_is_there_comes_first_and_says_what_it_is_used_for(paths: Paths) -> None:
    folder = select.models_folder(paths)
    folder.mkdir(parents=True)
    own = write(folder / "own.gguf", TinyModel())
    (folder / "broken.gguf").write_bytes(b"GGUF")
    settings = Settings(models=ModelsSettings(chat="embedded:own", completion="ollama:x"))
    listing = await models(settings, paths)
    found = by_name(listing)
    assert [each.installed for each in listing.entries][:4] == [True, True, True, False]
    assert (found["bundled"].chosen, found["own"].chosen) == ((), (Use.CHAT,))
    assert (found["own"].path, found["own"].context, found["own"].removable) == (str(own), 512, True)
    assert not found["bundled"].removable
    assert found["broken"].problem
    assert found["broken"].uses == ()
    assert found["minilm"].uses == (Use.EMBEDDING,)


async def test_a_file_elsewhere_that_the_settings_name_is_listed(paths: Paths, tmp_path: Path) -> None:
    elsewhere = write(tmp_path / "elsewhere.gguf", TinyModel())
    listing = await models(Settings(engine=EngineSettings(model=str(elsewhere))), paths)
    found = by_name(listing)[str(elsewhere)]
    assert (found.title, found.chosen, found.removable) == ("elsewhere", (Use.COMPLETION, Use.CHAT), False)
    assert choose(found.name, Use.CHAT, listing) == {"models.chat": f"embedded:{elsewhere}"}


async def test_what_fits_and_how_fast_it_would_be(paths: Paths) -> None:
    found = by_name(await models(Settings(), paths))
    assert found["qwen2.5-coder-7b"].fit is Fit.FITS
    assert found["qwen3-coder-30b-a3b"].fit is Fit.TOO_LARGE
    speed = {name: each.tokens_per_second for name, each in found.items()}
    assert speed["bundled"] is None, "it is read from the processor's caches"
    assert speed["qwen2.5-coder-7b"] == pytest.approx(0.6 * 30 / 4.683, rel=0.01)
    assert (speed["qwen3-coder-30b-a3b"] or 0) > 2 * (speed["qwen2.5-coder-7b"] or 0), "few experts work at a time"
    recommended = {use: name for name, each in found.items() for use in each.recommended}
    assert recommended == {
        Use.COMPLETION: "qwen2.5-coder-0.5b",
        Use.CHAT: "qwen2.5-coder-1.5b",
        Use.EMBEDDING: "minilm",
    }


async def test_memory_that_others_have_makes_it_tight(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "look", lambda _: Machine(8, 16 * GB, 3 * GB, 100 * GB, 30e9))
    assert by_name(await models(Settings(), paths))["qwen2.5-coder-7b"].fit is Fit.TIGHT


async def test_a_speed_that_was_seen_is_kept_and_foretells_others(paths: Paths, bundled_model: Path) -> None:
    listing = await models(Settings(), paths, {bundled_model: 300.0})
    assert by_name(listing)["bundled"].tokens_per_second == 300
    await models(Settings(), paths, {bundled_model: 10.0})
    seen = by_name(await models(Settings(), paths))["bundled"]
    assert (seen.tokens_per_second, seen.measured) == (300, True)
    Speeds({"/m.gguf:2000000000": 50.0}).note({}, paths)
    (paths.state / "speeds.json").write_text(json.dumps({"/m.gguf:2000000000": 50.0}))
    found = by_name(await models(Settings(), paths))
    assert found["qwen2.5-coder-7b"].tokens_per_second == pytest.approx(100 / 4.683, rel=0.01)
    assert not found["qwen2.5-coder-7b"].measured


@pytest.mark.parametrize("text", ["", "[]", '{"a": "b"}', '{"a": -1}', "\x00"])
def test_kept_speeds_that_cannot_be_read_are_none(paths: Paths, text: str) -> None:
    paths.state.mkdir(parents=True)
    (paths.state / "speeds.json").write_text(text)
    assert Speeds.load(paths).seen == {}
    assert Speeds({"x": 1.0, "y:z": 2.0}).bandwidth() == 0


async def test_choosing(paths: Paths) -> None:
    listing = await models(Settings(), paths)
    assert choose("bundled", Use.COMPLETION, listing) == {"models.completion": "embedded:bundled"}
    for name, use in (("bundled", Use.EMBEDDING), ("qwen2.5-coder-7b", Use.CHAT), ("nobody", Use.CHAT)):
        with pytest.raises(InputError):
            choose(name, use, listing)
    assert without("bundled", listing) == {"models.completion": "embedded", "models.chat": "embedded"}
    assert (without("nobody", listing), without("minilm", listing)) == ({}, {})


class Server:
    """A provider, as far as its list of models goes."""

    def __init__(self, found: list[str] | HearthError) -> None:
        self.found, self.closed = found, False

    async def models(self) -> list[str]:
        if isinstance(self.found, HearthError):
            raise self.found
        return self.found

    async def aclose(self) -> None:
        self.closed = True


async def test_what_a_server_has_that_the_settings_name(paths: Paths) -> None:
    asked = []
    server = Server(["qwen:7b", "llava:latest", "nomic-embed-text:latest"])

    def create(spec: str) -> Any:
        asked.append(spec)
        return server

    chosen = ModelsSettings(completion="ollama", chat="ollama:llava", embedding="ollama:nomic-embed-text")
    settings = Settings(models=chosen, ollama=OllamaSettings(model="qwen:7b"), index=IndexSettings(embedder="provider"))
    listing = await models(settings, paths, create=create)
    found = by_name(listing)
    assert (asked, server.closed) == (["ollama"], True)
    assert found["ollama:qwen:7b"].chosen == (Use.COMPLETION,)
    assert found["ollama:llava:latest"].chosen == (Use.CHAT,)
    assert found["ollama:nomic-embed-text:latest"].chosen == (Use.EMBEDDING,)
    assert found["ollama:nomic-embed-text:latest"].uses == (Use.EMBEDDING,)
    assert choose("ollama:qwen:7b", Use.CHAT, listing) == {"models.chat": "ollama:qwen:7b"}
    vectors = choose("ollama:nomic-embed-text:latest", Use.EMBEDDING, listing)
    assert vectors == {"models.embedding": "ollama:nomic-embed-text:latest", "index.embedder": "provider"}


async def test_a_server_that_nobody_named_is_not_asked_and_one_that_is_away_has_nothing(paths: Paths) -> None:
    def never(_: str) -> Any:
        raise AssertionError("it was asked")

    before = len((await models(Settings(), paths, create=never)).entries)
    away = Server(ProviderUnavailable("Gone."))
    settings = Settings(models=ModelsSettings(chat="openai"))
    listing = await models(settings, paths, create=lambda _: away)  # type: ignore[arg-type, return-value]
    assert len(listing.entries) == before
    assert away.closed
