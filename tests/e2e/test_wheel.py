"""The built wheel, installed into an empty environment, does the main job there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = "def mean(values):\n    total = sum(values)\n    return total / \n\n\nprint(mean([1, 2]))\n"


def run(*command: str | Path, cwd: Path, environ: dict[str, str] | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, env=environ, capture_output=True, text=True, timeout=1500, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.mark.engine
def test_it_carries_grammars_and_the_model(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "hearth/catalog/bundled/hearth-tiny.gguf" in names
    assert "hearth/catalog/bundled/MODEL_CARD.md" in names
    assert "hearth_grammars/python/language.toml" in names
    assert "hearth/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not any("model_recipe" in name or name.startswith("tests") for name in names)


@pytest.mark.engine
@pytest.mark.slow
def test_it_works_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "env", with_pip=True)
    binary = tmp_path / "env" / ("Scripts" if os.name == "nt" else "bin")
    pip = (binary / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run(*pip, f"hearth-ls[engine] @ {wheel.as_uri()}", cwd=tmp_path)
    environ = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    environ |= {"HEARTH_HOME": str(tmp_path / "home"), "PATH": f"{binary}{os.pathsep}{environ['PATH']}"}
    project = tmp_path / "project"
    project.mkdir()
    (project / "stats.py").write_text(SOURCE)
    hearth = binary / "hearth"
    try:
        where = run(binary / "python", "-c", "import hearth; print(hearth.__file__)", cwd=project, environ=environ)
        assert Path(where.strip()).is_relative_to(tmp_path / "env")
        assert json.loads(run(hearth, "doctor", "--json", cwd=project, environ=environ))["ok"]
        answer = json.loads(run(hearth, "complete", "stats.py:3:20", "--json", cwd=project, environ=environ))
        assert answer["usage"]["prompt_tokens"] > 10
        said = json.loads(
            run(hearth, "ask", "Explain this code:", "-f", "stats.py", "--json", cwd=project, environ=environ)
        )
        assert said["answer"].strip()
    finally:
        run(hearth, "engine", "stop", cwd=project, environ=environ)
