"""Prompts of next-edit models, and that no text of a user turns into a control token or a marker in them."""

from __future__ import annotations

import re
import tomllib
from importlib import resources
from itertools import pairwise
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.prompts import next_edit
from hearth.prompts.next_edit import Change, NextEditFormat, Shown
from hearth.providers.base import SpelledRequest

GOLDEN = tomllib.loads((Path(__file__).parents[2] / "golden" / "next_edit_prompts.toml").read_text(encoding="utf-8"))
FORMATS = {name: found for name in next_edit.NAMES if (found := next_edit.named(name))}
CHANGE = Change("lib/a.py", "a = 1\nb = 2", "a = 1\nb = 3", "@@ -1,2 +1,2 @@\n a = 1\n-b = 2\n+b = 3", 7)
SHOWN = Shown(
    path="shop.py",
    before="def f(x",
    after="):\n    y = x\n    return y",
    original="def f():\n    y = x\n    return y",
    above="import os\n\n",
    below="\nf(1)\n",
    is_top=True,
    first=3,
)
every = pytest.mark.parametrize("name", next_edit.NAMES)


def spelled(form: NextEditFormat, shown: Shown = SHOWN, changes: tuple[Change, ...] = ()) -> str:
    return SpelledRequest(form.render(shown, changes), form.specials).blunted


def controls(text: str, form: NextEditFormat) -> list[str]:
    """The control tokens and markers in a text, as whoever reads them anywhere would find them."""
    tokens = sorted((*form.control, *form.markers), key=len, reverse=True)
    return re.findall("|".join(map(re.escape, tokens)), text)


@every
def test_prompts(name: str) -> None:
    form, golden = FORMATS[name], GOLDEN[name]
    assert spelled(form, changes=(CHANGE,)) == golden["full"]
    assert spelled(form) == golden["bare"]


@every
def test_only_the_formats_own_tokens_are_control_tokens(name: str) -> None:
    form = FORMATS[name]
    pieces = form.render(SHOWN, (CHANGE,))
    assert {each.text for each in pieces if each.control} <= set(form.control)
    assert not [each for each in pieces if not each.control and any(token in each.text for token in form.control)]
    texts = [each.control for each in pieces]
    assert not any(one is two is False for one, two in pairwise(texts)), "text cut in two"


@pytest.mark.parametrize(("model", "family"), GOLDEN["names"].items())
def test_a_family_is_known_by_the_models_name(model: str, family: str) -> None:
    found = next_edit.for_model(model)
    assert (found.name if found else "") == family


def test_one_of_several_names_will_do() -> None:
    found = next_edit.for_model("openai", "sweep-next-edit-1.5b")
    assert found is not None
    assert found.name == "sweep"


def test_every_file_is_registered() -> None:
    folder = resources.files("hearth.prompts").joinpath("next_edit")
    assert {each.name for each in folder.iterdir() if each.name.endswith(".toml")} == {
        f"{name}.toml" for name in next_edit.NAMES
    }
    assert next_edit.named("nothing") is None


@every
def test_the_data_keeps_its_own_rules(name: str) -> None:
    form = FORMATS[name]
    assert form.name == name
    assert 1 <= len(form.stop) <= 4
    assert set(form.stop) <= set(form.control)
    assert not set(form.control) & set(form.markers)
    assert form.cursor in ("", *form.markers)
    places = set(re.findall(r"\{(\w+)\}", " ".join((*form.prompt, *form.change, *form.history))))
    made = {"top", "history", "changes", "lines", "file", "prefill"}
    assert places <= {*attrs.fields_dict(Shown), *attrs.fields_dict(Change), *made}
    assert [form.prompt.count(place) for place in ("{before}", "{after}", "{history}")] == [1, 1, 1]
    for token in form.control:
        for at in range(1, len(token)):
            rest = token[at:]
            assert not [other for other in form.control if other.startswith(rest) or rest.startswith(other)], token


def texts(form: NextEditFormat) -> st.SearchStrategy[str]:
    """Text that is full of control tokens, markers, halves of them and joiners."""
    tokens = (*form.control, *form.markers)
    halves = [token[:at] for token in tokens for at in (1, 2, len(token) - 1)]
    pieces = [*tokens, *halves, *(token[1:] for token in tokens), "\u2060", "\n", " ", "\U0001f600", "\ud83d", "x"]
    return st.lists(st.sampled_from(pieces), max_size=8).map("".join)


@every
@given(data=st.data())
def test_a_users_text_never_becomes_a_control_token(name: str, data: st.DataObject) -> None:
    form = FORMATS[name]
    user = texts(form)
    shown = Shown(*(data.draw(user) for _ in range(6)))
    change = Change(*(data.draw(user) for _ in range(4)))
    if not form.takes(shown.texts):
        assert any(marker in text for marker in form.markers for text in shown.texts)
        return  # Nothing is asked.
    changes = (change,) if form.takes(change.texts) else ()
    bare = controls(spelled(form, Shown("", "", "", ""), (Change("", "", "", ""),) if changes else ()), form)
    assert controls(spelled(form, shown, (change,)), form) == bare
    pieces = form.render(shown, (change,))
    blank = form.render(Shown("", "", "", ""), (Change("", "", "", ""),) if changes else ())
    assert [each.text for each in pieces if each.control] == [each.text for each in blank if each.control]


@every
def test_a_text_that_holds_a_marker_is_not_shown(name: str) -> None:
    form = FORMATS[name]
    for marker in form.markers:
        assert not form.takes(attrs.evolve(SHOWN, above=f"# {marker}\n").texts)
        assert not form.takes(attrs.evolve(SHOWN, after=f"{marker[3:]}", before=f"x{marker[:3]}").texts)
        assert spelled(form, changes=(attrs.evolve(CHANGE, new=f"q{marker}"),)) == spelled(form)


def test_the_lines_above_the_cursors_begin_the_answer() -> None:
    form = FORMATS["sweep2"]
    here = attrs.evolve(SHOWN, before="def f(x):\n    y", after=" = x\n    return y")
    assert form.prefills
    assert spelled(form, here).endswith("<|file_sep|>updated/shop.py:3:5\ndef f(x):\n")
    assert not any(each.prefills for name, each in FORMATS.items() if name != "sweep2")
