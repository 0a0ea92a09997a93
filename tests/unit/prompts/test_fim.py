"""FIM formats: the prompts of each family, and that no text of a user turns into a control token in them."""

from __future__ import annotations

import re
import tomllib
from importlib import resources
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.prompts import fim
from hearth.prompts.fim import FimFormat
from hearth.prompts.specials import Specials

GOLDEN = tomllib.loads((Path(__file__).parents[2] / "golden" / "fim_prompts.toml").read_text(encoding="utf-8"))
FORMATS = {name: found for name in fim.NAMES if (found := fim.named(name))}
every = pytest.mark.parametrize("name", fim.NAMES)


def controls(text: str, form: FimFormat) -> list[str]:
    """The control tokens in ``text``, as a tokenizer that reads them anywhere would find them."""
    return re.findall("|".join(map(re.escape, sorted(form.specials.tokens, key=len, reverse=True))), text)


@every
def test_prompts(name: str) -> None:
    form, golden = FORMATS[name], GOLDEN[name]
    around = ("def f(x):\n    ", "\n\nf(1)\n")
    assert form.render(*around) == golden["one"]
    assert form.render(*around, path="lib/f.py") == golden["one"]
    several = form.render(*around, path="lib/f.py", repository="demo", files=[("lib/a.py", "A = 1\n")])
    assert several == golden["several"]


@pytest.mark.parametrize(("model", "family"), GOLDEN["names"].items())
def test_a_family_is_known_by_the_models_name(model: str, family: str) -> None:
    found = fim.for_model(model)
    assert (found.name if found else "") == family


def test_every_file_is_registered_and_every_name_has_a_file() -> None:
    folder = resources.files("hearth.prompts").joinpath("fim")
    files = {entry.name.removesuffix(".toml") for entry in folder.iterdir() if not entry.name.startswith("_")}
    assert files == set(fim.NAMES)
    assert fim.named("seed-coder") is fim.named("Seed_Coder")
    assert fim.named("nothing") is None
    assert fim.named("_chat") is None


@every
def test_the_data_keeps_its_own_rules(name: str) -> None:
    form = FORMATS[name]
    assert 1 <= len(form.stop) <= 4
    assert set(form.stop) <= set(form.specials.tokens), "a stop token that is no control token of the family"
    pieces = [*form.prompt, *form.repository, *form.file, *form.behind]
    literal = [piece for piece in pieces if not re.fullmatch(r"\{\w+\}", piece)]
    assert {piece for piece in literal if piece.strip()} <= set(form.specials.tokens)
    for prompt in (form.prompt, form.behind or form.prompt):
        assert [prompt.count(place) for place in ("{prefix}", "{suffix}")] == [1, 1]
    assert bool(form.file) == bool(form.behind)
    assert all(re.compile(pattern) for pattern in form.matches)


@pytest.mark.parametrize("name", [*fim.NAMES, "any", "chat"])
def test_control_tokens_do_not_overlap(name: str) -> None:
    """Else one could be left standing beside one that was blunted."""
    specials = {"any": fim.any_specials, "chat": fim.chat_specials}.get(name, lambda: FORMATS[name].specials)()
    tokens = specials.tokens
    assert len(set(tokens)) == len(tokens)
    assert all(len(token) > 1 and "\u2060" not in token for token in tokens)
    for token in tokens:
        for at in range(1, len(token)):
            rest = token[at:]
            assert not [other for other in tokens if other.startswith(rest) or rest.startswith(other)], token


def texts(specials: Specials) -> st.SearchStrategy[str]:
    """Text that is full of control tokens, halves of them and joiners."""
    tokens = specials.tokens
    halves = [token[:at] for token in tokens for at in (1, 2, len(token) - 1)]
    pieces = [*tokens, *halves, *(token[1:] for token in tokens), "\u2060", "\n", " ", "\U0001f600", "x"]
    return st.lists(st.sampled_from(pieces), max_size=12).map("".join)


@every
@given(data=st.data())
def test_a_users_text_never_becomes_a_control_token(name: str, data: st.DataObject) -> None:
    form = FORMATS[name]
    prefix, suffix, path, other = (data.draw(texts(form.specials)) for _ in range(4))
    bare = controls(form.render("", ""), form)
    assert controls(form.render(prefix, suffix), form) == bare
    files = [(path, other), (other, path)]
    expected = controls(form.render("", "", repository="r", files=[("", ""), ("", "")]), form)
    assert controls(form.render(prefix, suffix, path=path, repository="r", files=files), form) == expected


@every
@given(data=st.data())
def test_blunting_can_be_undone(name: str, data: st.DataObject) -> None:
    specials = FORMATS[name].specials
    text = data.draw(texts(specials))
    blunt = specials.blunt(text)
    assert specials.restore(blunt) == text
    assert not controls(blunt, FORMATS[name])
    if not controls(text.replace("\u2060", ""), FORMATS[name]):
        assert blunt == text, "text without control tokens is sent as it is"


@given(text=texts(fim.any_specials()), cuts=st.lists(st.integers(0, 60), max_size=10))
def test_it_is_undone_piece_by_piece_too(text: str, cuts: list[int]) -> None:
    specials = fim.any_specials()
    blunt = specials.blunt(text)
    places = sorted({0, *(min(at, len(blunt)) for at in cuts), len(blunt)})
    restoring = specials.restoring()
    out = "".join(restoring.feed(blunt[start:end]) for start, end in pairwise(places))
    assert out + restoring.end() == text


def test_little_is_held_back() -> None:
    restoring = fim.any_specials().restoring()
    assert restoring.feed("if a < b: return [1]") == "if a < b: return [1]"
    assert restoring.feed("x <") == "x "
    assert restoring.feed("= 3") == "<= 3"
    assert restoring.feed("<\u2060|fim_") == ""
    assert restoring.feed("middle|>") == "<|fim_middle|>"
    assert restoring.feed("<\u2060div>") == "<\u2060div>"


def test_words_for_models_without_tokens() -> None:
    words = fim.instruct()
    assert words.ask("a{suffix}", "b{prefix}", "p.py") == "p.py\na{suffix}<GAP/>b{prefix}"
    assert "<GAP/>" in words.system
