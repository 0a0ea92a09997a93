"""The model's own chat template, from a conversation to tokens.

The template comes with a downloaded file and the messages from anywhere, so both are hostile: the template runs in
Jinja's immutable sandbox, and what a message says is never read as a control token, even if it spells one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NoReturn

from jinja2 import TemplateError
from jinja2.ext import loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment

from hearth.core.errors import ModelLacks, RequestError

from .native import Model

_STAND_IN = 0xF0000
"""First code point of a private plane; it stands in for what must not be read as a control token."""

_STAND_IN_COUNT = 0x1000


class ChatTemplate:
    """Renders conversations for one model."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._controls = _control_pattern(model)
        self._template: Any = None
        if source := model.chat_template:
            environment = ImmutableSandboxedEnvironment(
                trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols], autoescape=False
            )
            environment.globals["raise_exception"] = _refuse
            environment.globals["strftime_now"] = lambda form: datetime.now().astimezone().strftime(form)
            try:
                self._template = environment.from_string(source)
            except TemplateError:
                # A template that does not compile is no template; a request for it says so.
                self._template = None

    @property
    def exists(self) -> bool:
        """Whether this model can chat."""
        return self._template is not None

    def tokens(self, messages: Sequence[Mapping[str, str]]) -> list[int]:
        """The prompt for the assistant's next turn. Raises ModelLacks, or RequestError if the template refuses."""
        if self._template is None:
            raise ModelLacks(
                f"{self._model.name} has no usable chat template.",
                hint="Choose an instruction-tuned model for chat.",
            )
        hidden: list[str] = []
        masked = [{**message, "content": self._mask(message["content"], hidden)} for message in messages]
        try:
            text = self._template.render(
                messages=masked,
                add_generation_prompt=True,
                bos_token=self._model.bos_text,
                eos_token=self._model.eos_text,
            )
        except TemplateError as error:
            raise RequestError(f"the model's chat template refuses these messages: {error}.") from error
        return self._tokenize(text, hidden)

    def _mask(self, content: str, hidden: list[str]) -> str:
        """Replace what spells a control token, and what looks like a stand-in, by stand-ins."""

        def stand_in(match: re.Match[str]) -> str:
            if len(hidden) == _STAND_IN_COUNT:
                raise RequestError(
                    "the messages spell more control tokens than can be kept apart.",
                    hint="Send less of this text.",
                )
            hidden.append(match.group())
            return chr(_STAND_IN + len(hidden) - 1)

        return self._controls.sub(stand_in, content)

    def _tokenize(self, text: str, hidden: Sequence[str]) -> list[int]:
        tokens = list(self._model.bos)
        if tokens and text.startswith(self._model.bos_text):
            tokens = []
        last = 0
        for match in re.finditer(f"[{chr(_STAND_IN)}-{chr(_STAND_IN + _STAND_IN_COUNT)}]", text):
            tokens += self._model.tokenize(text[last : match.start()], special=True)
            tokens += self._model.tokenize(hidden[ord(match.group()) - _STAND_IN])
            last = match.end()
        return tokens + self._model.tokenize(text[last:], special=True)


def _control_pattern(model: Model) -> re.Pattern[str]:
    """Matches every spelling of a special token of this vocabulary, longest first, and every stand-in."""
    texts = sorted(model.special_spellings(), key=len, reverse=True)
    stand_ins = f"[{chr(_STAND_IN)}-{chr(_STAND_IN + _STAND_IN_COUNT)}]"
    return re.compile("|".join([*map(re.escape, texts), stand_ins]))


def _refuse(message: str) -> NoReturn:
    raise TemplateError(message)
