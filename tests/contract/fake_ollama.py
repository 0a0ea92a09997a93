"""A stand-in for Ollama, faithful to its documented API (docs/api.md of ollama/ollama) and the errors of its issues.

No Ollama program can be had on the machines that run these tests: it comes from no package registry. So the official
client talks to this over real HTTP. Answers are NDJSON, escaped as Go's encoder does: ``<``, ``>``, ``&``, U+2028 and
U+2029 by number, everything else, U+0085 too, as UTF-8.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

import attrs

from contract.fake_openai import play
from contract.http_server import Reply, Request

_STAMP = "2026-01-01T00:00:00.000000Z"


@attrs.frozen
class FakeModel:
    """One pulled model."""

    text: str = "return a + b"
    capabilities: tuple[str, ...] | None = ("completion", "insert")
    """None as an Ollama before 0.6.4 answers."""
    insert: bool | None = None
    """Whether its template has a suffix; None: as the capabilities say."""
    context: int = 32768
    logprobs: bool = True
    """False as an Ollama before 0.12.11, which passes over that it is asked."""

    @property
    def inserts(self) -> bool:
        return self.insert if self.insert is not None else "insert" in (self.capabilities or ())


@attrs.define
class FakeOllama:
    """Handles requests; give ``handle`` to :func:`serve`."""

    models: dict[str, FakeModel]
    delay_s: float = 0.0
    fail_after: int | None = None
    """Parts after which a stream ends with an error object, as when the runner dies."""

    async def handle(self, request: Request, reply: Reply) -> None:
        body = request.json or {}
        if request.path == "/api/tags":
            return await self._json(reply, {"models": [{"model": name, "name": name} for name in self.models]})
        name = body.get("model", "")
        model = self.models.get(name)
        if model is None:
            return await self._json(reply, {"error": f"model '{name}' not found"}, 404)
        match request.path:
            case "/api/show":
                shown: dict[str, Any] = {"details": {"family": "qwen2"}, "modelfile": "", "template": ""}
                shown["model_info"] = {"general.architecture": "qwen2", "qwen2.context_length": model.context}
                if model.capabilities is not None:
                    shown["capabilities"] = list(model.capabilities)
                return await self._json(reply, shown)
            case "/api/generate":
                return await self._generate(name, model, body, reply)
            case "/api/chat":
                if model.capabilities is not None and "completion" not in model.capabilities:
                    return await self._json(reply, {"error": f'"{name}" does not support chat'}, 400)
                return await self._stream(name, model, body, reply, chat=True)
            case "/api/embed":
                if model.capabilities is not None and "embedding" not in model.capabilities:
                    return await self._json(reply, {"error": "this model does not support embeddings"}, 501)
                vectors = [[float(len(text)), 1.0] for text in body["input"]]
                return await self._json(reply, {"model": name, "embeddings": vectors})
        await reply.whole(404, b"404 page not found", "text/plain")

    async def _generate(self, name: str, model: FakeModel, body: dict[str, Any], reply: Reply) -> None:
        if not body.get("prompt"):
            loaded = {"model": name, "created_at": _STAMP, "response": "", "done": True, "done_reason": "load"}
            return await self._json(reply, loaded)
        if body.get("suffix") and not body.get("raw") and not model.inserts:
            error = f"registry.ollama.ai/library/{name} does not support insert"
            return await self._json(reply, {"error": error}, 400)
        await self._stream(name, model, body, reply, chat=False)

    async def _stream(self, name: str, model: FakeModel, body: dict[str, Any], reply: Reply, *, chat: bool) -> None:
        options = body.get("options", {})
        pieces, reason = play(model.text, options.get("num_predict", 128), options.get("stop", []))
        await reply.start("application/x-ndjson")
        for count, piece in enumerate(pieces):
            await asyncio.sleep(self.delay_s)
            if count == self.fail_after:
                return await reply.send(_line({"error": "llama runner process has terminated: exit status 2"}))
            told = [{"token": piece, "logprob": -0.5 - count, "bytes": list(piece.encode())}]
            asked = {"logprobs": told} if model.logprobs and body.get("logprobs") else {}
            await reply.send(_line(_part(name, piece, chat=chat) | asked | {"done": False}))
        last = _part(name, "", chat=chat) | {"done": True, "done_reason": reason}
        last |= {"prompt_eval_count": 26, "prompt_eval_duration": 130_000_000}
        last |= {"eval_count": len(pieces), "eval_duration": 500_000_000, "total_duration": 1, "load_duration": 1}
        await reply.send(_line(last))

    async def _json(self, reply: Reply, value: Any, status: int = 200) -> None:
        await reply.whole(status, _line(value), "application/json; charset=utf-8")


def _part(name: str, text: str, *, chat: bool) -> dict[str, Any]:
    said: dict[str, Any] = {"message": {"role": "assistant", "content": text}} if chat else {"response": text}
    return {"model": name, "created_at": _STAMP, **said}


def _line(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False)
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text.encode("utf-8") + b"\n"
