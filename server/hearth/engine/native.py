"""llama.cpp, typed: the only file that imports llama_cpp. Nothing here schedules or decides.

The high-level ``Llama`` class is not used: it never sets the abort callback, holds one sequence, and puts token 0 in
place of the fill-in-the-middle tokens.
"""

from __future__ import annotations

import ctypes
import functools
import logging
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from hearth.core.errors import EngineMemory, EngineMissing, ModelInvalid

from .options import ContextOptions, Entry, LoadOptions

# Before NumPy: with the libraries of some NumPy builds loaded first, a build of llama.cpp with CUDA crashed as it read
# a model's file.
try:
    import llama_cpp as lib
except ImportError as missing:
    raise EngineMissing(
        f"the engine's packages are not installed ({missing}).",
        hint='Install them with: pip install "hearth-ls[engine]" (the README tells where prebuilt wheels are).',
    ) from missing

import numpy as np
import numpy.typing as npt

from .crew import Crew
from .fill import SUFFIX_FIRST, Fill, spelled
from .memory import SMALLER, Cost

__all__ = ["AbortFlag", "Context", "ContextOptions", "Entry", "LoadOptions", "Model", "lib"]

log = logging.getLogger(__name__)

ALL_LAYERS = 999
"""More layers than any model has: llama.cpp then takes all of them."""

_GGML_ERROR = 4
_GGML_WARN = 3

TOKEN_NULL = -1

_NO_MEMORY = re.compile(r"(?:cannot|failed to|unable to) allocate|alloc\w* failed|bad_alloc|out of memory", re.I)
"""How llama.cpp, the C library and the drivers of GPUs say it."""


class AbortFlag:
    """A byte that llama.cpp reads between the nodes of a graph; set, it stops the running decode within one node.

    A Python callback would need the interpreter's lock some hundred times per decode, and wait for it while another
    thread computes. ``strlen`` is a C function with just the right meaning: of a buffer that starts with a zero byte it
    returns 0 (go on), of one that starts with any other byte it returns 1 (stop).
    """

    def __init__(self) -> None:
        self._buffer = ctypes.create_string_buffer(2)
        library = ctypes.CDLL("msvcrt" if os.name == "nt" else None)
        strlen = ctypes.cast(library.strlen, ctypes.c_void_p)
        self.callback = ctypes.cast(strlen, lib.ggml_abort_callback)
        self.data = ctypes.cast(self._buffer, ctypes.c_void_p)

    def set(self) -> None:
        """Stop the running decode, or the next one. Any thread may call it."""
        self._buffer[0] = b"\x01"

    def clear(self) -> None:
        """Let decodes run again."""
        self._buffer[0] = b"\x00"

    def is_set(self) -> bool:
        """Whether a decode would stop."""
        return self._buffer[0] != b"\x00"


