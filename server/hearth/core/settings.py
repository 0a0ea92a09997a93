"""Settings: resolved, frozen, passed in. *Options* are what somebody wrote; :mod:`hearth.core.options` resolves them.

Each field carries its own documentation, bounds and trust, from which ``docs/settings.md`` and the ``configuration``
block of ``client-vscode/package.json`` are generated. A field may be set by a project's own ``.hearth/settings.toml``
only if it says ``project=True``; what names an endpoint, a key, a command, a path or a model never does, because a
cloned repository is not its reader's friend.
"""

from __future__ import annotations

from typing import Any, TypeVar

import attrs

T = TypeVar("T")


def setting(
    default: T,
    doc: str,
    *,
    project: bool = False,
    minimum: float | None = None,
    maximum: float | None = None,
    choices: tuple[str, ...] = (),
    secret: bool = False,
) -> Any:
    """A settings field.

    ``doc`` is the sentence a user reads; ``minimum`` and ``maximum`` bound numbers, both inclusive; ``choices`` are the
    only values of a string; ``secret`` keeps the value out of logs and reports.
    """
    metadata = {"doc": doc, "project": project, "minimum": minimum, "maximum": maximum, "choices": choices}
    return attrs.field(default=default, metadata={**metadata, "secret": secret}, repr=not secret)


@attrs.frozen
class ModelsSettings:
    """Who answers: a provider, or ``provider:model``. Providers: embedded, openai, ollama."""

    completion: str = setting("embedded", "Provider of inline completions, `provider` or `provider:model`.")
    chat: str = setting("embedded", "Provider of chat answers and code actions, `provider` or `provider:model`.")
    embedding: str = setting("", "Provider of embeddings, `provider` or `provider:model`; empty for none.")
    reranking: str = setting("", "Provider of a reranker, `openai` or `openai:model`; empty for none.")
    next_edit: str = setting(
        "",
        "Provider of a model that predicts the next edit, `provider:model`, asked where syntax and index find none; "
        "empty for none. It must be one of Sweep Next-Edit, Zeta or Zeta 2, by its name.",
    )


@attrs.frozen
class CompletionSettings:
    """Inline completions."""

    enabled: bool = setting(True, "Offer completions while typing.", project=True)
    max_tokens: int = setting(96, "Longest completion, in tokens.", project=True, minimum=1, maximum=2048)
    debounce_ms: int = setting(
        40,
        "Longest quiet time after a key before the model is asked; fast typists and slow models have a shorter one. "
        "In a word where two suggestions were typed over, the model is asked only in a pause; with 0 it always is.",
        minimum=0,
        maximum=5000,
    )
    latency_ms: int = setting(
        400,
        "Time to the first text of a completion that is aimed at while you type. What the model cannot read in it is "
        "left out at first and read ahead while nobody waits, so that the next completions know it.",
        minimum=50,
        maximum=60_000,
    )
    timeout_s: float = setting(20.0, "A completion that takes longer is given up.", minimum=0.5, maximum=600)
    prefix_chars: int = setting(
        6000, "Most text before the cursor that is shown to the model.", project=True, minimum=100, maximum=400_000
    )
    suffix_chars: int = setting(
        2000, "Most text after the cursor that is shown to the model.", project=True, minimum=0, maximum=400_000
    )
    context_tokens: int = setting(
        1024,
        "Most tokens of other files that are shown to the model: definitions of what is used near the cursor, and code "
        "like it. On a slow machine it is less by itself; 0 shows none.",
        project=True,
        minimum=0,
        maximum=100_000,
    )
    candidates: int = setting(
        3, "Different completions to choose from when you ask for one by hand.", minimum=1, maximum=10
    )
    temperature: float = setting(0.0, "0 always takes the likeliest token.", minimum=0, maximum=2)
    check_syntax: bool = setting(True, "Leave out what would add a syntax error.")
    clipboard: bool = setting(
        False, "Show the model what you copied last, where the editor tells it and its words are those near the cursor."
    )
    silence: float = setting(
        0.02,
        "Hearth learns on this machine which suggestions you reject, and hides those that look like them: as many as "
        "cost at most this share of the ones you would accept. Nothing is hidden before 200 suggestions were seen. "
        "0 hides none and keeps no record.",
        minimum=0,
        maximum=0.5,
    )
    prefetch: bool = setting(True, "While a suggestion is shown, find out what would follow when it is accepted.")
    disabled_languages: tuple[str, ...] = setting(
        (), "Language identifiers without completions, such as `markdown`.", project=True
    )


