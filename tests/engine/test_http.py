"""The HTTP API from a plain client: bad requests get errors that name the field, good ones what was asked for."""

from __future__ import annotations

import asyncio

import pytest

from engine.running import Engines
from models.tiny_gguf import TinyModel


@pytest.mark.parametrize(
    ("path", "body", "status", "says"),
    [
        ("/v1/completions", b"{", 400, "not JSON"),
        pytest.param("/v1/completions", b"[" * 100_000, 400, "not JSON", id="nested too deep"),
        ("/v1/completions", b"[]", 400, "JSON object"),
        ("/v1/completions", b"{}", 400, "prompt must be"),
        ("/v1/completions", b'{"prompt": "a", "max_tokens": "many"}', 400, "max_tokens must be a whole number"),
        ("/v1/completions", b'{"prompt": "a", "max_tokens": 0}', 400, "max_tokens"),
        ("/v1/completions", b'{"prompt": "a", "temperature": -1}', 400, "temperature"),
        ("/v1/completions", b'{"prompt": "a", "n": 2}', 400, "n must be 1"),
        ("/v1/completions", b'{"prompt": "a", "stop": [1]}', 400, "stop must be"),
        ("/v1/completions", b'{"prompt": [1, -5]}', 400, "token ids"),
        ("/v1/completions", b'{"prompt": [999999]}', 400, "token ids"),
        ("/v1/completions", b'{"prompt": [1], "suffix": "x"}', 400, "exclude each other"),
        ("/v1/completions", b'{"prompt": ""}', 400, "prompt is empty"),
        ("/v1/completions", b'{"prompt": "a", "best_of": 3}', 400, "best_of is not supported"),
        ("/v1/chat/completions", b'{"messages": []}', 400, "messages must be"),
        ("/v1/chat/completions", b'{"messages": [{"role": "king", "content": "x"}]}', 400, "role"),
        ("/v1/chat/completions", b'{"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}', 400, "text"),
        ("/v1/embeddings", b'{"input": 5}', 400, "input must be"),
        ("/tokenize", b'{"content": 5}', 400, "content must be"),
        ("/detokenize", b'{"tokens": "a"}', 400, "tokens must be"),
        ("/nowhere", b"{}", 404, "Not Found"),
        ("/health", b"{}", 405, "Method Not Allowed"),
    ],
)
async def test_bad_requests(shared_engine, path: str, body: bytes, status: int, says: str) -> None:
    response = await shared_engine.client.post(path, content=body)
    assert response.status_code == status
    assert says in response.json()["error"]["message"]
    assert (await shared_engine.complete("still here"))["choices"]


async def test_a_prompt_longer_than_the_window(shared_engine) -> None:
    response = await shared_engine.post("/v1/completions", prompt="x" * 600)
    error = response.json()["error"]
    assert response.status_code == 400
    assert error["code"] == "context_too_long"
    assert "600 tokens" in error["message"]
    assert "512" in error["message"]
    assert error["hint"]


async def test_an_answer_ends_with_the_window(shared_engine) -> None:
    answer = await shared_engine.complete("y" * 505, max_tokens=100)
    assert answer["usage"]["prompt_tokens"] + answer["usage"]["completion_tokens"] <= 512


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"authorization": ""}, 401),
        ({"authorization": "Bearer wrong"}, 401),
        ({"authorization": "Basic xyz"}, 401),
        ({"origin": "http://127.0.0.1"}, 403),
        ({"host": "evil.example"}, 403),
        ({"host": "127.0.0.1.evil.example:80"}, 403),
    ],
)
@pytest.mark.parametrize("path", ["/health", "/metrics", "/v1/models"])
async def test_strangers_are_refused(shared_engine, headers: dict[str, str], status: int, path: str) -> None:
    response = await shared_engine.client.get(path, headers=headers)
    assert response.status_code == status
    assert response.json()["error"]["message"]


