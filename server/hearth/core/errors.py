"""Every error Hearth raises on purpose.

The tree (a leaf's ``code`` is stable and travels over the wire)::

    HearthError
    ├── SettingsError            settings     a settings file or an option cannot be used
    ├── InputError               input        a command or request names something that is not there
    ├── ModelError               model
    │   ├── ModelNotFound        model_not_found
    │   ├── ModelInvalid         model_invalid      truncated, not a GGUF, no vocabulary …
    │   └── ModelLacks           model_lacks        asked for what this model cannot do (FIM, embeddings)
    ├── RequestError             invalid_request    the request itself is wrong
    │   └── ContextTooLong       context_too_long
    ├── EngineError              engine
    │   ├── EngineMissing        engine_missing     llama-cpp-python is not installed
    │   ├── EngineStartFailed    engine_start
    │   ├── EngineMemory         engine_memory      the model does not fit into this machine's memory
    │   ├── PortInUse            port_in_use
    │   └── EngineBusy           engine_busy        the queue is full
    ├── IndexUnavailable         index        it cannot be opened, written or searched
    ├── EditRefused              edit_refused  what the model answered is no safe change of the code
    └── ProviderError            provider
        ├── ProviderUnavailable  unavailable        nothing answers at the endpoint
        ├── ProviderTimeout      timeout            it answers, but not in time
        ├── ProviderAuth         auth               401 or 403
        ├── ProviderRefused      refused            any other 4xx
        └── ProviderBroken       broken             5xx, a broken stream, an answer that is no answer

Cancellation is not an error: it stays :class:`asyncio.CancelledError` and is never swallowed.
"""

from __future__ import annotations

from typing import ClassVar


class HearthError(Exception):
    """Base of all. ``message`` says what is wrong; ``hint`` says what to do, in one sentence a user can act on."""

    code: ClassVar[str] = "hearth"

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".rstrip()


class SettingsError(HearthError):
    """A settings file or an option that cannot be used."""

    code = "settings"


class InputError(HearthError):
    """A command or a request names something that is not there."""

    code = "input"


class ModelError(HearthError):
    """Something is wrong with the model."""

    code = "model"


class ModelNotFound(ModelError):
    """No such model file or model name."""

    code = "model_not_found"


class ModelInvalid(ModelError):
    """The file is there, but it is not a model that can be loaded."""

    code = "model_invalid"


class ModelLacks(ModelError):
    """The model has no such ability: fill in the middle, chat, embeddings."""

    code = "model_lacks"


class RequestError(HearthError):
    """The request itself is wrong."""

    code = "invalid_request"


class ContextTooLong(RequestError):
    """The prompt has more tokens than the context holds."""

    code = "context_too_long"


class EngineError(HearthError):
    """The engine program could not do its work."""

    code = "engine"


class EngineMissing(EngineError):
    """The optional engine packages are not installed."""

    code = "engine_missing"


class EngineStartFailed(EngineError):
    """The engine process ended or fell silent before it was ready."""

    code = "engine_start"


class EngineMemory(EngineError):
    """The model, or its context, does not fit into this machine's memory."""

    code = "engine_memory"


class PortInUse(EngineError):
    """The port that the settings ask for is taken."""

    code = "port_in_use"


class EngineBusy(EngineError):
    """More requests wait than the engine accepts."""

    code = "engine_busy"


class IndexUnavailable(HearthError):
    """The index of a workspace cannot be opened, written or searched."""

    code = "index"


class EditRefused(HearthError):
    """What the model answered cannot be made a safe change of the code. Nothing has been changed."""

    code = "edit_refused"

    def __init__(self, message: str, *, hint: str = "", answer: str = "") -> None:
        """``answer`` is what the model wrote: it may still be of use to a person."""
        super().__init__(message, hint=hint)
        self.answer = answer


class ProviderError(HearthError):
    """A model provider failed."""

    code = "provider"


class ProviderUnavailable(ProviderError):
    """Nothing answers at the endpoint."""

    code = "unavailable"


class ProviderTimeout(ProviderError):
    """The endpoint answers, but not in time."""

    code = "timeout"


class ProviderAuth(ProviderError):
    """The endpoint wants another key (HTTP 401 or 403)."""

    code = "auth"


class ProviderRefused(ProviderError):
    """The endpoint says the request is wrong (any other HTTP 4xx)."""

    code = "refused"


class ProviderBroken(ProviderError):
    """The endpoint failed (HTTP 5xx) or sent what is no answer."""

    code = "broken"
