"""Pictures on the wire, and who says that it sees them."""

from __future__ import annotations

import base64
import json
from typing import Any

import attrs
import pytest

from contract.fake_ollama import FakeModel
from contract.fake_openai import FakeOpenAI
from contract.http_server import Reply, Request, serve
from contract.test_ollama import asking as asking_ollama
from contract.test_openai import asking
from contract.test_providers import collect
from hearth.core.settings import OpenAISettings
from hearth.providers.base import ChatRequest, Image, Message, Role
from hearth.providers.openai_compat import OpenAICompat

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
ASKED = ChatRequest(
    (
        Message(Role.SYSTEM, "Be brief."),
        Message(Role.USER, "What is this?", (Image("image/png", PNG), Image("image/jpeg", b"\xff\xd8\xff"))),
    ),
    max_tokens=16,
)


class Seeing(FakeOpenAI):
    """One that takes parts as well as text."""

    async def handle(self, request: Request, reply: Reply) -> None:
        body = request.json or {}
        for each in body.get("messages", []):
            if isinstance(each["content"], list):
                each["content"] = "".join(part.get("text", "") for part in each["content"])
        await super().handle(attrs.evolve(request, body=json.dumps(body).encode() if body else b""), reply)


async def test_pictures_are_parts_of_a_message_and_text_alone_stays_text() -> None:
    async with asking(Seeing()) as (provider, server):
        await collect(provider.chat(ASKED))
        system, user = server.asked("/v1/chat/completions")[-1].json["messages"]
    assert system == {"role": "system", "content": "Be brief."}
    assert user["content"] == [
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{base64.b64encode(PNG).decode()}"}},
        {"type": "image_url", "image_url": {"url": "data:image/jpeg;base64,/9j/"}},
        {"type": "text", "text": "What is this?"},
    ]


async def test_ollama_gets_them_beside_the_text() -> None:
    async with asking_ollama({"qwen2.5vl": FakeModel(capabilities=("completion", "vision"))}, "qwen2.5vl") as (
        provider,
        server,
    ):
        await collect(provider.chat(ASKED))
        system, user = server.asked("/api/chat")[-1].json["messages"]
        assert (await provider.capabilities()).images
    assert "images" not in system
    assert user["images"] == [base64.b64encode(PNG).decode(), "/9j/"]


@pytest.mark.parametrize("abilities", [("completion", "insert"), None])
async def test_an_ollama_model_that_does_not_see_says_what_would(abilities: tuple[str, ...] | None) -> None:
    async with asking_ollama({"x": FakeModel(capabilities=abilities)}, "x") as (provider, _):
        able = await provider.capabilities()
    assert not able.images
    assert "ollama pull" in able.no_images


@pytest.mark.parametrize(
    ("props", "entry", "setting", "sees"),
    [
        ({"modalities": {"vision": True, "audio": False}}, {}, "auto", True),
        ({"modalities": {"vision": False}}, {}, "auto", False),
        ({"modalities": {"vision": False}}, {}, "yes", True),
        ({"modalities": {"vision": True}}, {}, "no", False),
        ({"modalities": "vision"}, {}, "auto", False),
        ({}, {}, "auto", False),
        (None, {}, "auto", False),
        (None, {"capabilities": {"vision": True}}, "auto", True),
        (None, {"architecture": {"input_modalities": ["text", "image"]}}, "auto", True),
        (None, {"input_modalities": ["text"]}, "auto", False),
        (None, {"capabilities": ["vision"], "architecture": "x"}, "auto", False),
    ],
)
async def test_what_servers_tell_of_seeing(
    props: dict[str, Any] | None, entry: dict[str, Any], setting: str, sees: bool
) -> None:
    async def handle(request: Request, reply: Reply) -> None:
        if request.path == "/v1/models":
            await reply.json({"data": [{"id": "m", **entry}]})
        elif request.path == "/props" and props is not None:
            await reply.json({"default_generation_settings": {}, **props})
        else:
            await reply.json({"detail": "Not Found"}, 404)

    async with serve(handle) as server:
        settings = OpenAISettings(base_url=f"{server.url}/v1", images=setting, fim="instruct")
        provider = OpenAICompat(settings)
        able = await provider.capabilities()
        await provider.aclose()
    assert able.images is sees
    assert "openai.images" in able.no_images
