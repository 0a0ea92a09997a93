"""LanceDB takes a second to import: nobody pays for it who only follows the indexer."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = {"lancedb", "pyarrow", "numpy", "onnxruntime", "tokenizers", "tree_sitter", "watchfiles"}


@pytest.mark.parametrize(
    "module", ["hearth.features.indexing.run", "hearth.index", "hearth.embedding", "hearth.index.right"]
)
def test_following_imports_nothing_heavy(module: str) -> None:
    program = f"import json, sys, {module}; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not HEAVY & set(json.loads(done.stdout))


def test_the_indexer_listens_before_it_imports_what_is_heavy() -> None:
    program = "import json, sys, hearth.features.indexing.__main__, hearth.features.indexing.service;"
    program += "print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not (HEAVY - {"watchfiles"}) & set(json.loads(done.stdout))