class Model:
    """A loaded GGUF file and its vocabulary. Its functions may be called from any thread."""

    def __init__(self, path: Path, options: LoadOptions, on_progress: Callable[[float], bool]) -> None:
        """Load ``path``. ``on_progress`` gets 0..1 and returns False to give up. Raises ModelInvalid, EngineMemory."""
        _initialise()
        params = lib.llama_model_default_params()
        params.use_extra_bufts = options.extra_buffers
        params.n_gpu_layers = ALL_LAYERS if options.gpu_layers < 0 else options.gpu_layers
        self._progress = lib.llama_progress_callback(lambda fraction, _data: on_progress(fraction))
        params.progress_callback = self._progress
        _last_error.clear()
        self.handle: Any = lib.llama_model_load_from_file(str(path).encode(), params)
        if not self.handle:
            reason = "; ".join(_last_error[-2:]) or "llama.cpp gave no reason"
            if _NO_MEMORY.search("; ".join(_last_error)):
                raise EngineMemory(f"There is not enough memory for the model {path.name} ({reason}).", hint=SMALLER)
            raise ModelInvalid(
                f"{path} cannot be loaded: {reason}.",
                hint="Download the file again, or choose another one with engine.model.",
            )
        self.path = path
        self.vocab: Any = lib.llama_model_get_vocab(self.handle)
        if not lib.llama_vocab_n_tokens(self.vocab):
            raise ModelInvalid(f"{path} has no vocabulary.", hint="Choose a GGUF file of a whole language model.")
        self.trained_context: int = lib.llama_model_n_ctx_train(self.handle)
        self.parameters: int = lib.llama_model_n_params(self.handle)
        self.bytes: int = lib.llama_model_size(self.handle)
        self.name = self.meta("general.name") or path.stem
        self._pieces: dict[int, bytes] = {}

    def meta(self, key: str) -> str:
        """A metadata value of the file as text; empty if there is none."""
        buffer = ctypes.create_string_buffer(4096)
        length = lib.llama_model_meta_val_str(self.handle, key.encode(), buffer, len(buffer))
        return buffer.value.decode("utf-8", "replace") if length >= 0 else ""

    @property
    def chat_template(self) -> str:
        """The model's own Jinja template; empty if it has none."""
        template: bytes | None = lib.llama_model_chat_template(self.handle, None)
        return template.decode("utf-8", "replace") if template else ""

    @functools.cached_property
    def fill(self) -> Fill | None:
        """The vocabulary's tokens to fill in the middle, or None."""
        ids = (
            lib.llama_vocab_fim_pre(self.vocab),
            lib.llama_vocab_fim_suf(self.vocab),
            lib.llama_vocab_fim_mid(self.vocab),
        )
        if TOKEN_NULL in ids:
            return spelled(self._control)
        repository, separator = lib.llama_vocab_fim_rep(self.vocab), lib.llama_vocab_fim_sep(self.vocab)
        return Fill(
            *ids,
            repository=None if repository == TOKEN_NULL else repository,
            separator=None if separator == TOKEN_NULL else separator,
            suffix_first=self.meta(SUFFIX_FIRST) == "true",
        )

    @property
    def bos(self) -> tuple[int, ...]:
        """The token that a prompt of this model starts with, if the model wants one."""
        return (lib.llama_vocab_bos(self.vocab),) if lib.llama_vocab_get_add_bos(self.vocab) else ()

    @property
    def cost(self) -> Cost:
        """What its context takes."""
        heads = max(1, lib.llama_model_n_head(self.handle))
        width = self.meta(f"{self.meta('general.architecture')}.attention.key_length")
        head_width = int(width) if width.isdigit() else lib.llama_model_n_embd(self.handle) // heads
        return Cost(lib.llama_model_n_layer(self.handle), lib.llama_model_n_head_kv(self.handle), head_width)

    def _control(self, spelling: str) -> int | None:
        """The control token of a spelling; None if the vocabulary has none."""
        tokens = self.tokenize(spelling, special=True)
        marks = lib.LLAMA_TOKEN_ATTR_CONTROL | lib.LLAMA_TOKEN_ATTR_USER_DEFINED
        is_one = len(tokens) == 1 and lib.llama_vocab_get_attr(self.vocab, tokens[0]) & marks
        return tokens[0] if is_one else None

    def special_text(self, token: int) -> str:
        """How a control token is written; empty for no token."""
        return "" if token == TOKEN_NULL else self.piece(token, special=True).decode("utf-8", "replace")

    def special_spellings(self) -> list[str]:
        """The texts that tokenising with ``special`` reads as one control or user-defined token."""
        marks = lib.LLAMA_TOKEN_ATTR_CONTROL | lib.LLAMA_TOKEN_ATTR_USER_DEFINED | lib.LLAMA_TOKEN_ATTR_UNKNOWN
        ids = (i for i in range(self.vocabulary_size) if lib.llama_vocab_get_attr(self.vocab, i) & marks)
        return [text for i in ids if (text := self.special_text(i))]

    @property
    def bos_text(self) -> str:
        """How the begin-of-text token is written."""
        return self.special_text(lib.llama_vocab_bos(self.vocab))

    @property
    def eos_text(self) -> str:
        """How the end-of-text token is written."""
        return self.special_text(lib.llama_vocab_eos(self.vocab))

    @property
    def generates(self) -> bool:
        """False for encoders, which only embed."""
        architecture = self.meta("general.architecture")
        causal = self.meta(f"{architecture}.attention.causal")
        return causal != "false" and bool(lib.llama_model_has_decoder(self.handle))

    def tokenize(self, text: str, *, special: bool = False) -> list[int]:
        """Tokens of ``text``; with ``special``, spellings of control tokens become those tokens."""
        raw = text.encode("utf-8", "surrogatepass")
        room = len(raw) + 16
        while True:
            buffer = (lib.llama_token * room)()
            count: int = lib.llama_tokenize(self.vocab, raw, len(raw), buffer, room, False, special)
            if count >= 0:
                return list(buffer[:count])
            room = -count

    def piece(self, token: int, *, special: bool = False) -> bytes:
        """The bytes a token stands for; control tokens are empty unless ``special``."""
        if not special and (known := self._pieces.get(token)) is not None:
            return known
        room = 64
        while True:
            buffer = ctypes.create_string_buffer(room)
            count: int = lib.llama_token_to_piece(self.vocab, token, buffer, room, 0, special)
            if count >= 0:
                break
            room = -count
        found = buffer.raw[:count]
        if not special:
            self._pieces[token] = found
        return found

    def is_end(self, token: int) -> bool:
        """Whether the model says that it is done."""
        return bool(lib.llama_vocab_is_eog(self.vocab, token))

    @property
    def vocabulary_size(self) -> int:
        """Number of token ids."""
        return int(lib.llama_vocab_n_tokens(self.vocab))

    def close(self) -> None:
        """Free the weights; contexts must be closed before."""
        lib.llama_model_free(self.handle)


