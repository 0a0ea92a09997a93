"""What every test gets: a home folder of its own, an environment that nobody shaped, and the bundled model."""

from __future__ import annotations

import os
from collections.abc import Generator
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import settings
from pytest import TestReport

settings.register_profile("hearth", deadline=None, derandomize=os.environ.get("CI") == "true")
settings.load_profile("hearth")

MODEL_VARIABLE = "HEARTH_TEST_MODEL"
"""Names another GGUF file to run the tests with, in place of the bundled model."""

PROXY_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def hearth_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """HEARTH_HOME in a temporary folder; no proxies, and no settings of the person who runs the tests."""
    for name in list(os.environ):
        if name.startswith("HEARTH_") or name.upper() in PROXY_VARIABLES:
            monkeypatch.delenv(name)
    home = tmp_path / "hearth-home"
    monkeypatch.setenv("HEARTH_HOME", str(home))
    return home


@pytest.fixture(scope="session")
def bundled_model() -> Path:
    """The model that comes with the package, or the one that HEARTH_TEST_MODEL names."""
    named = _NAMED_MODEL
    if named:
        path = Path(named)
        if not path.is_file():
            pytest.fail(f"{MODEL_VARIABLE} names {named}, which is no file")
        return path
    path = Path(str(resources.files("hearth.catalog").joinpath("bundled", "hearth-tiny.gguf")))
    if not path.is_file():
        pytest.fail(f"the bundled model is missing: {path}; or name another with {MODEL_VARIABLE}")
    return path


_NAMED_MODEL = os.environ.get(MODEL_VARIABLE, "")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, TestReport, TestReport]:
    """In continuous integration nothing may be skipped: a skip there is a failure that says its reason."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, which CI does not allow: {report.longrepr}"
    return report