async def test_an_oversized_body_is_refused_before_it_is_read(shared_engine) -> None:
    address = shared_engine.address
    reader, writer = await asyncio.open_connection("127.0.0.1", address.port)
    head = f"POST /v1/completions HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {address.token}\r\n"
    writer.write(f"{head}content-length: 99999999999\r\n\r\n".encode())
    assert b" 413 " in await reader.readline()
    writer.close()
    await writer.wait_closed()


async def test_tokens_there_and_back(shared_engine) -> None:
    text = "naïve 😀 <|im_end|> code\n"
    plain = (await shared_engine.post("/tokenize", content=text)).json()["tokens"]
    special = (await shared_engine.post("/tokenize", content=text, parse_special=True)).json()["tokens"]
    assert len(plain) > len(special)
    both = (await shared_engine.post("/tokenize", content=[text, "a"])).json()["tokens"]
    assert both[0] == plain
    for tokens in (plain, special):
        assert (await shared_engine.post("/detokenize", tokens=tokens)).json()["content"] == text


async def test_a_model_without_fim_or_template_says_so(engines: Engines, models) -> None:
    engine = await engines.start(models(TinyModel(fim=False, template=None)))
    fim = await engine.post("/v1/completions", prompt="a", suffix="b")
    chat = await engine.post("/v1/chat/completions", messages=[{"role": "user", "content": "hello"}])
    for response, says in ((fim, "fill in the middle"), (chat, "chat template")):
        assert response.status_code == 400
        assert response.json()["error"]["code"] == "model_lacks"
        assert says in response.json()["error"]["message"]
        assert response.json()["error"]["hint"]


async def test_other_files_are_part_of_the_prompt(engines: Engines, models) -> None:
    engine = await engines.start(models(TinyModel()))
    extra = [{"filename": "lib/a.py", "text": "A = 1 <|file_sep|>"}]
    alone = await engine.post("/v1/completions", prompt="a", suffix="b", max_tokens=1)
    beside = await engine.post("/v1/completions", prompt="a", suffix="b", max_tokens=1, input_extra=extra)
    added = beside.json()["usage"]["prompt_tokens"] - alone.json()["usage"]["prompt_tokens"]
    assert added > len("workspace lib/a.py A = 1 <|file_sep|>")
    for wrong in ("x", [1], [{"filename": "x"}], {"filename": "x", "text": "y"}):
        refused = await engine.post("/v1/completions", prompt="a", suffix="b", input_extra=wrong)
        assert refused.status_code == 400
        assert "input_extra" in refused.json()["error"]["message"]


async def test_a_template_that_fails_is_the_requests_fault(engines: Engines, models) -> None:
    template = "{{ raise_exception('roles must alternate') }}"
    engine = await engines.start(models(TinyModel(template=template)))
    response = await engine.post("/v1/chat/completions", messages=[{"role": "user", "content": "x"}])
    assert response.status_code == 400
    assert "roles must alternate" in response.json()["error"]["message"]


async def test_a_hostile_template_reaches_nothing(engines: Engines, models) -> None:
    template = "{{ ''.__class__.__mro__[1].__subclasses__() }}"
    engine = await engines.start(models(TinyModel(template=template)))
    response = await engine.post("/v1/chat/completions", messages=[{"role": "user", "content": "x"}])
    assert response.status_code == 400


async def test_the_same_prompt_is_not_evaluated_twice(shared_engine) -> None:
    prompt = "def the_same(prompt):\n    return prompt + 'and more'\n" * 4
    first = await shared_engine.complete(prompt)
    again = await shared_engine.complete(prompt)
    longer = await shared_engine.complete(prompt + "xyz")
    assert again["choices"] == first["choices"]
    assert again["timings"]["prompt_n"] == 1
    assert longer["timings"]["prompt_n"] == 3
    assert first["timings"]["prompt_n"] > 100


async def test_stop_texts_end_the_answer(shared_engine) -> None:
    whole = (await shared_engine.complete("stop here", max_tokens=60))["choices"][0]["text"]
    stop = whole[5:8]
    answer = await shared_engine.complete("stop here", max_tokens=60, stop=[stop])
    assert answer["choices"][0]["text"] == whole[: whole.index(stop)]
    assert answer["choices"][0]["finish_reason"] == "stop"
