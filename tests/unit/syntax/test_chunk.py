"""What the chunks of a file are, and what each says of itself."""

from __future__ import annotations

import pytest

from hearth.syntax import grammars, languages
from hearth.syntax.chunk import Chunk, ChunkLimits, chunks
from hearth.syntax.languages import Language

PYTHON = '''\
"""A module."""

import os
from a import b

LIMIT = 10


# Speaks of the class.
@decorate
class Shop(Base):
    """Sells things."""

    items: list[str] = []

    def __init__(self, path: str) -> None:
        """Opens it.

        Twice.
        """
        self.path = os.fspath(path)

    async def sell(self, item: "Item") -> Price:
        # A long body.
        return await compute(item)

RATE = 2


def helper():
    return Shop("x")
'''


def cut(text: str, name: str = "python", most: int = 2400, small: int = 100) -> list[Chunk]:
    language = languages.by_name(name)
    assert language is not None
    return chunks(text, "a/b", language, ChunkLimits(most=most, small=small))


def shape(found: list[Chunk]) -> list[tuple[str, str]]:
    return [(chunk.kind, chunk.qualified) for chunk in found]


def test_whole_definitions_and_runs_between_them() -> None:
    found = cut(PYTHON)
    assert shape(found) == [
        ("module", ""),
        ("class", "Shop"),
        ("method", "Shop.__init__"),
        ("method", "Shop.sell"),
        ("module", ""),
        ("function", "helper"),
    ]
    module, header, init, sell, rate, helper = found
    assert module.text.startswith('"""A module."""') and module.text.endswith("LIMIT = 10")
    assert header.text.startswith("# Speaks of the class.\n@decorate\nclass Shop(Base):")
    assert header.text.endswith("items: list[str] = []")
    assert header.defines == ("Shop", "items")
    assert header.uses == ("decorate", "Base", "list", "str")
    assert (header.signature, header.docstring) == ("class Shop(Base)", "Sells things.")
    assert (init.signature, init.docstring) == ("def __init__(self, path: str) -> None", "Opens it.\n\nTwice.")
    assert init.scope == ("Shop",)
    assert sell.uses == ("Price", "compute")
    assert PYTHON.splitlines()[sell.start_line : sell.end_line] == sell.text.splitlines()
    assert rate.text == "RATE = 2"
    assert helper.uses == ("Shop",)
    assert {chunk.language for chunk in found} == {"python"}
    assert {chunk.path for chunk in found} == {"a/b"}


def test_a_small_class_stays_whole() -> None:
    found = cut("class Point:\n    def x(self): return 1\n    def y(self): return 2\n")
    assert shape(found) == [("class", "Point")]
    assert found[0].defines == ("Point", "x", "y")


def test_a_long_function_is_split_between_statements() -> None:
    body = "".join(f"    if a{n}:\n        call({n},\n             {n})\n" for n in range(40))
    found = cut(f"def long(a):\n{body}", most=400)
    assert len(found) > 4
    assert {(chunk.kind, chunk.symbol, chunk.signature) for chunk in found} == {("function", "long", "def long(a)")}
    assert all(chunk.text.startswith(("def long", "    if a")) for chunk in found)
    sizes = [len(chunk.text) for chunk in found]
    assert max(sizes) <= 400
    assert min(sizes) >= 150, "the pieces are of like size"


def test_large_functions_inside_a_long_one_stand_alone() -> None:
    inner = "".join(f"        call({n})\n" for n in range(30))
    found = cut(f"def outer():\n    x = 1\n    def inner():\n{inner}    return inner\n", most=540)
    assert shape(found) == [("function", "outer"), ("function", "outer.inner"), ("function", "outer")]


def test_closing_brackets_stay_with_what_they_close() -> None:
    methods = "".join(f"  method{n}() {{\n    return {n};\n  }}\n\n" for n in range(5))
    found = cut(f"class A {{\n{methods}}}\n", "javascript")
    assert [chunk.symbol for chunk in found] == ["A", *(f"method{n}" for n in range(5))]
    assert found[-1].text.endswith("}\n\n}")


