"""What a chunk is called and is, as a part of how well it answers."""

from __future__ import annotations

from typing import Any

from hearth.index.naming import bonus
from hearth.index.tokens import question_words


def row(symbol: str, kind: str = "method", start: int = 1, path: str = "a.py") -> dict[str, Any]:
    return {"path": path, "symbol": symbol, "kind": kind, "start": start}


def order(question: str, *rows: dict[str, Any]) -> list[tuple[str, int]]:
    score = bonus(question_words(question), rows)
    return [(each["symbol"], each["start"]) for each in sorted(rows, key=lambda each: -score(each))]


def test_who_is_called_what_is_asked_comes_first() -> None:
    found = order("close the open sockets", row("Pool.run"), row("Pool.closeSockets"), row("Pool.close_all"))
    assert [symbol for symbol, _ in found] == ["Pool.closeSockets", "Pool.close_all", "Pool.run"]


def test_the_class_of_a_method_is_not_its_name() -> None:
    score = bonus(question_words("pool"), rows := [row("Pool.run"), row("run")])
    assert score(rows[0]) == score(rows[1])


def test_a_function_before_the_header_of_its_class_and_what_is_in_none() -> None:
    found = order("something else", row("", "module"), row("Pool", "class"), row("Pool.run"))
    assert found[0] == ("Pool.run", 1)


def test_the_first_piece_of_a_function_before_the_later_ones() -> None:
    pieces = [row("Pool.run", start=90), row("Pool.run", start=40), row("Pool.run", start=50, path="b.py")]
    score = bonus(question_words("run"), pieces)
    assert [score(each) == score(pieces[1]) for each in pieces] == [False, True, True]
    assert score(pieces[0]) < score(pieces[1])
