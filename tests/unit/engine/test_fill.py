"""The order of a fill-in-the-middle prompt."""

from __future__ import annotations

from hearth.engine.fill import Fill, OtherFile


def tokenize(text: str) -> list[int]:
    return list(text.encode())


def spelled(tokens: list[int]) -> str:
    names = {300: "[P]", 301: "[S]", 302: "[M]", 303: "[R]", 304: "[F]"}
    return "".join(names.get(token) or chr(token) for token in tokens)


def test_the_suffix_stands_where_the_model_was_trained_to_have_it() -> None:
    assert spelled(Fill(300, 301, 302).prompt(tokenize, "a", "b")) == "[P]a[S]b[M]"
    assert spelled(Fill(300, 301, 302, suffix_first=True).prompt(tokenize, "a", "b")) == "[S]b[P]a[M]"


def test_other_files_stand_before_the_one_that_is_completed() -> None:
    fill = Fill(300, 301, 302, repository=303, separator=304)
    others = [OtherFile("x.py", "x"), OtherFile("y.py", "y\n")]
    expected = "[R]workspace\n[F]x.py\nx\n[F]y.py\ny\n[F]z.py\n[P]a[S]b[M]"
    assert spelled(fill.prompt(tokenize, "a", "b", "z.py", others)) == expected


def test_a_model_without_a_separator_is_shown_none() -> None:
    fill = Fill(300, 301, 302)
    assert not fill.takes_files
    assert spelled(fill.prompt(tokenize, "a", "b", "z.py", [OtherFile("x.py", "x")])) == "[P]a[S]b[M]"
