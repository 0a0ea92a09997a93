"""Real editors, unpacked by ``get.sh`` (``make test-editors``). Where there are none, these tests are not collected."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from editors.editor import Editor
from editors.emacs import EMACS
from editors.helix import HELIX
from editors.models import bundled, folders
from editors.neovim import NEOVIM, OLD_NEOVIM
from editors.servers import Servers
from editors.vim import VIM
from hearth.core.paths import Paths
from hearth.engine import launch

NEEDED = (NEOVIM, OLD_NEOVIM, HELIX, EMACS, VIM)
collect_ignore_glob = [] if all(each.is_file() for each in NEEDED) else ["test_*.py"]


@pytest.fixture
def opened() -> Iterator[list[Editor]]:
    """Editors that are ended with the test."""
    editors: list[Editor] = []
    yield editors
    for each in editors:
        each.close()


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Servers]:
    """What the editor of this test starts; all that it said is checked at the end."""
    made = Servers(tmp_path)
    yield made
    made.kill()
    made.methods()


@pytest.fixture(scope="session")
def engine(bundled_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Variables for servers with the bundled model, which share one engine."""
    home = tmp_path_factory.mktemp("engine")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HEARTH_HOME", str(home))
        paths = Paths.of_user()
    yield bundled(home, bundled_model)
    for address in launch.running(paths):
        launch.stop_now(address)
    assert launch.running(paths) == []


@pytest.fixture
def plain(tmp_path: Path, servers: Servers) -> dict[str, str]:
    """The environment of an editor that finds ``hearth``."""
    own = folders(tmp_path)
    for each in own.values():
        Path(each).mkdir(parents=True)
    return {**os.environ, **own, "PATH": f"{servers.programs}{os.pathsep}{os.environ['PATH']}"}
