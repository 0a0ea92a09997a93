"""Names of the methods that Hearth adds; :mod:`hearth.lsp.protocol` says what they mean."""

from __future__ import annotations

PREFIX = "hearth/"
CHAT_ASK = "hearth/chat/ask"
CHAT_SOURCES = "hearth/chat/sources"
CHAT_DELTA = "hearth/chat/delta"
CHAT_OPEN = "hearth/chat/open"
CHAT_SYMBOLS = "hearth/chat/symbols"
COMMIT_DELTA = "hearth/commit/delta"
COMMIT_MESSAGE = "hearth/commit/message"
COMPLETION_DELTA = "hearth/completion/delta"
COMPLETION_WHY = "hearth/completion/why"
CONTEXT = "hearth/context"
EDIT_DELTA = "hearth/edit/delta"
STATUS = "hearth/status"
INDEX_CONTROL = "hearth/index/control"
INDEX_PROGRESS = "hearth/index/progress"
