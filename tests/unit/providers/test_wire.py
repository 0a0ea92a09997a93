"""Small readings of the wire: usage, addresses, retry times, error bodies."""

from __future__ import annotations

import email.utils
import json
import math
import time
from typing import Any

import pytest

from hearth.core.errors import (
    ContextTooLong,
    EngineBusy,
    HearthError,
    ModelLacks,
    ModelNotFound,
    ProviderAuth,
    ProviderBroken,
    ProviderRefused,
)
from hearth.providers.base import Usage
from hearth.providers.detect import root_of
from hearth.providers.faults import Endpoint, Transient, from_status
from hearth.providers.http import is_loopback
from hearth.providers.openai_wire import usage_of
from hearth.providers.stream import logprobs

WHERE = Endpoint("The server", "http://x", "Start it.", "Set the key.")


@pytest.mark.parametrize(
    ("event", "usage"),
    [
        ({}, None),
        ({"usage": None, "timings": 3}, None),
        ({"usage": {"prompt_tokens": 9, "completion_tokens": 2}}, Usage(9, None, 2)),
        (
            {"usage": {"prompt_tokens": 9, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 4}}},
            Usage(9, 4, 2),
        ),
        (
            {"timings": {"cache_n": 7, "prompt_n": 3, "prompt_ms": 1.5, "predicted_n": 5, "predicted_ms": 20}},
            Usage(10, 7, 5, 1.5, 20.0),
        ),
        ({"usage": {"prompt_tokens": "9", "completion_tokens": True, "prompt_tokens_details": []}}, Usage()),
        ({"timings": {"prompt_n": -1, "prompt_ms": -2}}, Usage()),
    ],
)
def test_usage(event: dict[str, Any], usage: Usage | None) -> None:
    assert usage_of(event) == usage


@pytest.mark.parametrize(
    ("told", "read"),
    [
        (None, ()),
        ([], ()),
        ([-0.5, -1], (-0.5, -1.0)),
        ([1e-7, -1e300, -math.inf], (0.0, -9999.0, -9999.0)),
        ([-(10**400), 10**400], (-9999.0, 0.0)),
        ([-0.5, None], ()),
        ([-0.5, "x"], ()),
        ([-0.5, math.nan], ()),
        ({"0": -0.5}, ()),
        ("-0.5", ()),
    ],
)
def test_how_likely_tokens_were(told: Any, read: tuple[float, ...]) -> None:
    assert logprobs(told) == read


@pytest.mark.parametrize(
    ("base", "root"),
    [
        ("http://a/v1", "http://a"),
        ("http://a/v1/", "http://a"),
        ("http://a", "http://a"),
        ("https://a/api/v1", "https://a/api"),
    ],
)
def test_the_root_of_an_address(base: str, root: str) -> None:
    assert root_of(base) == root


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("a.localhost", True),
        ("localhost.example.org", False),
        ("10.0.0.1", False),
        ("", False),
    ],
)
def test_what_is_this_machine(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


def error(status: int, body: Any, **headers: str) -> Exception:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return from_status(WHERE, status, data, {name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize(
    ("status", "body", "kind", "message"),
    [
        (401, {"error": {"message": "who?", "code": "auth"}}, ProviderAuth, "who?"),
        (
            400,
            {"error": {"message": "too long", "code": "context_too_long", "hint": "Cut."}},
            ContextTooLong,
            "too long",
        ),
        (400, {"error": {"message": "x", "code": 400, "type": "exceed_context_size_error"}}, ContextTooLong, "x"),
        (404, {"error": {"message": "Not Found.", "code": "invalid_request"}}, ProviderRefused, "Not Found"),
        (404, {"error": {"message": "model 'm' not found"}}, ModelNotFound, "model 'm' not found"),
        (400, {"error": {"message": "no", "code": "settings"}}, ProviderRefused, "no"),
        (422, {"detail": [{"msg": "field required"}]}, ProviderRefused, "field required"),
        (400, {"error": "a plain text"}, ProviderRefused, "a plain text"),
        (400, {"message": "at the top"}, ProviderRefused, "at the top"),
        (400, [1], ProviderRefused, "1"),
        (500, b"<html>" + b"x" * 5000, ProviderBroken, "HTTP 500"),
        (500, b"\xff" * 5000, ProviderBroken, "HTTP 500"),
        (501, {}, ModelLacks, "HTTP 501"),
    ],
)
def test_errors(status: int, body: Any, kind: type[HearthError], message: str) -> None:
    found = error(status, body)
    assert type(found) is kind
    assert isinstance(found, HearthError)
    assert message in found.message
    assert len(found.message) < 500
    assert found.hint or kind is ProviderRefused


def test_the_engines_own_errors_come_back_as_they_were() -> None:
    told = {"message": "the queue is full. Try again later.", "code": "engine_busy", "hint": "Try again later."}
    found = error(429, {"error": told}, retry_after="2")
    assert isinstance(found, Transient)
    assert isinstance(found.error, EngineBusy)
    assert str(found.error) == "the queue is full. Try again later."
    assert found.after_s == 2


def test_times_to_wait() -> None:
    def after(value: str) -> float | None:
        found = error(503, {}, retry_after=value)
        assert isinstance(found, Transient)
        return found.after_s

    assert after("7") == 7
    assert after("-7") == 0
    assert after("soon") is None
    assert after("") is None
    date = after(email.utils.formatdate(time.time() + 1000))
    assert date is not None
    assert 0 < date <= 1000
