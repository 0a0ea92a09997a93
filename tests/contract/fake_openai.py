"""A stand-in for OpenAI-compatible servers that cannot be had in a test: vLLM, LM Studio, services.

It answers with a fixed text, four characters a "token", and shows every request. What real servers were seen or are
documented to do is switched by its fields.
"""

from __future__ import annotations

import asyncio
from typing import Any

import attrs

from contract.http_server import Reply, Request

SIZE = 4


@attrs.define
class FakeOpenAI:
    """Handles requests; give ``handle`` to :func:`serve`."""

    model: str = "Qwen/Qwen2.5-Coder-1.5B"
    text: str = "return a + b"
    key: str = ""
    suffix: str = "refused"
    """``refused`` as vLLM does, ``ignored`` as llama-server's ``/v1`` does, or ``read``."""
    stops: bool = True
    """Whether ``stop`` is honoured."""
    streams: bool = True
    """Whether ``stream`` is."""
    embeds: bool = False
    ranks: bool = False
    lists: bool = True
    delay_s: float = 0.0

    async def handle(self, request: Request, reply: Reply) -> None:
        if self.key and request.headers.get("authorization") != f"Bearer {self.key}":
            return await reply.json(
                {"error": {"message": "Incorrect API key provided", "code": "invalid_api_key"}}, 401
            )
        body = request.json or {}
        match request.path:
            case "/v1/models" if self.lists:
                entry = {"id": self.model, "object": "model", "max_model_len": 4096}
                return await reply.json({"object": "list", "data": [entry]})
            case "/v1/completions":
                return await self._complete(body, reply)
            case "/v1/chat/completions":
                return await self._answer(
                    body, reply, sum(len(each["content"]) for each in body["messages"]), chat=True
                )
            case "/v1/embeddings" if self.embeds:
                # Out of order on purpose: the index says which text a vector belongs to.
                data = [{"index": i, "embedding": [float(len(t)), 1.0]} for i, t in enumerate(body["input"])]
                return await reply.json({"data": data[::-1]})
            case "/v1/rerank" if self.ranks:
                # The best first, as servers answer: the index says which text a score belongs to.
                scores = [
                    {"index": i, "relevance_score": float(body["query"] in t)} for i, t in enumerate(body["documents"])
                ]
                return await reply.json({"results": sorted(scores, key=lambda each: -each["relevance_score"])})
            case "/v1/embeddings":
                message = f"The model `{self.model}` does not support Embeddings API"
                return await reply.json({"error": {"message": message, "code": 400}}, 400)
        await reply.json({"detail": "Not Found"}, 404)

    async def _complete(self, body: dict[str, Any], reply: Reply) -> None:
        suffix = body.get("suffix")
        if suffix and self.suffix == "refused":
            message = "suffix is not currently supported"
            return await reply.json({"error": {"message": message, "type": "BadRequestError", "code": 400}}, 400)
        read = len(body["prompt"]) + (len(suffix or "") if self.suffix == "read" else 0)
        await self._answer(body, reply, read, chat=False)

    async def _answer(self, body: dict[str, Any], reply: Reply, prompt_chars: int, *, chat: bool) -> None:
        pieces, reason = play(self.text, body["max_tokens"], body.get("stop", []) if self.stops else [])
        tokens = -(-prompt_chars // SIZE)
        usage = {"prompt_tokens": tokens, "completion_tokens": len(pieces), "total_tokens": tokens + len(pieces)}
        usage |= {"prompt_tokens_details": {"cached_tokens": 1}}
        if not (body.get("stream") and self.streams):
            text = "".join(pieces)
            choice: dict[str, Any] = {"message": {"content": text}} if chat else {"text": text}
            return await reply.json({"choices": [choice | {"index": 0, "finish_reason": reason}], "usage": usage})
        await reply.start()
        if chat:
            await reply.event({"choices": [{"index": 0, "delta": {"role": "assistant", "content": None}}]})
        for piece in pieces:
            await asyncio.sleep(self.delay_s)
            await reply.event({"choices": [_choice(piece, chat=chat)]})
        await reply.event({"choices": [_choice("", chat=chat) | {"finish_reason": reason}]})
        if body.get("stream_options", {}).get("include_usage"):
            await reply.event({"choices": [], "usage": usage})
        await reply.event("[DONE]")


def play(text: str, max_tokens: int, stops: list[str]) -> tuple[list[str], str]:
    """(tokens of the answer, why it ended)."""
    ends = [at for stop in stops if (at := text.find(stop)) >= 0]
    cut = text[: min(ends)] if ends else text
    tokens = [cut[at : at + SIZE] for at in range(0, len(cut), SIZE)]
    return tokens[:max_tokens], "length" if len(tokens) > max_tokens else "stop"


def _choice(piece: str, *, chat: bool) -> dict[str, Any]:
    text: dict[str, Any] = {"delta": {"content": piece} if piece else {}} if chat else {"text": piece}
    return text | {"index": 0, "finish_reason": None, "logprobs": None}
