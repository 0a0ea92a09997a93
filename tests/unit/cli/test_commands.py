"""The command line as a person and a script meet it: real processes, a scripted model."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hearth import __version__
from hearth.cli import complete
from hearth.core.errors import InputError
from hearth.core.paths import Paths
from hearth.features.completion.quiet.ledger import Ledger, Outcome, Row

SCRIPT = """
[completion]
text = "a + b"
chunk_chars = 2
[chat]
text = "It adds two numbers."
chunk_chars = 3
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "script.toml").write_text(SCRIPT)
    (folder / ".env").write_text("KEY=1\n")
    (folder / "app.py").write_text("def add(a, b):\n    return \n\n\nprint(add(1, 2))\n")
    return folder


def hearth(project: Path, *arguments: str, stdin: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    script = f"scripted:{project / 'script.toml'}"
    settings = {"HEARTH_MODELS__COMPLETION": script, "HEARTH_MODELS__CHAT": script}
    return subprocess.run(
        [sys.executable, "-m", "hearth", *arguments],
        cwd=project,
        env={**os.environ, "HEARTH_HOME": str(project.parent / "home"), **settings, **environ},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_completes_at_a_place(project: Path) -> None:
    done = hearth(project, "complete", "app.py:2:12")
    assert (done.returncode, done.stdout) == (0, "a + b\n")
    assert "first token" in done.stderr


def test_completes_as_json(project: Path) -> None:
    answer = json.loads(hearth(project, "complete", "app.py:2:12", "--json").stdout)
    assert answer["completion"] == "a + b"
    assert (answer["line"], answer["column"]) == (2, 12)
    assert answer["time_to_first_token_ms"] > 0


def test_tells_what_the_model_was_shown_and_why(project: Path) -> None:
    (project / "prices.py").write_text(
        'def price_of(item: str, country: str) -> float:\n    """In euros."""\n    return 1.0\n'
    )
    far = "".join(f"def far_{number}(a):\n    b = a\n    c = b\n    return c\n\n\n" for number in range(60))
    text = f"from prices import price_of\n\n\n{far}def pay(item):\n    x = 1\n    "
    (project / "pay.py").write_text(text)
    few = {"HEARTH_COMPLETION__PREFIX_CHARS": "600", "HEARTH_INDEX__EMBEDDER": "none"}
    assert hearth(project, "index", **few).returncode == 0
    place = f"pay.py:{text.count(chr(10)) + 1}:5"
    answer = json.loads(hearth(project, "complete", place, "--explain", "--json", **few).stdout)
    told = answer["explain"]
    (found,) = [each for each in told["snippets"] if each["path"] == "prices.py"]
    assert (found["source"], found["why"], found["fate"]) == ("definition", "defines price_of", "shown")
    assert found["text"].startswith("def price_of(item: str, country: str) -> float")
    assert min(found["score"], found["tokens"]) > 0
    assert sum(each["lines"] for each in told["left_out"]) > 100
    assert all(each["line"] > 0 and each["why"] for each in told["left_out"])
    assert 0 < told["prefix_chars"] < len(text) / 4
    assert set(told["milliseconds"]) == {"count", "names", "sources", "rank", "cut"}
    page = hearth(project, "complete", place, "--explain", **few).stderr
    for words in ("prices.py", "definition", "defines price_of", "lines of the file left out", "sources"):
        assert words in page


def test_answers_a_question(project: Path) -> None:
    done = hearth(project, "ask", "What does this do?", "-f", "app.py:1-2")
    assert (done.returncode, done.stdout) == (0, "It adds two numbers.\n")
    assert "app.py" in done.stderr


def test_answers_a_question_as_json(project: Path) -> None:
    answer = json.loads(hearth(project, "ask", "-", "--json", stdin="What does @app.py do?").stdout)
    assert answer["answer"] == "It adds two numbers."
    assert [source["title"] for source in answer["sources"]] == ["app.py"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("complete", "app.py"), "not FILE:LINE:COL"),
        (("complete", "app.py:x:1"), "not FILE:LINE:COL"),
        (("complete", "app.py:0:1"), "not FILE:LINE:COL"),
        (("complete", "gone.py:1:1"), "cannot be read"),
        (("complete", "app.py:99:1"), "has 6 lines, not 99"),
        (("complete", "app.py:1:99"), "column 99 is behind its end"),
        (("complete", ".:1:1"), "cannot be read"),
        (("complete", ".env:1:1"), "may hold secrets"),
        (("ask", "What?", "-f", ".env"), "may hold secrets"),
        (("ask", ""), "question is empty"),
        (("ask", "What?", "-f", "app.py:9-3"), "has lines 1 to 6"),
        (("complete", "app.py:1:1", "--model", "embeded"), "Did you mean embedded?"),
        (("complete", "app.py:1:1", "--model", "embedded:/no/such.gguf"), "no model file"),
    ],
)
def test_bad_input_is_told_in_words(project: Path, arguments: tuple[str, ...], says: str) -> None:
    done = hearth(project, *arguments)
    assert done.returncode == 1
    assert says in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_errors_as_json(project: Path) -> None:
    done = hearth(project, "complete", "gone.py:1:1", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"]["code"] == "input"


def test_binary_files_are_refused(project: Path) -> None:
    (project / "data.bin").write_bytes(b"\xff\xfe\x00")
    assert "not UTF-8" in hearth(project, "complete", "data.bin:1:1").stderr


def test_no_more_is_read_than_a_source_file_has(monkeypatch: pytest.MonkeyPatch) -> None:
    """The files of /proc, devices and pipes say that they are empty."""
    monkeypatch.setattr(complete, "_MAX_BYTES", 1_000_000)
    assert complete.read_text(Path("/proc/self/stat")).strip()
    monkeypatch.setattr(complete, "_MAX_BYTES", 4)
    with pytest.raises(InputError, match="is larger than"):
        complete.read_text(Path("/proc/self/stat"))


def test_unknown_settings_are_warned_about(project: Path) -> None:
    (project.parent / "home" / "config").mkdir(parents=True)
    (project.parent / "home" / "config" / "settings.toml").write_text("[engine]\nmodle = 1\n")
    done = hearth(project, "complete", "app.py:2:12")
    assert "Did you mean engine.model?" in " ".join(done.stderr.split())
    assert done.returncode == 0


def test_a_project_cannot_choose_the_endpoint(project: Path) -> None:
    (project / ".hearth").mkdir()
    (project / ".hearth" / "settings.toml").write_text('[openai]\nbase_url = "http://evil.example/v1"\n')
    done = hearth(project, "settings", "--json")
    assert json.loads(done.stdout)["openai.base_url"] == "http://127.0.0.1:8080/v1"
    shown = hearth(project, "complete", "app.py:2:12")
    assert "a project may not set it" in " ".join(shown.stderr.split())


def test_settings_hide_secrets(project: Path) -> None:
    listed = hearth(project, "settings", HEARTH_OPENAI__API_KEY="very-secret").stdout
    assert "very-secret" not in listed
    assert "(set)" in listed


def test_doctor_says_what_is_missing(project: Path) -> None:
    gone = {"HEARTH_ENGINE__MODEL": "/no/such/model.gguf", "HEARTH_MODELS__CHAT": "embedded"}
    broken = hearth(project, "doctor", **gone)
    assert broken.returncode == 1
    assert "no model file /no/such/model.gguf" in " ".join(broken.stdout.split())
    assert "→" in broken.stdout
    facts = json.loads(hearth(project, "doctor", "--json", **gone).stdout)
    assert not facts["ok"]
    assert {finding["section"] for finding in facts["findings"]} >= {"Machine", "Installation", "Model", "Engine"}


def test_doctor_tells_of_a_safe_mode(project: Path) -> None:
    from hearth.core.paths import Paths
    from hearth.engine import ladder

    home = project.parent / "home"
    paths = Paths(*(home / name for name in ("run", "state", "config", "cache", "data")))
    ladder.remember(paths, Path("/models/some.gguf"), ladder.Rung.PLAIN, "SIGSEGV while checking in mode fast")
    text = " ".join(hearth(project, "doctor").stdout.split())
    assert "some.gguf runs in mode plain" in text
    assert "SIGSEGV" in text


def test_engine_commands_without_an_engine(project: Path) -> None:
    assert "No engine runs" in hearth(project, "engine", "status").stdout
    assert json.loads(hearth(project, "engine", "status", "--json").stdout) == []
    assert "No engine runs" in hearth(project, "engine", "stop").stderr


def test_version_and_help(project: Path) -> None:
    assert hearth(project, "--version").stdout == f"hearth {__version__}\n"
    for command in ("lsp", "complete", "ask", "engine", "doctor", "settings"):
        assert command in hearth(project, "--help").stdout
        assert hearth(project, command, "--help").returncode == 0


def test_a_wrong_command_line(project: Path) -> None:
    done = hearth(project, "complet")
    assert done.returncode == 2
    assert "complete" in done.stderr


def test_writes_a_commit_message(project: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=project, check=True)
    done = hearth(project, "commit-message")
    assert done.returncode != 0
    assert "Nothing is staged" in done.stderr
    subprocess.run(["git", "add", "app.py"], cwd=project, check=True)
    assert hearth(project, "commit-message").stdout == "It adds two numbers.\n"


def test_stats_tells_what_there_is_and_forgets_it(project: Path, tmp_path: Path) -> None:
    home = {"HEARTH_HOME": str(tmp_path / "stats-home")}
    assert "No suggestions yet" in hearth(project, "stats", **home).stdout
    paths = Paths(*(tmp_path / "stats-home" / name for name in ("run", "state", "config", "cache", "data")))
    Ledger(paths).add([Row("python", False, Outcome.ACCEPTED, {"column": 0.5}, kept=True, latency_ms=12.0)])
    told = hearth(project, "stats", **home)
    assert "python" in told.stdout
    assert "Nothing is hidden yet" in told.stdout
    found = json.loads(hearth(project, "stats", "--json", **home).stdout)
    assert found["languages"]["python"]["accept_rate"] == found["languages"]["python"]["kept_rate"] == 1.0
    assert json.loads(hearth(project, "stats", "--forget", "--json", **home).stdout) == {"forgotten": True}
    assert json.loads(hearth(project, "stats", "--json", **home).stdout)["total"]["shown"] == 0


def test_models_are_listed(project: Path) -> None:
    facts = json.loads(hearth(project, "models", "--json").stdout)
    bundled = facts["models"][0]
    assert (bundled["name"], bundled["installed"], bundled["chosen"]) == ("bundled", True, [])
    assert {each["name"] for each in facts["models"] if not each["installed"]} >= {"minilm", "qwen2.5-coder-0.5b"}
    shown = hearth(project, "models", COLUMNS="200").stdout
    assert "qwen2.5-coder-0.5b" in shown
    assert "Apache-2.0" in shown


def test_a_model_that_nobody_knows_and_one_that_cannot_be_removed(project: Path) -> None:
    install = hearth(project, "models", "install", "nobody")
    assert (install.returncode, "There are: " in install.stderr) == (1, True)
    assert hearth(project, "models", "remove", "bundled").returncode == 1
