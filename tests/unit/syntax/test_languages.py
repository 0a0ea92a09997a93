"""From a file to its language."""

from __future__ import annotations

import subprocess
import sys
from pathlib import PurePath

import pytest

from hearth.context.languages import of_path as shown
from hearth.syntax import languages

FILES = [
    ("a.py", "", "python"),
    ("A.PY", "", "python"),
    ("dir.ts/a.d.ts", "", "typescript"),
    ("a.tsx", "", "tsx"),
    ("a.jsx", "", "javascript"),
    ("a.h", "int f(void);\n", "c"),
    ("a.h", "#pragma once\nnamespace a {\n", "cpp"),
    ("a.h", "template <class T>\nT f();\n", "cpp"),
    ("Gemfile", "", "ruby"),
    (".bashrc", "", "bash"),
    ("run", "#!/usr/bin/env python3\n", "python"),
    ("run", "#!/bin/sh -e\n", "bash"),
    ("run", "#!/usr/bin/env -S node --flag\n", "javascript"),
    ("run", "#! /usr/local/bin/python3.11\n", "python"),
    ("run.txt", "#!/bin/sh\n", "bash"),
    ("run", "print", None),
    (".py", "", None),
    ("a.unknown", "", None),
    ("Makefile", "", None),
]


@pytest.mark.parametrize(("path", "text", "name"), FILES)
def test_the_language_of_a_file(path: str, text: str, name: str | None) -> None:
    found = languages.of_path(PurePath(path), text)
    assert (found and found.name) == name


def test_languages_by_the_names_of_editors() -> None:
    for name, folder in {"shellscript": "bash", "typescriptreact": "tsx", "javascriptreact": "javascript"}.items():
        assert languages.by_name(name) is languages.every()[folder]
    assert languages.by_name("python") is languages.every()["python"]
    assert languages.by_name("klingon") is None


def test_the_names_that_editors_use() -> None:
    names = {path: shown(PurePath(path)) for path in ("a.py", "a.jsx", "a.tsx", "a.sh", "a.zig", "noext", "a.h")}
    assert names == {
        "a.py": "python",
        "a.jsx": "javascriptreact",
        "a.tsx": "typescriptreact",
        "a.sh": "shellscript",
        "a.zig": "zig",
        "noext": "",
        "a.h": "c",
    }


def test_naming_a_language_loads_no_parser() -> None:
    code = (
        "import sys, pathlib; from hearth.context.languages import of_path; assert of_path(pathlib.PurePath('a.rs'));"
        "print([name for name in sys.modules if name.startswith('tree_sitter')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_misspelt_field_is_an_error(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "language.toml"
    path.write_text('title = "X"\nlsp_ids = []\npackage = "x"\nline_coment = "#"\n', encoding="utf-8")
    with pytest.raises(TypeError, match="line_coment"):
        languages._read(path)
