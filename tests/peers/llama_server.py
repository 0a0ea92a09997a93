"""A real ``llama-server``, the outside peer of provider tests and benchmarks."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import filelock

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / "build" / "peers"
_SCRIPT = Path(__file__).with_suffix(".sh")
_FETCH_S = 300.0
"""For 40 MB of packages over a slow line."""
_START_S = 60.0


class Missing(Exception):
    """No llama-server can be had on this machine, for the reason it says."""


def binary(name: str = "llama-server") -> Path:
    """The program: that of HEARTH_LLAMA_BIN, or on the PATH, or unpacked below ``build/peers``. Raises Missing."""
    if folder := _NAMED_FOLDER:
        return Path(folder) / name
    if found := shutil.which(name):
        return Path(found)
    CACHE.mkdir(parents=True, exist_ok=True)
    program = CACHE / "llama" / "bin" / name
    with filelock.FileLock(CACHE / "llama.lock", timeout=_FETCH_S):
        if not program.exists():
            _fetch()
    return program


_NAMED_FOLDER = os.environ.get("HEARTH_LLAMA_BIN", "")


def _fetch() -> None:
    log = CACHE / "llama.log"
    with log.open("wb") as output:
        try:
            done = subprocess.run(
                ["bash", str(_SCRIPT), str(CACHE / "llama")],
                stdout=output,
                stderr=output,
                timeout=_FETCH_S,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Missing(f"llama-server could not be fetched: {error}") from error
    if done.returncode:
        last = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
        raise Missing(f"llama-server could not be fetched: {''.join(last)} (all of it: {log})")


class LlamaServer:
    """One process on a free port; a context manager that ends it and shows its log if it never answers."""

    def __init__(self, model: Path, log: Path, *options: str, key: str = "") -> None:
        self.key = key
        self.port = _free_port()
        self._log = log
        self._command = [
            str(binary()),
            *("-m", str(model), "--host", "127.0.0.1", "--port", str(self.port), "--slots", "--metrics", "--no-ui"),
            *(("--api-key", key) if key else ()),
            *options,
        ]

    @property
    def url(self) -> str:
        """Base address without a path."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> LlamaServer:
        with self._log.open("wb") as output:
            self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        deadline = time.monotonic() + _START_S
        while time.monotonic() < deadline and self._process.poll() is None:
            if self._healthy():
                return self
            time.sleep(0.05)
        self.__exit__()
        raise AssertionError(f"llama-server did not start:\n{self._log.read_text(errors='replace')[-3000:]}")

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(timeout=10)

    def _healthy(self) -> bool:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"{self.url}/health", timeout=2) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
