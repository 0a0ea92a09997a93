"""What the official Ollama client leaves open: its exceptions as Hearth's, and lines that it would cut in two."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from hearth.core.errors import ModelLacks, ModelNotFound, ProviderUnavailable

from .base import ChatRequest, CompletionRequest, SpelledRequest, Usage
from .faults import NOT_FOUND, Endpoint, Transient, broken, from_object, from_status, timeout
from .stream import whole

if TYPE_CHECKING:
    import httpx
    import ollama

EXAMPLE = "qwen2.5-coder:1.5b-base"
"""A small model that fills in the middle, to name in hints."""
_NANOSECONDS_IN_MS = 1_000_000
_ESCAPES = ((b"\xc2\x85", b"\\u0085"), (b"\xe2\x80\xa8", b"\\u2028"), (b"\xe2\x80\xa9", b"\\u2029"))
"""Characters that Python takes for line ends and JSON does not, in UTF-8 -> escaped as JSON may."""


def options(request: CompletionRequest | ChatRequest | SpelledRequest, stops: tuple[str, ...]) -> dict[str, Any]:
    """Ollama's ``options`` for a request."""
    chosen: dict[str, Any] = {
        "num_predict": request.max_tokens,
        "temperature": request.temperature,
        "top_p": request.top_p,
    }
    if request.seed is not None:
        chosen["seed"] = request.seed
    if stops:
        chosen["stop"] = [whole(stop) for stop in stops if stop]
    return chosen


def usage(part: Any) -> Usage:
    """Counts and times of the last part of an answer. Ollama counts evaluated prompt tokens only."""

    def milliseconds(value: int | None) -> float | None:
        return None if value is None else value / _NANOSECONDS_IN_MS

    return Usage(
        prompt_tokens=part.prompt_eval_count,
        completion_tokens=part.eval_count,
        prompt_ms=milliseconds(part.prompt_eval_duration),
        completion_ms=milliseconds(part.eval_duration),
    )


@contextmanager
def mapped(where: Endpoint, model: str, wait_s: float) -> Iterator[None]:
    """Turn what the client raises into Hearth's errors. It wraps some of httpx's own and lets the others through."""
    import httpx  # noqa: PLC0415
    import ollama  # noqa: PLC0415

    try:
        yield
    except ollama.ResponseError as error:
        raise _refused(where, model, error) from error
    except (httpx.ConnectTimeout, httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise _silent(where) from error
    except (TimeoutError, httpx.TimeoutException) as error:
        raise timeout(where, wait_s, "answer") from error
    except (httpx.ConnectError, ConnectionError) as error:
        raise Transient(_silent(where)) from error
    except (httpx.NetworkError, httpx.RemoteProtocolError) as error:
        raise Transient(broken(where, "closed the connection before its answer was complete")) from error
    except (httpx.HTTPError, httpx.StreamError) as error:
        raise broken(where, f"sent an answer that cannot be read ({str(error) or type(error).__name__})") from error
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        # The client reads JSON and builds pydantic models without catching what those raise.
        raise broken(where, "sent an answer of a shape that Hearth does not know") from error
    except RuntimeError as error:
        if "closed" not in str(error):
            raise
        raise ProviderUnavailable(f"The connection to {where.address} was closed.", hint="Ask again.") from error


def no_insert(model: str) -> ModelLacks:
    """The model cannot fill in the middle."""
    return ModelLacks(
        f"{model} cannot fill in the middle in Ollama.",
        hint=f"Run `ollama pull {EXAMPLE}` and set `ollama.model` to it, or choose another code model.",
    )


async def keep_lines_whole(response: httpx.Response) -> None:
    """A response hook: escape the characters inside JSON at which httpx would wrongly end a line."""
    import httpx  # noqa: PLC0415

    source = response.stream
    if response.headers.get("content-encoding") or not isinstance(source, httpx.AsyncByteStream):
        return

    response.stream = _escaped_stream(source)


def _escaped_stream(source: httpx.AsyncByteStream) -> httpx.AsyncByteStream:
    import httpx  # noqa: PLC0415

    class Escaped(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            held = b""
            async for data in source:
                whole_part, held = _split(held + data)
                yield whole_part
            yield held

        async def aclose(self) -> None:
            await source.aclose()

    return Escaped()


def _split(data: bytes) -> tuple[bytes, bytes]:
    """(``data`` with escapes, its last bytes if they may be the first of such a character)."""
    for raw, escaped in _ESCAPES:
        data = data.replace(raw, escaped)
    for raw, _ in _ESCAPES:
        for size in range(len(raw) - 1, 0, -1):
            if data.endswith(raw[:size]):
                return data[:-size], data[-size:]
    return data, b""


def _refused(where: Endpoint, model: str, error: ollama.ResponseError) -> Exception:
    message = str(error.error).rstrip(". ")
    if "does not support insert" in message:
        return no_insert(model)
    if "does not support" in message:
        return ModelLacks(f"Ollama says: {message}.", hint="Choose another model for this in the settings.")
    if error.status_code == NOT_FOUND and "model" in message:
        return ModelNotFound(
            f"Ollama has no model {model}.",
            hint=f"Run `ollama pull {model}`, or set `ollama.model` to one that `ollama list` shows.",
        )
    if error.status_code < 0:
        # An error in the midst of a stream, which has no status.
        return from_object(where, {"message": message})
    return from_status(where, error.status_code, message.encode(), {})


def _silent(where: Endpoint) -> ProviderUnavailable:
    return ProviderUnavailable(f"Ollama does not answer at {where.address}.", hint=where.start_hint)
