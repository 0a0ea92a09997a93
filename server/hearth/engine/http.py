"""The engine's HTTP API: OpenAI's, and what llama-server has beside it."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hearth.core.errors import HearthError, RequestError

from . import replies, wire
from .api import Phase
from .generation import Finished, Task, Text
from .guard import MAX_BODY_BYTES, App, Guard, Receive, Scope, Send
from .replies import Shape
from .service import Answer, Ready, Service
from .tokenizing import LARGE, extent, extent_of_tokens

T = TypeVar("T")

log = logging.getLogger(__name__)

_READY_SECONDS = 600.0
"""Longest wait of a request for a model that loads; clients have their own, shorter patience."""


class EventStream(Response):
    """Server-sent events. A client that hangs up ends them at once, also while no event is due."""

    def __init__(self, answer: Answer, shape: Shape, *, include_usage: bool) -> None:
        super().__init__(media_type="text/event-stream", headers={"cache-control": "no-store"})
        del self.headers["content-length"]
        self._answer, self._shape, self._include_usage = answer, shape, include_usage

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        async with contextlib.aclosing(self._answer):
            await _while_connected(receive, self._send(send))

    async def _send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        try:
            async for part in self._parts():
                await send({"type": "http.response.body", "body": part, "more_body": True})
        except HearthError as error:
            failure = replies.event(replies.error_body(error))
            await send({"type": "http.response.body", "body": failure, "more_body": True})
        await send({"type": "http.response.body", "body": replies.DONE, "more_body": False})

    async def _parts(self) -> AsyncIterator[bytes]:
        if first := self._shape.first():
            yield replies.event(first)
        async for event in self._answer:
            if isinstance(event, Text):
                yield replies.event(self._shape.text(event))
                continue
            yield replies.event(self._shape.last(event))
            if self._include_usage:
                yield replies.event(self._shape.usage(event))


class Api:
    """The endpoints over one service."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def completions(self, request: Request) -> Response:
        """``POST /v1/completions``; with ``suffix``, fill in the middle, behind other files in ``input_extra``. What
        a piece of text spells is never a control token."""
        body = wire.read_object(await _body(request))
        ready = await self._ready()
        asked = wire.read_completion(body, request.headers, ready.model.vocabulary_size)
        prompt = await self._tokens(request, extent(asked.texts), lambda: self._prompt(ready, asked))
        task = _task(asked, prompt, editable=asked.suffix is not None, exact=asked.exact)
        return await self._answer(request, ready, asked, task, chat=False)

    async def chat(self, request: Request) -> Response:
        """``POST /v1/chat/completions``."""
        asked = wire.read_chat(wire.read_object(await _body(request)), request.headers)
        ready = await self._ready()
        tokens = await self._tokens(request, extent(asked.texts), lambda: ready.template.tokens(asked.messages))
        task = _task(asked, tokens)
        return await self._answer(request, ready, asked, task, chat=True)

    async def embeddings(self, request: Request) -> Response:
        """``POST /v1/embeddings``."""
        texts = wire.read_texts(wire.read_object(await _body(request)), "input")
        ready = await self._ready()
        done = await _while_connected(request.receive, self._service.embed(ready, texts))
        if done is None:
            return Response(status_code=499)
        vectors, tokens = done
        return JSONResponse(replies.embedding_list(ready.model.name, vectors, tokens))

    async def models(self, request: Request) -> Response:
        """``GET /v1/models``."""
        ready = await self._ready()
        return JSONResponse(replies.model_list(ready.model.name, ready.window))

    async def tokenize(self, request: Request) -> Response:
        """``POST /tokenize``: ``content`` is a text, or a list of texts; ``parse_special`` reads control tokens."""
        body = wire.read_object(await _body(request))
        texts = wire.read_texts(body, "content")
        ready = await self._ready()
        special = body.get("parse_special") is True
        tokens = await self._tokens(
            request, extent(texts), lambda: [ready.model.tokenize(text, special=special) for text in texts]
        )
        return JSONResponse({"tokens": tokens[0] if isinstance(body["content"], str) else tokens})

    async def detokenize(self, request: Request) -> Response:
        """``POST /detokenize``."""
        body = wire.read_object(await _body(request))
        ready = await self._ready()
        tokens = wire.read_tokens(body, "tokens", ready.model.vocabulary_size)
        raw = await self._tokens(
            request,
            extent_of_tokens(len(tokens)),
            lambda: b"".join(ready.model.piece(token, special=True) for token in tokens),
        )
        return JSONResponse({"content": raw.decode("utf-8", "replace")})

    async def health(self, request: Request) -> Response:
        """``GET /health``: 200 once the model is ready, 503 before."""
        status = 200 if self._service.phase is Phase.READY else 503
        return JSONResponse(dict(self._service.health()), status)

    async def metrics(self, request: Request) -> Response:
        """``GET /metrics``, for Prometheus."""
        health = self._service.health()
        self._service.metrics.running.set(health.get("running", 0))
        self._service.metrics.waiting.set(health.get("waiting", 0))
        return Response(self._service.metrics.render(), media_type="text/plain; version=0.0.4")

    async def _ready(self) -> Ready:
        return await self._service.ready(_READY_SECONDS)

    def _prompt(self, ready: Ready, asked: wire.CompletionAsked) -> list[int]:
        if asked.pieces:
            spelled = (ready.model.tokenize(each.text, special=each.control) for each in asked.pieces)
            return [*ready.model.bos, *itertools.chain.from_iterable(spelled)]
        if isinstance(asked.prompt, tuple):
            if asked.suffix is not None:
                raise RequestError("a prompt of token ids and a suffix exclude each other.", hint="Leave one out.")
            return list(asked.prompt)
        if asked.suffix is None:
            return [*ready.model.bos, *ready.model.tokenize(asked.prompt)]
        return self._service.fim_prompt(ready, asked.prompt, asked.suffix, asked.filename, asked.others)

    async def _tokens(self, request: Request, size: int, work: Callable[[], T]) -> T:
        """What ``work`` of this extent gives. Raises ClientDisconnect if the client hangs up before it is done."""
        result = self._service.tokenizing.run(size, work)
        if size < LARGE:
            return await result
        done = await _while_connected(request.receive, result)
        if done is None:
            raise ClientDisconnect
        return done

    async def _answer(self, request: Request, ready: Ready, asked: wire.Asked, task: Task, *, chat: bool) -> Response:
        shape = Shape(ready.model.name, chat)
        answer = self._service.generate(ready, task)
        if asked.stream:
            return EventStream(answer, shape, include_usage=asked.include_usage)
        async with contextlib.aclosing(answer):
            collected = _collect(answer, shape)
            return await _while_connected(request.receive, collected) or Response(status_code=499)


