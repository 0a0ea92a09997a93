"""Each folder of ``grammars/`` is a whole language: its queries compile and say what the code reads."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import tree_sitter

from hearth.syntax import grammars, languages, queries
from hearth.syntax.languages import Language

ROOT = languages.folder()
LANGUAGES = list(languages.every().values())
WANTED = (
    "python javascript typescript tsx rust go java c cpp csharp ruby php bash lua kotlin swift scala sql html css json "
    "yaml toml markdown"
)
CASES = [(language, query) for language in LANGUAGES for query in queries.CAPTURES]


def compiled(language: Language, query: str) -> tree_sitter.Query | None:
    grammar = grammars.load(language)
    assert grammar is not None, grammars.missing()
    return grammar.query(query)


def test_all_languages_are_there() -> None:
    assert {language.name for language in LANGUAGES} == set(WANTED.split())


@pytest.mark.parametrize(("language", "query"), CASES, ids=lambda value: getattr(value, "name", value))
def test_a_query_compiles_and_names_only_what_is_read(language: Language, query: str) -> None:
    made = compiled(language, query)
    if made is None:
        assert query == "imports", "every language has tags and scopes"
        return
    names = {made.capture_name(index) for index in range(made.capture_count)}
    assert {name for name in names if not name.startswith("_")} <= queries.CAPTURES[query]


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.name)
def test_every_tag_has_a_name_and_every_scope_a_kind(language: Language) -> None:
    for query, roles in (("tags", ("definition.", "reference.")), ("scopes", ("scope.",))):
        made = compiled(language, query)
        assert made is not None
        text = queries.source(language.name, query)
        for number in range(made.pattern_count):
            pattern = text.encode()[made.start_byte_for_pattern(number) : made.end_byte_for_pattern(number)].decode()
            assert any(f"@{role}" in pattern for role in roles), pattern
            assert query == "scopes" or "@name" in pattern, pattern


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.name)
def test_named_nodes_exist_in_the_grammar(language: Language) -> None:
    grammar = grammars.load(language)
    assert grammar is not None
    raw = grammar.raw
    kinds = {raw.node_kind_for_id(number) for number in range(raw.node_kind_count) if raw.node_kind_is_named(number)}
    nodes = language.nodes
    named = nodes.blocks | nodes.comments | nodes.strings | nodes.identifiers | nodes.wrappers
    assert named - kinds == set()
    assert nodes.blocks


def test_no_two_languages_claim_the_same_files() -> None:
    for claims in ("lsp_ids", "extensions", "file_names", "shebangs"):
        counted = Counter(each for language in LANGUAGES for each in getattr(language, claims))
        assert {each for each, times in counted.items() if times > 1} == set(), claims
    for language in LANGUAGES:
        assert all(each.startswith(".") and each == each.lower() for each in language.extensions)
        assert set(language.lsp_id_of) <= set(language.extensions)
        assert set(language.lsp_id_of.values()) <= set(language.lsp_ids)


def test_private_folders_hold_queries_alone() -> None:
    private = [path for path in ROOT.iterdir() if path.name.startswith("_")]
    assert private
    assert [path for path in private if (path / "language.toml").exists()] == []


@pytest.mark.parametrize("folder", [path for path in ROOT.iterdir() if path.is_dir()], ids=lambda path: path.name)
def test_a_folder_holds_nothing_else(folder: Path) -> None:
    known = {"language.toml", "samples", *(f"{query}.scm" for query in queries.CAPTURES)}
    assert {path.name for path in folder.iterdir()} <= known


def test_a_language_that_inherits_itself_is_refused(tmp_path: Path) -> None:
    for name, other in (("one", "two"), ("two", "one")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "tags.scm").write_text(f"; inherits: {other}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"one > two > one inherit one another in tags\.scm"):
        queries.source("one", "tags", tmp_path)


def test_inherited_text_stands_where_the_line_stands(tmp_path: Path) -> None:
    for name, text in (("_a", "(a)"), ("_b", "(b)"), ("c", "(first)\n; inherits: _a, _b\n(last)\n")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "tags.scm").write_text(text, encoding="utf-8")
    assert queries.source("c", "tags", tmp_path).split() == ["(first)", "(a)", "(b)", "(last)"]
