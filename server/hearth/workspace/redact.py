"""Secrets inside of files: key shapes that their issuers publish, and values that are called a secret and look random.

What is found is replaced before a text goes into the index or a prompt; lines keep their numbers. The rules are our
own: the detectors on the package registry bring HTTP clients to try the keys they find, or run each of thirty patterns
on each line, and this runs on every file of a workspace.

A rule is tried only in a text that holds one of its ``marks``, so a text without secrets costs little.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import partial

import attrs

_MIN_SECRET = 12
"""Characters; shorter values that are called a password are mostly words of an example."""
_NAMED_BITS = 3.0
"""Bits of entropy per character from which a value that is called a secret is taken for one."""
_UNNAMED_BITS = 4.5
"""Bits of entropy per character from which a quoted token is taken for a secret whatever it is called. Random base64 of
40 characters has about 4.9, words joined by case or dashes about 4."""


@attrs.frozen
class Redacted:
    """A text without its secrets."""

    text: str
    kinds: tuple[str, ...] = ()
    """What was taken out, one name for each place."""


@attrs.frozen
class _Rule:
    kind: str
    marks: tuple[str, ...]
    """Texts of which one is in every match."""
    pattern: re.Pattern[str]


def _rule(kind: str, pattern: str, *marks: str) -> _Rule:
    return _Rule(kind, marks, re.compile(pattern))


_GITHUB = ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_")
_GITLAB = ("glpat-", "gldt-", "glft-", "glsoat-", "glrt-", "glcbt-", "glimt-", "glptt-", "glagent-")
_RULES = (
    # To the end line of the block, or as far as the lines look like its body where the end is missing.
    _rule(
        "private key",
        r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
        r"(?:(?s:.){0,20000}?-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|[A-Za-z0-9+/=:,\-.\s\\\"']{0,20000})",
        "PRIVATE KEY",
    ),
    _rule("PuTTY key", r"PuTTY-User-Key-File-\d:(?s:.){0,20000}", "PuTTY-User-Key-File-"),
    _rule("age key", r"AGE-SECRET-KEY-1[0-9A-Z]{40,}", "AGE-SECRET-KEY-1"),
    _rule("AWS key", r"\b(?:A3T[A-Z0-9]|ABIA|ACCA|AKIA|ASIA)[A-Z0-9]{16}\b", "AKIA", "ASIA", "ABIA", "ACCA", "A3T"),
    _rule("Azure key", r"(?<=AccountKey=)[A-Za-z0-9+/=]{60,}", "AccountKey="),
    _rule("GitHub token", r"\b(?:gh[pousr]_[A-Za-z0-9_]{36,}|github_pat_[A-Za-z0-9_]{40,})", *_GITHUB),
    _rule("GitLab token", r"\bgl(?:pat|dt|ft|soat|rt|cbt|imt|ptt|agent)-[A-Za-z0-9_\-]{20,}", *_GITLAB),
    _rule("Google key", r"\bAIza[A-Za-z0-9_\-]{35}", "AIza"),
    _rule("Google OAuth secret", r"\bGOCSPX-[A-Za-z0-9_\-]{20,}", "GOCSPX-"),
    _rule("Slack token", r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}", "xox"),
    _rule("Slack webhook", r"hooks\.slack\.com/services/T\w+/B\w+/\w+", "hooks.slack.com/"),
    _rule("Stripe key", r"\b[rs]k_(?:live|test)_[A-Za-z0-9]{20,}", "k_live_", "k_test_"),
    _rule("API key", r"\bsk-(?:proj-|ant-|or-|svcacct-)?[A-Za-z0-9_\-]{20,}", "sk-"),
    _rule("Hugging Face token", r"\bhf_[A-Za-z0-9]{30,}", "hf_"),
    _rule("npm token", r"\bnpm_[A-Za-z0-9]{36}", "npm_"),
    _rule("npm token", r"(?<=:_authToken=)[^\s\"'$]{10,}", ":_authToken="),
    _rule("PyPI token", r"\bpypi-[A-Za-z0-9_\-]{50,}", "pypi-"),
    _rule("SendGrid key", r"\bSG\.[A-Za-z0-9_\-]{16,}\.[A-Za-z0-9_\-]{30,}", "SG."),
    _rule("Telegram token", r"\b\d{8,10}:AA[A-Za-z0-9_\-]{33}", ":AA"),
    _rule("DigitalOcean token", r"\bdo[oprt]_v1_[a-f0-9]{64}", "_v1_"),
    _rule("Vault token", r"\bhv[sbr]\.[A-Za-z0-9_\-]{24,}", "hvs.", "hvb.", "hvr."),
    _rule("JSON Web Token", r"\beyJ[A-Za-z0-9_\-]{10,}\.eyJ[A-Za-z0-9_\-]{10,}\.[A-Za-z0-9_\-]{10,}", "eyJ"),
    _rule("password in a URL", r"(?<=://)[^\s/:@\"'<>{}$%]{1,100}:[^\s/:@\"'<>{}$%]{3,200}(?=@[\w\[])", "://"),
)
_NAMED = re.compile(
    r"""(?ix)
    (?: passwo?r?d | passphrase | secret | token | api[_-]?key | access[_-]?key | auth[_-]?key | private[_-]?key
      | encryption[_-]?key | account[_-]?key | credential s? )
    [\w.\-]{0,40} ["'\]]{0,2} \s{0,4} (?: := | => | [:=] ) \s{0,4}
    (?: (?P<quote>["'`]) (?P<quoted>[^"'`\s]{12,500}) (?P=quote)
      | (?P<bare>[A-Za-z0-9+/=_\-.~!@\#%^&*]{16,500}) (?= \s*$ | \s*[;,\#] ) )
    """,
    re.MULTILINE,
)
_HINTS = ("passw", "passphrase", "secret", "token", "key", "credential")
"""One of these, in lower case, is in every match of the pattern above, .."""
_BEFORE_HINT, _AFTER_HINT = 16, 640
""".. so many characters after its start at the most, and so many before its end or that of a line."""
_KEYS = ("api", "access", "auth", "private", "encryption", "account")
"""What stands before ``key``."""
_QUOTED = re.compile(r"""(["'`])([A-Za-z0-9+/_\-]{40,200}={0,2})\1""")
_PLACEHOLDER = re.compile(
    r"(?i)example|placeholder|change.?me|your.?|dummy|redacted|xxxx|0000|1234567|abcdef|<|\$\{|\{\{|%\(|\.\.\.|_here\b"
)
_REFERENCE = re.compile(r"[A-Za-z_][\w]*(?:(?:\.|::|->|-|/)[A-Za-z_]\w*)*(?:\(.*)?$")
"""A name, a path of names or a call: what stands on the right side of code that handles secrets."""


def redact(text: str) -> Redacted:
    """``text`` with each secret replaced by ``[redacted: kind]``."""
    kinds: list[str] = []
    for rule in _RULES:
        if any(mark in text for mark in rule.marks):
            text = rule.pattern.sub(partial(_replace, rule.kind, kinds), text)
    text = _replace_named(text, kinds)
    text = _QUOTED.sub(lambda match: _quoted(match, kinds), text)
    return Redacted(text, tuple(kinds))


def _replace_named(text: str, kinds: list[str]) -> str:
    """Applies the pattern around hints only: over a whole text it takes as long as parsing it."""
    parts: list[str] = []
    done = 0
    for start, end in _near_hints(text):
        parts += (text[done:start], _NAMED.sub(lambda match: _named(match, kinds), text[start:end]))
        done = end
    return "".join((*parts, text[done:])) if parts else text


def _near_hints(text: str) -> list[tuple[int, int]]:
    lowered = text.lower()
    if len(lowered) != len(text):
        return [(0, len(text))]  # Some letters are two in lower case.
    places: list[int] = []
    for hint in _HINTS:
        at = lowered.find(hint)
        while at >= 0:
            if hint != "key" or lowered[max(0, at - _BEFORE_HINT) : at].rstrip("_-").endswith(_KEYS):
                places.append(at)
            at = lowered.find(hint, at + 1)
    spans: list[tuple[int, int]] = []
    for at in sorted(places):
        line_end = text.find("\n", at + _AFTER_HINT)
        start, end = max(0, at - _BEFORE_HINT), line_end if line_end >= 0 else len(text)
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans


def _replace(kind: str, kinds: list[str], match: re.Match[str]) -> str:
    found = match[0]
    if kind == "password in a URL" and _PLACEHOLDER.search(found):
        return found
    kinds.append(kind)
    return f"[redacted: {kind}]" + "\n" * found.count("\n")


def _named(match: re.Match[str], kinds: list[str]) -> str:
    group = "quoted" if match["quoted"] is not None else "bare"
    value = match[group]
    if value.startswith("[redacted") or _PLACEHOLDER.search(value) or not _random(value, _NAMED_BITS):
        return match[0]
    kinds.append("named secret")
    start, end = match.start(group) - match.start(), match.end(group) - match.start()
    return f"{match[0][:start]}[redacted: named secret]{match[0][end:]}"


def _quoted(match: re.Match[str], kinds: list[str]) -> str:
    value = match[2]
    mixed = any(c.isdigit() for c in value) and any(c.islower() for c in value) and any(c.isupper() for c in value)
    if not mixed or entropy(value) < _UNNAMED_BITS or _PLACEHOLDER.search(value):
        return match[0]
    kinds.append("random token")
    return f"{match[1]}[redacted: random token]{match[1]}"


def _random(value: str, bits: float) -> bool:
    """Whether a value that is called a secret is one, and not a name that stands for it or a word of a sentence."""
    if len(value) < _MIN_SECRET or (_REFERENCE.fullmatch(value) and not _digits_among_letters(value)):
        return False
    return entropy(value) >= bits


def _digits_among_letters(value: str) -> bool:
    """Digits in more than one place: names have a number at their end at most."""
    return len(re.findall(r"\d+", value)) > 1


def entropy(value: str) -> float:
    """Bits per character of the distribution of the characters in ``value``."""
    size = len(value)
    return -sum(count / size * math.log2(count / size) for count in Counter(value).values())