def create(service: Service, token: str) -> App:
    """The ASGI application."""
    api = Api(service)
    routes = [
        Route("/v1/completions", _counted(service, api.completions), methods=["POST"]),
        Route("/v1/chat/completions", _counted(service, api.chat), methods=["POST"]),
        Route("/v1/embeddings", _counted(service, api.embeddings), methods=["POST"]),
        Route("/v1/models", _counted(service, api.models)),
        Route("/tokenize", _counted(service, api.tokenize), methods=["POST"]),
        Route("/detokenize", _counted(service, api.detokenize), methods=["POST"]),
        Route("/health", api.health),
        Route("/metrics", api.metrics),
    ]
    handlers: dict[Any, Any] = {HTTPException: _on_http_error}
    return Guard(Starlette(routes=routes, exception_handlers=handlers), token)


async def _on_http_error(_request: Request, error: HTTPException) -> Response:
    hint = "See /v1/models, /v1/completions, /v1/chat/completions and /v1/embeddings."
    body = {"message": f"{error.detail}.", "type": "invalid_request", "code": "invalid_request", "hint": hint}
    return JSONResponse({"error": body}, error.status_code, error.headers)


def _counted(
    service: Service, endpoint: Callable[[Request], Awaitable[Response]]
) -> Callable[[Request], Awaitable[Response]]:
    """``endpoint`` with its errors turned into answers and its requests counted."""

    async def run(request: Request) -> Response:
        try:
            response = await endpoint(request)
        except HearthError as error:
            response = JSONResponse(replies.error_body(error), replies.status_of(error))
        except ClientDisconnect:
            response = Response(status_code=499)
        except Exception as error:
            log.exception("a request failed")
            response = JSONResponse({"error": {"message": f"internal error: {error!r}", "type": "engine"}}, 500)
        service.metrics.requests.labels(request.url.path, response.status_code).inc()
        return response

    return run


def _task(asked: wire.Asked, prompt: list[int], *, editable: bool = False, exact: bool = False) -> Task:
    return Task(
        tuple(prompt),
        asked.max_tokens,
        asked.sampling,
        asked.stops,
        asked.priority,
        editable=editable,
        exact=exact,
        logprobs=asked.logprobs,
        draft=asked.draft,
    )


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise RequestError(f"the request is larger than {MAX_BODY_BYTES} bytes.", hint="Send less text.")
    return bytes(body)


async def _collect(answer: Answer, shape: Shape) -> Response:
    parts: list[Text] = []
    async for event in answer:
        if isinstance(event, Finished):
            return JSONResponse(shape.whole(parts, event))
        parts.append(event)
    return Response(status_code=499)


async def _while_connected(receive: Receive, work: Awaitable[T]) -> T | None:
    """The result of ``work``, or None if the client hangs up first; the work is cancelled then."""
    task = asyncio.ensure_future(work)
    watch = asyncio.ensure_future(_disconnect(receive))
    try:
        await asyncio.wait({task, watch}, return_when=asyncio.FIRST_COMPLETED)
        return task.result() if task.done() else None
    finally:
        for each in (task, watch):
            each.cancel()
        await asyncio.gather(task, watch, return_exceptions=True)


async def _disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