class Context:
    """A cache and the decodes over it. One thread at a time; only :attr:`abort` may be touched from others."""

    def __init__(self, model: Model, options: ContextOptions, crew: Crew | None = None) -> None:
        """With a ``crew``, that says how many threads each decode has; else all have as many."""
        self.abort = AbortFlag()
        self._crew, self.threads = crew, options.threads
        params = lib.llama_context_default_params()
        params.n_ctx = options.size
        params.n_batch = params.n_ubatch = options.batch
        params.n_seq_max = options.sequences
        params.n_threads = params.n_threads_batch = options.threads
        params.kv_unified = True
        params.no_perf = True
        params.embeddings = options.embeddings
        params.abort_callback = self.abort.callback
        params.abort_callback_data = self.abort.data
        if options.plain:
            params.flash_attn_type = 0
            params.op_offload = params.offload_kqv = False
        self.handle: Any = lib.llama_init_from_model(model.handle, params)
        if not self.handle:
            raise EngineMemory(
                f"There is not enough memory for a context of {options.size} tokens.",
                hint="Lower engine.context or engine.slots, or choose a smaller model.",
            )
        self.size: int = lib.llama_n_ctx(self.handle)
        self.memory: Any = lib.llama_get_memory(self.handle)
        self.can_shift = bool(lib.llama_memory_can_shift(self.memory)) if self.memory else False
        self.can_cut = not (lib.llama_model_is_recurrent(model.handle) or lib.llama_model_is_hybrid(model.handle))
        """Its memory can forget the end of a sequence, and keep what is before it."""
        self.sliding: int = lib.llama_model_n_swa(model.handle)
        """Tokens that some layers see before each; 0 where all see all. What they see no more may be overwritten."""
        self.pooling: int = lib.llama_pooling_type(self.handle)
        self._vocabulary = model.vocabulary_size
        self._width: int = lib.llama_model_n_embd_out(model.handle)
        self._batch: Any = lib.llama_batch_init(options.batch, 0, 1)

    def decode(self, entries: Sequence[Entry]) -> int:
        """Evaluate ``entries``. 0 done, 1 no room, 2 aborted, below 0 failed. The lock is free meanwhile."""
        if self._crew is not None and (threads := self._crew.begin()) != self.threads:
            self.threads = threads
            lib.llama_set_n_threads(self.handle, threads, threads)
        batch = self._batch
        batch.n_tokens = len(entries)
        for index, entry in enumerate(entries):
            batch.token[index] = entry.token
            batch.pos[index] = entry.position
            batch.n_seq_id[index] = 1
            batch.seq_id[index][0] = entry.sequence
            batch.logits[index] = entry.output
        _decoding.append(self.abort)
        try:
            return int(lib.llama_decode(self.handle, batch))
        finally:
            _decoding.pop()
            if self._crew is not None:
                self._crew.end()

    def keep(self, sequence: int, length: int) -> bool:
        """Drop what ``sequence`` holds from position ``length`` on. False if this kind of memory cannot."""
        return bool(lib.llama_memory_seq_rm(self.memory, sequence, length, -1))

    def copy(self, source: int, target: int, start: int, end: int) -> None:
        """Let ``target`` share the cells of ``source`` at positions ``start`` to ``end`` (exclusive)."""
        lib.llama_memory_seq_cp(self.memory, source, target, start, end)

    def shift(self, sequence: int, start: int, end: int, by: int) -> None:
        """Move positions ``start`` to ``end`` (exclusive) of ``sequence``; the cells must be its own alone."""
        lib.llama_memory_seq_add(self.memory, sequence, start, end, by)

    def length(self, sequence: int) -> int:
        """Positions that ``sequence`` holds."""
        return int(lib.llama_memory_seq_pos_max(self.memory, sequence)) + 1

    def reaches(self, sequence: int, length: int) -> bool:
        """Whether all is there that the token behind the first ``length`` of ``sequence`` has to see."""
        if not self.sliding:
            return True
        return bool(lib.llama_memory_seq_pos_min(self.memory, sequence) <= max(0, length - self.sliding))

    def clear(self) -> None:
        """Forget all sequences."""
        lib.llama_memory_clear(self.memory, True)

    def sequence_state(self, sequence: int) -> bytes:
        """llama.cpp's own bytes of what ``sequence`` holds."""
        size = lib.llama_state_seq_get_size(self.handle, sequence)
        buffer = bytearray(size)
        target = (ctypes.c_uint8 * size).from_buffer(buffer)
        written = lib.llama_state_seq_get_data(self.handle, target, size, sequence)
        return bytes(memoryview(buffer)[:written])

    def restore_sequence(self, sequence: int, data: bytes, length: int) -> bool:
        """Give ``sequence`` back ``data``, made by :meth:`sequence_state` of an equal context; False if it is refused.

        ``length`` positions must come of it, or the sequence is left empty.
        """
        buffer = (ctypes.c_uint8 * len(data)).from_buffer_copy(data)
        read = lib.llama_state_seq_set_data(self.handle, buffer, len(data), sequence)
        if read and self.length(sequence) == length:
            return True
        self.keep(sequence, 0)
        return False

    def logits(self, row: int) -> npt.NDArray[np.float32]:
        """The scores of the whole vocabulary after batch row ``row``, in llama.cpp's memory until the next decode."""
        return np.ctypeslib.as_array(lib.llama_get_logits_ith(self.handle, row), (self._vocabulary,))

    def embedding(self, sequence: int) -> list[float]:
        """The pooled vector of a decoded sequence."""
        return list(lib.llama_get_embeddings_seq(self.handle, sequence)[: self._width])

    def close(self) -> None:
        """Free the cache."""
        lib.llama_batch_free(self._batch)
        lib.llama_free(self.handle)


