"""Where the tests of a file go, and what runs them, as its workspace says."""

from __future__ import annotations

import os
import tracemalloc
from pathlib import Path

import pytest

from hearth.features.edits.testing import plan
from hearth.workspace.read import Files
from hearth.workspace.roots import Root, Roots


@pytest.mark.parametrize(
    ("package", "framework"),
    [
        ('{"devDependencies": {"vitest": "1"}}', "vitest"),
        ('{"dependencies": {"jest": "1"}}', "jest"),
        ('{"dependencies": {}}', "the test runner of Node.js"),
        ('{"dependencies": []}', "the test runner of Node.js"),
        ("[]", "the test runner of Node.js"),
        ("{", "the test runner of Node.js"),
        ("[" * 100_000, "the test runner of Node.js"),
        (None, "the test runner of Node.js"),
    ],
    ids=["vitest", "jest", "neither", "a list inside", "a list", "not JSON", "nested too deep", "no file"],
)
def test_the_runner_that_a_package_names(tmp_path: Path, package: str | None, framework: str) -> None:
    root = tmp_path.resolve()
    (root / "cart.ts").write_text("export const a = 1\n")
    if package is not None:
        (root / "package.json").write_text(package)
    found = plan(root / "cart.ts", "typescript", Files(Roots((Root(root, "w"),))))
    assert (found.framework, found.path) == (framework, root / "cart.test.ts")


def test_a_package_that_is_no_small_file_names_no_runner(tmp_path: Path) -> None:
    root = tmp_path.resolve()
    (root / "cart.ts").write_text("export const a = 1\n")
    package, files = root / "package.json", Files(Roots((Root(root, "w"),)))
    os.mkfifo(package)
    assert plan(root / "cart.ts", "typescript", files).framework == "the test runner of Node.js"
    package.unlink()
    package.write_text('{"dependencies": {"jest": "1"}}')
    os.truncate(package, 2_000_000_000)
    tracemalloc.start()
    try:
        assert plan(root / "cart.ts", "typescript", files).framework == "the test runner of Node.js"
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()
