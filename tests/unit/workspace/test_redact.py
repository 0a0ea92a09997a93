"""Secrets inside of files. Each is put together here, so that nobody who scans this repository finds one."""

from __future__ import annotations

import base64
import hashlib
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.workspace import redact as redacting
from hearth.workspace.redact import entropy, redact


def noise(length: int, alphabet: str = string.ascii_letters + string.digits, salt: str = "a") -> str:
    """Text that looks random and is always the same."""
    result, counter = "", 0
    while len(result) < length:
        digest = hashlib.sha256(f"{salt}{counter}".encode()).digest()
        result += "".join(alphabet[byte % len(alphabet)] for byte in digest)
        counter += 1
    return result[:length]


UPPER = string.ascii_uppercase + string.digits
HEX = "0123456789abcdef"
KEYS = {
    "AWS key": "AK" + "IA" + noise(16, UPPER),
    "GitHub token": "gh" + "p_" + noise(36),
    "GitHub token ": "github" + "_pat_" + noise(60),
    "GitLab token": "gl" + "pat-" + noise(20),
    "Google key": "AI" + "za" + noise(35),
    "Google OAuth secret": "GOC" + "SPX-" + noise(28),
    "Slack token": "xo" + "xb-" + noise(12, string.digits) + "-" + noise(24),
    "Slack webhook": "https://hooks.sl" + f"ack.com/services/T{noise(9, UPPER)}/B{noise(9, UPPER)}/{noise(24)}",
    "Stripe key": "sk" + "_live_" + noise(24),
    "API key": "s" + "k-ant-" + noise(60),
    "API key ": "s" + "k-" + noise(48),
    "Hugging Face token": "h" + "f_" + noise(34),
    "npm token": "np" + "m_" + noise(36),
    "PyPI token": "py" + "pi-" + noise(80),
    "SendGrid key": "S" + "G." + noise(22) + "." + noise(43),
    "Telegram token": noise(9, "123456789") + ":" + "AA" + noise(33),
    "DigitalOcean token": "do" + "p_v1_" + noise(64, HEX),
    "Vault token": "hv" + "s." + noise(40),
    "JSON Web Token": "ey" + "J" + noise(20) + ".ey" + "J" + noise(40) + "." + noise(43),
    "age key": "AGE-" + "SECRET-KEY-1" + noise(58, UPPER),
    "Azure key": "DefaultEndpointsProtocol=https;Account" + "Key=" + noise(86) + "==",
    "password in a URL": "postgres://admin:" + noise(14) + "@db.internal:5432/shop",
}  # fmt: skip


@pytest.mark.parametrize("kind", KEYS)
@pytest.mark.parametrize("around", ["{}", 'value = "{}"\n', "export X={}  # note", "<a href='{}'>", "a\n{}\nb"])
def test_known_shapes_are_taken_out(kind: str, around: str) -> None:
    text = around.format(KEYS[kind])
    clean = redact(text)
    assert kind.strip() in clean.kinds
    secret = KEYS[kind].rpartition("=https")[2].removeprefix("postgres://admin:").removesuffix("@db.internal:5432/shop")
    assert secret[-12:] not in clean.text
    assert clean.text.count("\n") == text.count("\n")


@pytest.mark.parametrize("kind", ["RSA ", "EC ", "OPENSSH ", "ENCRYPTED ", ""])
def test_private_keys_are_taken_out_and_lines_keep_their_numbers(kind: str) -> None:
    body = "\n".join(noise(64, salt=str(number)) for number in range(20))
    block = f"-----BEGIN {kind}PRIVATE" + f" KEY-----\n{body}\n-----END {kind}PRIVATE" + " KEY-----"
    text = f"before\nKEY = '''{block}'''\nafter\n"
    clean = redact(text).text
    assert noise(64, salt="3") not in clean
    assert clean.split("\n").index("after") == text.split("\n").index("after")
    cut_off = f"-----BEGIN {kind}PRIVATE" + f" KEY-----\n{body}"
    assert noise(64, salt="19") not in redact(cut_off).text, "the end line is missing"


@pytest.mark.parametrize(
    "line",
    [
        'password = "{}"',
        "DB_PASSWORD: '{}'",
        '"client_secret": "{}",',
        "const apiKey = `{}`;",
        "api-key={}",
        "  auth_token: {}",
        "AWS_SECRET_ACCESS_KEY={}",
        'settings["secret_key"] = "{}"',
        'String accessToken := "{}"',
    ],
)
def test_random_values_that_are_called_a_secret(line: str) -> None:
    secret = noise(24)
    clean = redact(line.format(secret))
    assert secret not in clean.text
    assert clean.kinds == ("named secret",)


def test_random_tokens_without_a_name() -> None:
    secret = base64.b64encode(hashlib.sha512(b"x").digest()).decode().rstrip("=")[:60]
    assert secret not in redact(f'call("{secret}")').text


@pytest.mark.parametrize(
    "text",
    [
        'password = os.environ["DB_PASSWORD"]',
        "token = request.headers.get_authorization_token()",
        "self.secret = settings.application_secret_name",
        'password = "your-password-here"',
        "api_key: ${PRODUCTION_API_KEY_VALUE}",
        'secret = "<paste the secret here>"',
        'PASSWORD_RESET_TEMPLATE = "registration/password_reset_form.html"',
        "max_tokens = 4096",
        "tokens = tokenizer.encode(sentence_with_a_long_name)",
        'sha256 = "' + hashlib.sha256(b"x").hexdigest() + '"',
        'commit = "' + hashlib.sha1(b"x").hexdigest() + '"',  # noqa: S324
        'id = "123e4567-e89b-12d3-a456-426614174000"',
        'alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"',
        'url = "https://user:${PASSWORD}@host/"',
        "see https://example.com/a:b@c for more",
        'name = "VeryLongCamelCaseIdentifierThatSomebodyWroteInAQuotedString"',
        "def token_urlsafe(nbytes=None): ...",
        "skip-this-very-long-dashed-name-of-a-css-class-please",
        "import_private_key = load_pem_private_key",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text) == redact(text).__class__(text)


@given(st.text(max_size=400))
def test_any_text_keeps_its_lines(text: str) -> None:
    clean = redact(text)
    assert clean.text.count("\n") == text.count("\n")
    if not clean.kinds:
        assert clean.text == text


def test_entropy() -> None:
    assert entropy("aaaa") == 0
    assert entropy("abcd") == 2


NAMES = ("password", "PASSWD", "api_key", "Api-Key", "secret", "token", "credentials", "key", "monkey", "İ", "é")
BETWEEN = (" = ", ": ", ":=", "=>", "'", '"', "\n", " ", "]", ";", "_-.", "x" * 60)
VALUES = ("q7Rt2mXw9pLk4jHd", "aB3" * 8, "Zx9" * 150)


@given(st.lists(st.sampled_from((*NAMES, *BETWEEN, *VALUES)), max_size=14))
def test_looking_near_hints_only_finds_what_looking_everywhere_does(parts: list[str]) -> None:
    text = "".join(parts)
    near: list[str] = []
    everywhere: list[str] = []
    found = redacting._NAMED.sub(lambda match: redacting._named(match, everywhere), text)
    assert redacting._replace_named(text, near) == found
    assert near == everywhere