def test_methods_outside_of_their_type_belong_to_it() -> None:
    found = cut("package p\n\n// Runs.\nfunc (s *Server) Run() error {\n\treturn s.loop()\n}\n", "go")
    assert [(c.kind, c.qualified, c.docstring) for c in found[1:]] == [("method", "Server.Run", "Runs.")]


def test_attributes_and_comments_above_belong_to_a_definition() -> None:
    text = "use a;\n\n/// Doc.\n#[inline]\nfn f() {\n    g();\n}\n"
    found = cut(text, "rust")
    assert [chunk.text for chunk in found] == ["use a;", text[8:-1]]
    assert found[1].docstring == "Doc."


def test_small_sections_stay_together() -> None:
    text = "# Title\n\nIntro.\n\n" + "".join(f"## Part {n}\n\nWords of part {n}.\n\n" for n in range(12))
    found = cut(text, "markdown", small=120)
    assert 3 < len(found) < 12
    assert {chunk.kind for chunk in found} == {"section"}
    long = cut("# A\n\n" + "word " * 40 + "\n\n# B\n\n" + "word " * 40, "markdown")
    assert shape(long) == [("section", "A"), ("section", "B")]


def test_tables_of_data_are_sections() -> None:
    text = "".join(f"[table{n}]\n" + "".join(f"key{k} = {k}\n" for k in range(20)) for n in range(3))
    assert shape(cut(text, "toml")) == [("section", f"table{n}") for n in range(3)]


def test_a_file_in_no_known_language_is_cut_by_lines_at_blank_ones() -> None:
    text = "\n\n".join("some words\n" * 10 for _ in range(6))
    found = chunks(text, "notes", None, ChunkLimits(most=250, small=50))
    assert {(chunk.kind, chunk.language, chunk.symbol) for chunk in found} == {("lines", "", "")}
    assert [chunk.text.count("some words") for chunk in found] == [20, 20, 20]


def test_a_missing_grammar_is_said_and_lines_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grammars, "_missing", {})
    lost = Language(
        name="lost", title="Lost", lsp_ids=(), package="tree_sitter_of_no_language", nodes=NODES, imports=NO
    )
    assert {chunk.kind for chunk in chunks("a b\n", "x", lost)} == {"lines"}
    assert list(grammars.missing()) == ["lost"]
    assert grammars.missing()["lost"].startswith("Lost is cut by lines: tree-sitter-of-no-language cannot be loaded")


NODES = languages.Nodes()
NO = languages.Imports()


def test_a_hash_is_of_what_is_said_and_not_of_where() -> None:
    language = languages.by_name("python")
    one = chunks(PYTHON, "one.py", language)
    two = chunks("\n\n" + PYTHON, "two.py", language)
    assert [chunk.hash for chunk in one] == [chunk.hash for chunk in two]
    assert len({chunk.hash for chunk in one}) == len(one)
    assert all(len(chunk.hash) == 32 for chunk in one)
    assert one[0].keyed("one.py") != two[0].keyed("two.py")
    assert one[0].keyed("same.py") == two[0].keyed("same.py")
    renamed = chunks("class Other:\n    def f(self): pass\n", "x", language, ChunkLimits(small=0))
    same = chunks("class Another:\n    def f(self): pass\n", "x", language, ChunkLimits(small=0))
    assert renamed[1].text == same[1].text
    assert renamed[1].hash != same[1].hash, "a method of another class is another thing"


def test_lines_are_counted_as_editors_count_them() -> None:
    functions = [f"def f{number}():{end}    pass" for number, end in enumerate(["\n", "\r\n", "\r"])]
    found = cut("\n\n".join(functions).replace("def f1", "\rdef f1"))
    assert [(chunk.start_line, chunk.end_line) for chunk in found] == [(0, 2), (4, 6), (7, 9)]


def test_limits_of_a_window_of_tokens() -> None:
    assert ChunkLimits.of_tokens(512) == ChunkLimits(most=1638, small=480)
    assert ChunkLimits.of_tokens(1).most == 200
