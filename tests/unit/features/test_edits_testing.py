"""Where the tests of a file go, and what runs them, as its workspace says."""

from __future__ import annotations

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
