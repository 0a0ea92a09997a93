"""The GGUF header reader against whole files, cut files, other files and hostile ones."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import gguf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hearth.core.errors import ModelError, ModelInvalid, ModelNotFound
from hearth.core.gguf_header import TENSOR_TYPES, ArrayLength, read_header
from models.tiny_gguf import TinyModel, write


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("models") / "model.gguf", TinyModel())


def made(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "made.gguf"
    path.write_bytes(data)
    return path


def text(value: str) -> bytes:
    return struct.pack("<Q", len(value)) + value.encode()


def header(tensors: int, *entries: bytes, version: int = 3) -> bytes:
    return b"GGUF" + struct.pack("<IQQ", version, tensors, len(entries)) + b"".join(entries)


def test_it_agrees_with_the_gguf_package(model: Path) -> None:
    ours, theirs = read_header(model), gguf.GGUFReader(model)
    assert ours.tensor_count == len(theirs.tensors)
    assert ours.parameters == sum(int(tensor.n_elements) for tensor in theirs.tensors)
    assert ours.text("general.architecture") == "llama"
    assert ours.number("llama.context_length") == 512
    assert ours.text("tokenizer.chat_template").startswith("{%")
    assert ours.metadata["tokenizer.ggml.add_bos_token"] is False
    tokens = ours.metadata["tokenizer.ggml.tokens"]
    assert isinstance(tokens, ArrayLength)
    assert tokens.length == len(theirs.fields["tokenizer.ggml.tokens"].data)
    assert ours.tensor_types == {"Q8_0": 15, "F32": 5}
    assert ours.text("nothing") == ""
    assert ours.number("tokenizer.ggml.add_bos_token") is None


def test_sizes_of_tensor_types_agree_with_the_gguf_package() -> None:
    known = {kind.value: (kind.name, *sizes) for kind, sizes in gguf.GGML_QUANT_SIZES.items()}
    assert {number: TENSOR_TYPES[number] for number in known if number in TENSOR_TYPES} == {
        number: sizes for number, sizes in known.items() if number in TENSOR_TYPES
    }
    assert len(TENSOR_TYPES) >= 32


def test_a_download_that_broke_off_says_what_is_missing(model: Path, tmp_path: Path) -> None:
    data = model.read_bytes()
    with pytest.raises(ModelInvalid, match=r"not complete: 1,000 of [\d,]+ bytes are missing") as caught:
        read_header(made(tmp_path, data[:-1000]))
    assert "Download it again" in caught.value.hint
    with pytest.raises(ModelInvalid, match="end inside the header"):
        read_header(made(tmp_path, data[:500]))


def test_every_cut_is_noticed(model: Path, tmp_path: Path) -> None:
    data = model.read_bytes()
    for size in [*range(0, 600, 7), *range(600, len(data), len(data) // 50), len(data) - 1]:
        with pytest.raises(ModelInvalid):
            read_header(made(tmp_path, data[:size]))
    read_header(made(tmp_path, data))
    read_header(made(tmp_path, data + b"padding"))


@pytest.mark.parametrize(
    ("data", "message", "hint"),
    [
        (b"", "is empty", "again"),
        (b"<!DOCTYPE html><html>Sign in</html>", "web page", "browser"),
        (b"\r\n <HTML>", "web page", "browser"),
        (b'{"error":"Repository is gated"}', "error message", "editor"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0", "Git LFS", "git lfs pull"),
        (b"PK\x03\x04rest", "archive", ".gguf"),
        (b"tjggrest", "old GGJT", ".gguf"),
        (b"\x7fELF", "not a GGUF", ".gguf"),
        (b"GGU", "not a GGUF", ".gguf"),
        (b"GGUF", "end inside the header", "again"),
        (b"GGUF" + struct.pack(">I", 3) + b"\x00" * 16, "big-endian", "little-endian"),
        (header(0, version=1), "version 1", "newer"),
        (header(0, version=9), "version 9", "Update"),
        (header(2**63), "claims", "again"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 2**40), "claims", "again"),
        (header(0, struct.pack("<Q", 2**60)), "string of", "again"),
        (header(0, text("k") + struct.pack("<IQ", 8, 2**34)), "string of", "again"),
        (header(0, text("k") + struct.pack("<I", 99)), "unknown type 99", "again"),
        (header(0, text("k") + struct.pack("<IIQ", 9, 4, 2**62)), "end inside", "again"),
        (header(0, text("k") + struct.pack("<IIQ", 9, 9, 1)), "array of the type 9", "again"),
        (header(0, text("general.alignment") + struct.pack("<II", 4, 0)), "alignment is 0", "again"),
        (header(0, text("general.alignment") + struct.pack("<I", 8) + text("x")), "alignment is 'x'", "again"),
        (header(1) + text("w") + struct.pack("<I", 2**31), "dimensions", "again"),
        (header(1) + text("w") + struct.pack("<IQQIQ", 2, 2**63, 2**63, 0, 0), "not complete", "again"),
        (header(1) + text("w") + struct.pack("<IQIQ", 1, 32, 0, 2**62), "not complete", "again"),
    ],
)
def test_what_is_no_model(tmp_path: Path, data: bytes, message: str, hint: str) -> None:
    with pytest.raises(ModelInvalid, match=message) as caught:
        read_header(made(tmp_path, data))
    assert hint in caught.value.hint


def test_a_list_of_empty_strings_is_no_way_to_keep_it_busy(tmp_path: Path) -> None:
    """A sparse file of zeros reads as strings of no length, for ever."""
    path = made(tmp_path, header(0, text("k") + struct.pack("<IIQ", 9, 8, 2**30)))
    with path.open("r+b") as file:
        file.truncate(2**34)
    with pytest.raises(ModelInvalid, match="list of"):
        read_header(path)


def test_a_tensor_type_from_the_future_is_let_through(tmp_path: Path) -> None:
    data = header(1) + text("w") + struct.pack("<IQIQ", 1, 32, 999, 0)
    assert read_header(made(tmp_path, data.ljust(200, b"\0"))).tensor_types == {"type 999": 1}


def test_paths_that_are_no_files(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound) as caught:
        read_header(tmp_path / "nothing.gguf")
    assert "engine.model" in caught.value.hint
    with pytest.raises(ModelNotFound):
        read_header(made(tmp_path, b"x") / "below-a-file")
    with pytest.raises(ModelInvalid, match="folder"):
        read_header(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ModelInvalid, match="regular"):
        read_header(tmp_path / "pipe")
    with pytest.raises(ModelInvalid, match="cannot be read"):
        read_header(Path("a\0b"))
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(ModelInvalid, match="cannot be read"):
        read_header(tmp_path / "loop")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(at=st.integers(0, 20_000), change=st.binary(min_size=1, max_size=16))
def test_a_damaged_header_never_does_worse_than_a_model_error(
    model: Path, tmp_path: Path, at: int, change: bytes
) -> None:
    data = bytearray(model.read_bytes())
    data[at : at + len(change)] = change
    try:
        read_header(made(tmp_path, bytes(data)))
    except ModelError as error:
        assert error.message
