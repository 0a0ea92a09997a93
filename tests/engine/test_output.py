"""Text from tokens: what is sent is the text before the first stop text, in whole characters, however it was cut."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hearth.engine.output import TextOutput


def feed(pieces: list[bytes], stops: list[str]) -> tuple[str, list[str], bool]:
    output = TextOutput(stops)
    sent = []
    for piece in pieces:
        sent.append(output.push(piece))
        if output.stopped:
            break
    sent.append(output.finish())
    return "".join(sent), sent, output.stopped


@given(
    st.text(alphabet="ab\n😀é", max_size=40), st.lists(st.text(alphabet="ab\n😀", max_size=4), max_size=3), st.data()
)
def test_equals_the_text_before_the_first_stop(text: str, stops: list[str], data: st.DataObject) -> None:
    raw = text.encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(raw)), max_size=8)))
    pieces = [raw[a:b] for a, b in zip([0, *cuts], [*cuts, len(raw)], strict=True)]
    found = [at for stop in stops if stop and (at := text.find(stop)) >= 0]
    whole, sent, stopped = feed(pieces, stops)
    if not found:
        assert (whole, stopped) == (text, False)
    else:
        # A piece may complete a later, shorter stop first; what was sent never holds a whole stop text.
        assert stopped
        assert text.startswith(whole)
        assert not any(stop in whole for stop in stops if stop)
    assert all("\ufffd" not in part for part in sent)


def test_bytes_that_are_no_text_become_replacement_characters() -> None:
    assert feed([b"a\xff", b"b"], [])[0] == "a\ufffdb"
    assert feed([b"\xf0\x9f"], [])[0] == "\ufffd"
