"""The next edit from a model in the real engine: a vocabulary with the tokens, and weights that know nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from hearth.core.paths import Paths
from hearth.engine import launch
from hearth.engine.api import EngineAddress
from lsp.conftest import Stage
from lsp.test_next_edit import change, following
from lsp.test_next_edit_model import CODE, URI
from models.tiny_gguf import TinyModel, write

pytestmark = pytest.mark.engine


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Paths]:
    monkeypatch.setenv("HEARTH_HOME", str(tmp_path))
    found = Paths.of_user()
    yield found
    for address in launch.running(found):
        launch.stop_now(address)
    assert launch.running(found) == []


def read(address: EngineAddress) -> int:
    """Tokens of prompts that an engine has read."""
    headers = {"authorization": f"Bearer {address.token}"}
    rows = httpx2.get(f"{address.url}/metrics", headers=headers, trust_env=False).text.splitlines()
    return int(sum(float(row.split()[-1]) for row in rows if row.startswith("hearth_prompt_tokens_total")))


def test_its_prompt_is_read_and_its_nonsense_refused(stage: Stage, paths: Paths) -> None:
    model = write(stage.home / "sweep-next-edit-tiny.gguf", TinyModel(context=4096, endless=True))
    client = stage.client({"HEARTH_MODELS__NEXT_EDIT": f"embedded:{model}"}, completion={"text": ""})
    client.initialize()
    client.open(URI, CODE)
    change(client, 2, 1, 12, 13, "sum(items)")
    assert following(client) is None
    (address,) = launch.running(paths)
    assert read(address) > len(CODE)
    assert stage.events("complete") == []
    assert [each for each in client.settle() if each.get("method") == "window/showMessage"] == []