@attrs.frozen
class ChatSettings:
    """Chat answers."""

    max_tokens: int = setting(1024, "Longest answer, in tokens.", project=True, minimum=1, maximum=32_768)
    temperature: float = setting(0.2, "0 always takes the likeliest token.", minimum=0, maximum=2)
    timeout_s: float = setting(
        300.0, "An answer whose next token takes longer than this is given up.", minimum=1, maximum=3600
    )
    source_chars: int = setting(
        12_000, "Most source text that is put beside a question.", project=True, minimum=0, maximum=400_000
    )


@attrs.frozen
class EditsSettings:
    """Code actions that change code."""

    enabled: bool = setting(True, "Offer code actions.", project=True)
    max_tokens: int = setting(
        2048, "Longest answer, in tokens. A change that needs a longer one is refused.", minimum=64, maximum=32_768
    )
    temperature: float = setting(0.0, "0 always takes the likeliest token.", minimum=0, maximum=2)
    timeout_s: float = setting(
        120.0, "An answer whose next token takes longer than this is given up.", minimum=1, maximum=3600
    )
    surrounding_chars: int = setting(
        6000,
        "Most text around the code to change that is shown to the model.",
        project=True,
        minimum=0,
        maximum=400_000,
    )


@attrs.frozen
class EngineSettings:
    """The embedded engine: one process for all windows, which runs a GGUF model through llama.cpp."""

    model: str = setting("bundled", "`bundled`, or the path of a GGUF file.")
    context: int = setting(
        0, "Context size in tokens; 0 takes the model's own, at most 8192.", minimum=0, maximum=1_048_576
    )
    slots: int = setting(4, "Prompts that are kept warm side by side.", minimum=1, maximum=32)
    edit_cache: bool = setting(
        True,
        "Move cached text when text before it changes, in place of evaluating it again. A keystroke then costs a few "
        "tokens; what was moved is evaluated again when the engine is idle.",
    )
    saved_mb: int = setting(
        256,
        "Most disk space for prompts that are kept warm over a restart of the engine, in megabytes; 0 saves none. "
        "The files are readable by you alone.",
        minimum=0,
        maximum=100_000,
    )
    threads: int = setting(
        0, "Threads of the engine; 0 takes the physical cores that other programs leave.", minimum=0, maximum=1024
    )
    batch: int = setting(512, "Most tokens that are evaluated in one step.", minimum=16, maximum=8192)
    gpu_layers: int = setting(-1, "Layers on the GPU; -1 takes all that fit.", minimum=-1, maximum=10_000)
    port: int = setting(0, "Port on the loopback address; 0 takes a free one.", minimum=0, maximum=65_535)
    idle_minutes: float = setting(
        30.0, "The engine ends after this long without a request; 0 keeps it.", minimum=0, maximum=100_000
    )
    start_timeout_s: float = setting(
        120.0, "Longest wait for a model to load before it is given up.", minimum=1, maximum=3600
    )
    safe_mode: str = setting(
        "auto",
        "`auto` steps down by itself when native code crashes; `plain` never uses extra buffer types; "
        "`fast` starts at the fastest mode again and forgets old crashes.",
        choices=("auto", "plain", "fast"),
    )


