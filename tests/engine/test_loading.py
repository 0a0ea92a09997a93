"""What a worker loads, and when."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["hearth.engine.native", "hearth.engine.worker"])
def test_llama_cpp_is_loaded_before_numpy(module: str) -> None:
    """The other way round a CUDA build of llama.cpp crashed as it loaded a model, with NumPy 2.5 on Ubuntu 24.04."""
    program = f"import sys, {module}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert loaded.index("llama_cpp.llama_cpp") < loaded.index("numpy")
