"""What a server may send to a client that announced these capabilities, by the text of LSP 3.18."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

NEEDS = {
    "client/registerCapability": "",
    "client/unregisterCapability": "",
    "window/showDocument": "window.showDocument.support",
    "window/workDoneProgress/create": "window.workDoneProgress",
    "workspace/applyEdit": "workspace.applyEdit",
    "workspace/codeLens/refresh": "workspace.codeLens.refreshSupport",
    "workspace/configuration": "workspace.configuration",
    "workspace/workspaceFolders": "workspace.workspaceFolders",
    "window/logMessage": "",
    "window/showMessage": "",
    "window/showMessageRequest": "",
    "telemetry/event": "",
    "$/progress": "",
    "$/logTrace": "",
    "$/cancelRequest": "",
    "hearth/completion/delta": "experimental.hearth.completionDelta",
    "hearth/edit/delta": "experimental.hearth.editDelta",
    "hearth/chat/open": "experimental.hearth.chatPanel",
}
"""The capability for what a server sends by itself; empty where there is none. What is not here is not sent at all."""
OPTIONS = {"completionDelta": "deltas", "editDelta": "editDeltas", "chatPanel": "chatPanel", "status": "status"}
"""How ``initializationOptions.hearth`` says the same as ``experimental.hearth``."""
BEFORE_THE_ANSWER = frozenset(
    {"window/showMessage", "window/logMessage", "window/showMessageRequest", "telemetry/event"}
)
"""What may be sent before ``initialize`` is answered."""


class Client:
    """What a client said of itself."""

    def __init__(self, params: dict[str, Any]) -> None:
        self._capabilities: dict[str, Any] = params.get("capabilities") or {}
        self.name = (params.get("clientInfo") or {}).get("name", "")
        self.token = params.get("workDoneToken")
        options = params.get("initializationOptions")
        options = options if isinstance(options, dict) else {}
        said = options.get("hearth", options)
        self._said: dict[str, Any] = said if isinstance(said, dict) else {}

    def has(self, path: str) -> bool:
        """Whether a capability was announced."""
        if not path:
            return True
        if path == "workspace.applyEdit" and self._said.get("editor") == "ale":
            return True  # It carries edits out without saying so.
        head, _, last = path.rpartition(".")
        if head == "experimental.hearth" and self._said.get(OPTIONS[last]) is True:
            return True
        found: Any = self._capabilities
        for name in path.split("."):
            found = found.get(name) if isinstance(found, dict) else None
        return found is not None and found is not False

    def values(self, path: str) -> list[Any]:
        """The values of a capability that is a list."""
        found: Any = self._capabilities
        for name in path.split("."):
            found = found.get(name) if isinstance(found, dict) else None
        return found if isinstance(found, list) else []

    def refuses_status(self) -> bool:
        """Whether it said that it wants no ``hearth/status``."""
        return self._said.get("status") is False


def sent(client: Client, method: str, params: Any) -> Iterator[str]:
    """Why a request or notification of the server should not have been sent."""
    if method not in NEEDS and not method.startswith("hearth/"):
        yield f"{method}: a server does not send this"
    elif not client.has(NEEDS.get(method, "")):
        yield f"{method} without the capability {NEEDS[method]}"
    if method == "hearth/status" and client.refuses_status():
        yield "hearth/status to a client that does not take it"
    if method == "workspace/applyEdit":
        yield from _edit(client, params["edit"], method)
    if method == "client/registerCapability":
        for each in params["registrations"]:
            path = DYNAMIC.get(each["method"])
            if path is None or not client.has(f"{path}.dynamicRegistration"):
                yield f"{each['method']} is registered, which the client does not take"


DYNAMIC = {
    "workspace/didChangeConfiguration": "workspace.didChangeConfiguration",
    "workspace/didChangeWatchedFiles": "workspace.didChangeWatchedFiles",
    "textDocument/completion": "textDocument.completion",
    "textDocument/codeAction": "textDocument.codeAction",
    "textDocument/inlineCompletion": "textDocument.inlineCompletion",
}


def answered(client: Client, method: str, result: Any) -> Iterator[str]:
    """What in the answer to a request of the client asks more of it than it announced."""
    if result is None:
        return
    if method == "initialize":
        encoding = result["capabilities"].get("positionEncoding", "utf-16")
        if encoding not in [*client.values("general.positionEncodings"), "utf-16"]:
            yield f"initialize: the client does not count in {encoding}"
    elif method == "textDocument/completion":
        items = result["items"] if isinstance(result, dict) else result
        defaults = (result.get("itemDefaults") or {}) if isinstance(result, dict) else {}
        for key in defaults.keys() - set(client.values("textDocument.completion.completionList.itemDefaults")):
            yield f"{method}: the client does not know itemDefaults.{key}"
        for item in items:
            yield from _item(client, item)
    elif method == "textDocument/codeAction":
        for action in result:
            yield from _action(client, action)
    elif method == "codeAction/resolve":
        yield from _action(client, result)


def _item(client: Client, item: dict[str, Any]) -> Iterator[str]:
    base = "textDocument.completion.completionItem"
    needs = {"labelDetails": "labelDetailsSupport", "preselect": "preselectSupport", "deprecated": "deprecatedSupport",
             "commitCharacters": "commitCharactersSupport"}  # fmt: skip
    for key, capability in needs.items():
        # Helix selects the item that says so, and shows Markdown, and announces neither.
        unannounced = client.name == "helix" and key == "preselect"
        if item.get(key) and not client.has(f"{base}.{capability}") and not unannounced:
            yield f"a completion with {key} without {capability}"
    for key, capability in (("tags", "tagSupport.valueSet"), ("insertTextMode", "insertTextModeSupport.valueSet")):
        found = item.get(key) or []
        for value in found if isinstance(found, list) else [found]:
            if value not in client.values(f"{base}.{capability}"):
                yield f"a completion with {key} {value} without {capability}"
    if item.get("insertTextFormat") == 2 and not client.has(f"{base}.snippetSupport"):
        yield "a snippet without snippetSupport"
    if "insert" in (item.get("textEdit") or {}) and not client.has(f"{base}.insertReplaceSupport"):
        yield "an InsertReplaceEdit without insertReplaceSupport"
    documentation = item.get("documentation")
    if isinstance(documentation, dict) and not (
        documentation["kind"] in client.values(f"{base}.documentationFormat") or client.name == "helix"
    ):
        yield f"documentation as {documentation['kind']}, which the client does not show"


def _action(client: Client, action: dict[str, Any]) -> Iterator[str]:
    base = "textDocument.codeAction"
    if isinstance(action.get("command"), str):
        return  # A command, which every client takes.
    if not client.has(f"{base}.codeActionLiteralSupport"):
        yield "a code action, where the client knows commands only"
    for key, capability in (("isPreferred", "isPreferredSupport"), ("disabled", "disabledSupport"),
                            ("data", "dataSupport")):  # fmt: skip
        if action.get(key) is not None and not client.has(f"{base}.{capability}"):
            yield f"a code action with {key} without {capability}"
    resolves = "edit" in client.values(f"{base}.resolveSupport.properties")
    if action.get("command") is None and action.get("edit") is None and not resolves:
        yield "a code action without its edit, where the client does not resolve it"
    if action.get("edit") is not None:
        yield from _edit(client, action["edit"], "a code action")


def _edit(client: Client, edit: dict[str, Any], what: str) -> Iterator[str]:
    base = "workspace.workspaceEdit"
    if edit.get("documentChanges") is not None and not client.has(f"{base}.documentChanges"):
        yield f"{what}: documentChanges, which the client does not take"
    for change in edit.get("documentChanges") or []:
        kind = change.get("kind")
        if kind is not None and kind not in client.values(f"{base}.resourceOperations"):
            yield f"{what}: the client does not {kind} files"
        annotated = kind is not None and "annotationId" in change
        annotated = annotated or any("annotationId" in each for each in change.get("edits", []))
        if annotated and not client.has(f"{base}.changeAnnotationSupport"):
            yield f"{what}: an annotated edit, which the client does not take"
    if edit.get("changeAnnotations") and not client.has(f"{base}.changeAnnotationSupport"):
        yield f"{what}: changeAnnotations, which the client does not take"