@attrs.frozen
class OpenAISettings:
    """Any server that speaks the OpenAI HTTP API: llama-server, vLLM, LM Studio and others."""

    base_url: str = setting("http://127.0.0.1:8080/v1", "Base address, with `/v1`. Loopback unless you change it.")
    api_key: str = setting("", "Bearer token, if the server wants one.", secret=True)
    model: str = setting("", "Model name; empty takes the first that the server lists.")
    fim: str = setting(
        "auto",
        "How the text after the cursor is sent: `infill` (llama-server), `suffix` (the OpenAI parameter), the name of "
        "a prompt format such as `qwen`, or `auto` to find out.",
    )
    images: str = setting(
        "auto",
        "Whether the model sees pictures in questions: `auto` believes what the server tells (llama-server does), "
        "`yes` and `no` are for servers that do not tell.",
        choices=("auto", "yes", "no"),
    )
    connect_timeout_s: float = setting(3.0, "Longest wait for a connection.", minimum=0.1, maximum=120)


@attrs.frozen
class OllamaSettings:
    """A running Ollama."""

    host: str = setting("http://127.0.0.1:11434", "Address of Ollama. Loopback unless you change it.")
    model: str = setting("qwen2.5-coder:1.5b-base", "Model name as Ollama lists it.")
    keep_alive: str = setting("30m", "How long Ollama keeps the model in memory after a request.")
    connect_timeout_s: float = setting(3.0, "Longest wait for a connection.", minimum=0.1, maximum=120)


@attrs.frozen
class IndexSettings:
    """The index of a workspace: what is in it, where it is, and how quietly it is built."""

    enabled: bool = setting(True, "Index the workspace, for search, chat and completion.", project=True)
    embedder: str = setting(
        "auto",
        "What makes vectors: `auto` (`minilm` if it is installed, else none), `none`, `minilm`, "
        "`transformers:MODEL` (needs sentence-transformers), or `provider` for the one that models.embedding names. "
        "Without vectors, search is by words and symbols.",
    )
    reranker: str = setting(
        "none",
        "What reads the best results of a search once more, beside the question: `none`, `transformers:MODEL` (a "
        "cross-encoder; needs sentence-transformers), or `provider` for the one that models.reranking names. Chats and "
        "`hearth search` wait for it, completions never do.",
    )
    uri: str = setting(
        "",
        "Folder of the LanceDB databases, or an address such as `s3://bucket/path`; empty keeps them in the user's "
        "cache folder. Never inside a workspace.",
    )
    max_file_kb: int = setting(
        1000, "Larger files are left out, in thousands of bytes.", project=True, minimum=1, maximum=100_000
    )
    exclude: tuple[str, ...] = setting(
        (), "Files to leave out beside those that git ignores, as patterns of `.gitignore`.", project=True
    )
    threads: int = setting(
        1, "Files that are read, and vectors that are made, at the same time.", minimum=1, maximum=256
    )
    memory_mb: int = setting(
        512, "Memory from which the indexer ends and begins again where it was.", minimum=256, maximum=1_000_000
    )
    battery_percent: int = setting(
        30, "On battery below this charge the indexer pauses; 0 never pauses.", minimum=0, maximum=100
    )


@attrs.frozen
class LogSettings:
    """Logs, which stay on this machine."""

    level: str = setting("info", "Least severe level that is logged.", choices=("debug", "info", "warning", "error"))


@attrs.frozen
class Settings:
    """All settings, resolved. The defaults work on a fresh machine and never leave it."""

    models: ModelsSettings = attrs.field(factory=ModelsSettings)
    completion: CompletionSettings = attrs.field(factory=CompletionSettings)
    chat: ChatSettings = attrs.field(factory=ChatSettings)
    edits: EditsSettings = attrs.field(factory=EditsSettings)
    engine: EngineSettings = attrs.field(factory=EngineSettings)
    openai: OpenAISettings = attrs.field(factory=OpenAISettings)
    ollama: OllamaSettings = attrs.field(factory=OllamaSettings)
    index: IndexSettings = attrs.field(factory=IndexSettings)
    log: LogSettings = attrs.field(factory=LogSettings)
