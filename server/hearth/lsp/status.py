"""What the editor may show in its status line."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator

import attrs

from hearth.core.errors import HearthError

from .protocol import State, StatusResult


class StatusBoard:
    """Gathers what is going on and publishes every change of the picture."""

    def __init__(self, version: str, publish: Callable[[StatusResult], None]) -> None:
        self._publish = publish
        self._loading = ""
        self._ready = False
        self._busy = 0
        self._error: HearthError | None = None
        self._told = False
        self._speed: float | None = None
        self._models = ("", "")
        self._notes: tuple[str, ...] = ()
        self._images: tuple[bool | None, str] = (None, "")
        self._shown = StatusResult(State.STARTING, "Starting.", version=version)

    @property
    def current(self) -> StatusResult:
        """The picture now."""
        return self._shown

    @property
    def is_busy(self) -> bool:
        """Whether a model works, or loads."""
        return self._busy > 0 or bool(self._loading)

    def loading(self, message: str) -> None:
        """A model loads."""
        self._loading = message or "Loading the model."
        self._update()

    def named(self, completion_model: str, chat_model: str) -> None:
        """Names of the models, empty while unknown. Shown with the next change while a model loads."""
        self._models = (completion_model, chat_model)
        if not self._loading:
            self._update()

    def noted(self, notes: Iterable[str]) -> None:
        """What a person should know of the models that are ready, in whole sentences."""
        self._notes = tuple(dict.fromkeys(notes))
        if not self._loading:
            self._update()

    def sees(self, images: bool | None, hint: str) -> None:
        """Whether the chat model sees pictures, and why not. Shown with the next change, such as :meth:`named`."""
        self._images = (images, hint)

    def loaded(self) -> None:
        """The models are ready."""
        self._loading, self._ready, self._error = "", True, None
        self._update()

    def stopped(self) -> None:
        """The user did not want to wait for the model."""
        self._loading = ""
        self._update()

    def failed(self, error: HearthError, *, told: bool = False) -> None:
        """A request or the loading failed. ``told``: the request was answered with the error."""
        self._loading, self._error, self._told = "", error, told
        self._update()

    def answered(self, tokens_per_second: float | None) -> None:
        """A model came to the end of an answer. Inside ``busy``, its end shows it."""
        self._ready, self._error = True, None
        self._speed = tokens_per_second or self._speed
        if not self._busy:
            self._update()

    @contextlib.contextmanager
    def busy(self) -> Iterator[None]:
        """A model works inside the block."""
        self._busy += 1
        self._update()
        try:
            yield
        finally:
            self._busy -= 1
            self._update()

    def _update(self) -> None:
        state, message, hint = self._picture()
        completion_model, chat_model = self._models
        shown = attrs.evolve(
            self._shown,
            state=state,
            message=message,
            hint=hint,
            code=self._error.code if state is State.ERROR and self._error is not None and not self._told else "",
            completion_model=completion_model,
            chat_model=chat_model,
            tokens_per_second=self._speed,
            chat_images=self._images[0],
            chat_images_hint=self._images[1],
        )
        if shown != self._shown:
            self._shown = shown
            self._publish(shown)

    def _picture(self) -> tuple[State, str, str]:
        if self._loading:
            return State.LOADING, self._loading, ""
        if self._busy:
            return State.BUSY, "Working.", ""
        if self._error is not None:
            return State.ERROR, self._error.message, self._error.hint
        if self._ready:
            return State.READY, " ".join(("Ready.", *self._notes)), ""
        return State.STARTING, "The model is loaded when it is needed.", ""
