"""The history of edits: bursts, those that are over, and that it stays small."""

from __future__ import annotations

from hearth.context.recent import History


def edit(history: History, texts: dict[str, str], key: str, line: int, text: str) -> None:
    history.edited(key, line, lambda: texts[key])
    texts[key] = text


def told(history: History, texts: dict[str, str], but: str = "") -> list[tuple[str, str, str]]:
    return [(each.key, each.before, each.after) for each in history.past(texts, but)]


def test_bursts_come_in_the_order_of_time() -> None:
    history, texts = History(), {"a": "0", "b": "0"}
    edit(history, texts, "a", 1, "1")
    edit(history, texts, "a", 2, "2")
    edit(history, texts, "b", 1, "9")
    edit(history, texts, "a", 40, "3")
    assert told(history, texts) == [("a", "0", "2"), ("b", "0", "9"), ("a", "2", "3")]
    assert told(history, texts, but="a") == [("a", "0", "2"), ("b", "0", "9")]
    assert history.before("a") == "2"
    assert told(history, {"a": "3"}) == [("a", "0", "2"), ("a", "2", "3")], "what is not told of is left out"


def test_what_was_taken_back_is_no_edit_and_a_closed_document_is_forgotten() -> None:
    history, texts = History(), {"a": "0"}
    edit(history, texts, "a", 1, "1")
    edit(history, texts, "a", 1, "0")
    edit(history, texts, "a", 40, "3")
    assert told(history, texts) == [("a", "0", "3")]
    history.forget("a")
    assert told(history, texts) == []


def test_it_stays_small() -> None:
    history, texts = History(), {"a": "0"}
    for number in range(40):
        edit(history, texts, "a", 10 * number, str(number + 1))
    assert [each[2] for each in told(history, texts)] == [str(number) for number in range(32, 41)]
    edit(history, texts, "a", 1000, "x" * 400_000)
    edit(history, texts, "a", 2000, "y")
    edit(history, texts, "a", 3000, "z")
    assert [len(each[1] + each[2]) for each in told(history, texts)][-2:] == [4, 2], "large ones are not kept"
