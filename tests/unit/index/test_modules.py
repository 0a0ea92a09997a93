"""Which file an import names: golden cases, and no import that breaks it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.index.modules import Modules
from hearth.syntax.imports import Import
from hearth.syntax.languages import every

CASES: dict[str, Any] = tomllib.loads(Path(__file__).with_name("modules.toml").read_text(encoding="utf-8"))
MODULES = Modules(CASES.pop("files"))
TABLE = [(language, case) for language, cases in CASES.items() for case in cases]


def read(module: str, name: str, level: int) -> Import:
    return Import(module, name or None, None, level, "", 0, 1)


@pytest.mark.parametrize(("language", "case"), TABLE, ids=[f"{name}-{case['read'][0]}" for name, case in TABLE])
def test_the_file_of_an_import(language: str, case: dict[str, Any]) -> None:
    assert MODULES.files(read(*case["read"]), case["from"], language) == case["files"]


@given(
    st.text(st.sampled_from("./\\:@~ab*é\0 "), max_size=12),
    st.text(st.sampled_from("ab*/. "), max_size=3),
    st.integers(0, 5),
    st.text(st.sampled_from("/ab.rspy"), max_size=12),
    st.sampled_from(sorted(every())),
)
def test_any_import_has_an_answer(module: str, name: str, level: int, importer: str, language: str) -> None:
    MODULES.files(read(module, name, level), importer, language)
