"""The scripted model of these tests: it answers by how the question ends."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path

from lsp.conftest import Stage

CODE = """def positive(x):
    if x > 0:
        return True
    return False

def negative(x):
    if x < 0:
        return True
    return False
"""
GOOD = "```python\ndef positive(x):\n    return x > 0\n```"
BAD = "```python\ndef negative(x):\n    return x < 0\n```"
EXPLAINED = "It compares `x` with zero."
LONG = "Go on for long."
"""A question whose answer takes half a minute."""
RULES = "".join(
    f"\n[[chat.rules]]\nwhen_prefix_ends = {json.dumps(end)}\ntext = {json.dumps(answer)}\n"
    for end, answer in (
        ("from its first line to its last, and nothing else.", GOOD),
        ("in the usual form of the language, and nothing else.", BAD),
        ("but no documentation.", BAD),
        (LONG, "".join(f"word word {number} " for number in range(500))),
    )
)
BEGUN = "def widest(a, b):"
CALLED = "return max(len(a), len(b)) + 1"
CALL = f"""
[[completion.rules]]
when_prefix_ends = {json.dumps(f"{BEGUN}{chr(10)}    ret")}
text = {json.dumps(CALLED.removeprefix("ret"))}
"""


def bundled(home: Path, model: Path) -> dict[str, str]:
    """Variables for a server with the real engine and a real model, both in HEARTH_HOME."""
    return {
        "HEARTH_HOME": str(home),
        "HEARTH_ENGINE__MODEL": str(model),
        "HEARTH_COMPLETION__DEBOUNCE_MS": "0",
        "HEARTH_COMPLETION__SILENCE": "0",
        "HEARTH_CHAT__MAX_TOKENS": "800",  # A tiny model may go on for ever.
        "HEARTH_INDEX__ENABLED": "false",
    }


def folders(home: Path) -> dict[str, str]:
    """Variables by which an editor keeps to a folder."""
    names = ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")
    return {name: str(home / name.lower()) for name in names}


def scripted(home: Path) -> dict[str, str]:
    """Variables for a server whose model answers so: a good edit, no documentation, and else an explanation."""
    with ExitStack() as stack:
        spec = Stage(home, stack).script(
            chat={"text": EXPLAINED, "chunk_chars": 5, "delay_ms": 20}, completion={"text": "return x"}
        )
    script = Path(spec.partition(":")[2])
    script.write_text(script.read_text() + RULES + CALL)
    return {
        "HEARTH_HOME": str(home / "hearth"),
        "HEARTH_MODELS__COMPLETION": spec,
        "HEARTH_MODELS__CHAT": spec,
        "HEARTH_INDEX__ENABLED": "false",
    }


SUMS = '''def join(values):
    """Return the values as one text."""
    return ", ".join(values)


print(join(["a", "b"]))
print(join(["c"]))
'''
