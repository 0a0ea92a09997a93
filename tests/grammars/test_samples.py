"""What the comments in ``grammars/*/samples`` say is found, and every definition and import that is found is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from grammars.carets import Claim, annotated, found, said
from hearth.syntax import languages
from hearth.syntax.complete import is_whole
from hearth.syntax.parse import parse

ROOT = languages.folder()
SAMPLES = sorted(path for path in ROOT.glob("*/samples/*") if path.is_file())


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parts[-3]}/{path.name}")
class TestSample:
    def test_what_it_says_is_so(self, path: Path) -> None:
        source = path.read_text(encoding="utf-8")
        language = languages.every()[path.parts[-3]]
        assert languages.of_path(path, source) is language
        claims = set(said(source))
        there = set(found(source, language))
        assert sorted(claims - there) == []
        silent = {claim for claim in there - claims if not claim.text.startswith("@reference")}
        assert sorted(silent) == [], "found, and no comment says so"

    def test_it_parses(self, path: Path) -> None:
        tree = parse(path.read_text(encoding="utf-8"), languages.every()[path.parts[-3]])
        assert tree is not None
        assert is_whole(tree)


def test_every_language_has_a_sample_with_claims() -> None:
    claims = dict.fromkeys(languages.every(), 0)
    for path in SAMPLES:
        claims[path.parts[-3]] += len(list(said(path.read_text(encoding="utf-8"))))
    assert {name for name, count in claims.items() if count < 3} == set()


def test_a_wrong_claim_is_noticed() -> None:
    language = languages.every()["python"]
    source = "def area():\n#   ^ @definition.class\n    pass\n"
    assert list(said(source)) == [Claim(0, 4, "@definition.class")]
    assert set(said(source)) - set(found(source, language)) == {Claim(0, 4, "@definition.class")}


def test_written_claims_are_read_back() -> None:
    language = languages.every()["python"]
    source = annotated("import a as b\nclass A:\n    def m(self): b()\n", language)
    assert set(said(source)) == set(found(source, language))
    assert "#       ^ @definition.method in A" in source.splitlines()
