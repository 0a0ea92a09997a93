"""What an editor tells of its suggestions."""

from __future__ import annotations

from hearth.features.completion.feedback import Feedback, Offered, Outcome, Suggestion


class Sink:
    """Remembers what it is told."""

    def __init__(self) -> None:
        self.heard: list[Feedback] = []

    def told(self, feedback: Feedback) -> None:
        self.heard.append(feedback)


def suggestion(uri: str = "file:///w/a.py", text: str = "a + b") -> Suggestion:
    return Suggestion(uri, "python", text, 4, automatic=True)


def test_what_became_of_a_suggestion_reaches_the_sink_word_by_word() -> None:
    sink = Sink()
    offered = Offered(sink)
    one, two = offered.add(suggestion()), offered.add(suggestion(text="x"))
    offered.told(one, Outcome.ACCEPTED, 1)
    offered.told(one, Outcome.ACCEPTED, 3)
    offered.told(two, Outcome.REJECTED, -5)
    assert sink.heard == [
        Feedback(suggestion(), Outcome.ACCEPTED, 1),
        Feedback(suggestion(), Outcome.ACCEPTED, 3),
        Feedback(suggestion(text="x"), Outcome.REJECTED, 0),
    ]


def test_what_nobody_knows_is_passed_over() -> None:
    sink = Sink()
    offered = Offered(sink)
    assert offered.told("7", Outcome.ACCEPTED) is None
    first = offered.add(suggestion())
    closed = offered.add(suggestion("file:///w/closed.py"))
    offered.forget("file:///w/closed.py")
    assert offered.told(closed, Outcome.ACCEPTED) is None
    for number in range(256):
        last = offered.add(suggestion(text=str(number)))
        assert last == offered.add(suggestion(text=str(number))), "asked for again"
    assert offered.told(first, Outcome.ACCEPTED) is None, "only the last ones are remembered"
    assert offered.told(last, Outcome.IGNORED) is not None
    assert len(sink.heard) == 1