def version() -> str:
    """The version of llama-cpp-python, as remembered with safe modes."""
    return str(lib.__version__)


def system_info() -> str:
    """What the native build uses of this processor."""
    text: bytes = lib.llama_print_system_info()
    return text.decode("utf-8", "replace").strip()


def takes_gpu() -> bool:
    """Whether this build can put layers on a GPU."""
    return bool(lib.llama_supports_gpu_offload())


_last_error: list[str] = []
_decoding: list[AbortFlag] = []
"""Of the decode that runs."""
_initialised = False


@lib.llama_log_callback  # type: ignore[untyped-decorator]
def _on_log(level: int, text: bytes, _data: Any) -> None:
    message = text.decode("utf-8", "replace").strip()
    if not message or message.strip(".") == "":
        return
    if any(flag.is_set() for flag in _decoding):
        log.debug("aborted: %s", message)  # Each keystroke may abort one.
    elif level == _GGML_ERROR:
        _last_error.append(message)
        del _last_error[:-8]
        log.error("%s", message)
    else:
        log.log(logging.WARNING if level == _GGML_WARN else logging.DEBUG, "%s", message)


def _initialise() -> None:
    global _initialised  # noqa: PLW0603 - the native library is one per process
    if not _initialised:
        lib.llama_log_set(_on_log, ctypes.c_void_p(0))
        lib.llama_backend_init()
        _initialised = True
