"""Pictures beside a question: only pictures, only to models that see."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from hearth.core.errors import InputError, ModelLacks
from hearth.core.settings import ChatSettings
from hearth.features.chat import conversation, pictures
from hearth.features.chat.conversation import Ask
from hearth.features.chat.run import Answer, answer
from hearth.providers.base import Capabilities, Image, Message, Role
from hearth.providers.scripted import Answer as Said
from hearth.providers.scripted import Script, Scripted

PNG = b"\x89PNG\r\n\x1a\nrest"
PICTURE = Image("image/png", PNG)
ABLE = Capabilities("m", fim=False, chat=True, embeddings=False, images=True)
BLIND = Capabilities("m", fim=False, chat=True, embeddings=False, no_images="Take another.")


@pytest.mark.parametrize(
    ("data", "kind"),
    [(PNG, "image/png"), (b"\xff\xd8\xff\xe0", "image/jpeg"), (b"GIF89a", "image/gif"), (b"BM66", "image/bmp")],
)
def test_a_picture_is_known_by_its_first_bytes(data: bytes, kind: str) -> None:
    assert pictures.decoded([base64.b64encode(data).decode()]) == (Image(kind, data),)


@pytest.mark.parametrize("data", [b"", b"RIFF1234WEBP", b"<svg onload=x>", b"%PDF", PNG + b"x" * pictures.MOST_BYTES])
def test_what_is_none_is_refused(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        pictures.decoded([base64.b64encode(data).decode()])
    (tmp_path / "file").write_bytes(data)
    with pytest.raises(InputError):
        pictures.read(tmp_path / "file")


@pytest.mark.parametrize("text", ["not base64!", "iVBORw0KGgo", "é", "a" * 12_000_000])
def test_what_does_not_arrive_whole_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        pictures.decoded([text])


def test_too_many_and_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="too many"):
        pictures.decoded(["iVBORw0KGgo="] * 9)
    with pytest.raises(InputError, match="cannot be read"):
        pictures.read(tmp_path / "none.png")


def test_a_model_that_does_not_see_is_not_asked_with_one() -> None:
    ask = Ask("What is this?", images=(PICTURE,))
    assert pictures.shown(ask, ABLE) is ask
    assert pictures.shown(ask, None) is ask
    with pytest.raises(ModelLacks, match="does not see pictures") as caught:
        pictures.shown(ask, BLIND)
    assert caught.value.hint == "Take another."


def test_pictures_of_earlier_turns_are_left_out_for_it() -> None:
    history = (Message(Role.USER, "What is this?", (PICTURE,)), Message(Role.ASSISTANT, "A cat."))
    ask = Ask("And now?", history)
    assert pictures.shown(ask, ABLE).history == history
    assert [each.images for each in pictures.shown(ask, BLIND).history] == [(), ()]
    assert [each.content for each in pictures.shown(ask, BLIND).history] == ["What is this?", "A cat."]


def test_a_picture_takes_room_in_the_history() -> None:
    history = (Message(Role.USER, "a", (PICTURE,)), Message(Role.ASSISTANT, "b"))
    assert conversation.recent(history, conversation.IMAGE_CHARS) == ()
    assert conversation.recent(history, conversation.IMAGE_CHARS + 2) == history


async def test_the_model_gets_it_with_the_question(tmp_path: Path) -> None:
    record = tmp_path / "record"
    provider = Scripted(Script(chat=Said(text="A cat."), record=str(record)))
    pieces = [piece async for piece in answer(Ask("What?", images=(PICTURE,)), provider, ChatSettings(), 8192)]
    assert isinstance(pieces[-1], Answer)
    assert '"images": [1]' in record.read_text()
