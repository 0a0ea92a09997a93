"""Emacs in a terminal, with eglot or lsp-mode; what is there is asked through emacsclient."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .editor import Answering
from .servers import snippets

FOLDER = Path(__file__).resolve().parents[2] / "build" / "editors"
EMACS = FOLDER / "bin" / "emacs"
LISP = FOLDER / "lisp"
ASK_S = 10
SETUP = """;; -*- lexical-binding: t -*-
(setq native-comp-enable-subr-trampolines nil native-comp-jit-compilation nil inhibit-startup-screen t
      make-backup-files nil auto-save-default nil create-lockfiles nil use-short-answers t)
(dolist (each (directory-files (getenv "LISP") t "\\\\`[^.]")) (add-to-list 'load-path each))
(require 'json)
(require 'server)
(setq server-socket-dir (getenv "SOCKETS"))
(server-start)

(defun seen () "The buffer that is seen." (with-current-buffer (window-buffer) (buffer-string)))

(defun act (choose title)
  "Choose a code action by CHOOSE as soon as Emacs is idle."
  (run-at-time 0 nil
    (lambda ()
      (with-current-buffer (window-buffer)
        (let ((last-nonmenu-event ?a) ; Else a menu of a window is opened.
              (completing-read-function
               (lambda (_prompt options &rest _)
                 (or (seq-find (lambda (each) (string-search title each)) (all-completions "" options))
                     (error "no action %s" title)))))
          (condition-case trouble (call-interactively choose)
            (error (message "%s" (error-message-string trouble)))))))))

(defvar said "" "All messages.")
(advice-add 'message :filter-return (lambda (text) (when (stringp text) (setq said (concat said text "\\n"))) text))

(defun ghost ()
  "The grey text at point."
  (with-current-buffer (window-buffer)
    (mapconcat (lambda (each) (or (overlay-get each 'after-string) ""))
               (overlays-in (max (point-min) (1- (point))) (1+ (point))) "")))
"""


class Emacs(Answering):
    """Keys go in by the terminal."""

    setup = ""
    choosing = ""
    """The command that offers code actions."""

    def __init__(self, file: Path, env: dict[str, str]) -> None:
        folder = file.parent.parent
        self._sockets = folder / "sockets"
        self._sockets.mkdir(mode=0o700)
        init = folder / "init.el"
        init.write_text("\n".join([SETUP, *snippets(self.title, "elisp"), self.setup]), encoding="utf-8")
        own = {**env, "LISP": str(LISP), "SOCKETS": str(self._sockets)}
        super().__init__(file.parent, [str(EMACS), "-nw", "-Q", "-l", str(init), str(file)], own)
        self.wait(lambda _: (self._sockets / "server").exists(), "Emacs")

    def get(self, expression: str) -> Any:
        """The value of an expression; None too while Emacs is busy."""
        command = [
            EMACS.with_name("emacsclient"),
            "-s",
            self._sockets / "server",
            "--eval",
            f"(json-encode {expression})",
        ]
        try:
            done = subprocess.run(command, env=self._env, check=True, capture_output=True, text=True, timeout=ASK_S)
        except subprocess.TimeoutExpired:
            return None
        return json.loads(json.loads(done.stdout, strict=False))

    def text(self) -> str:
        return str(self.until_it("(substring-no-properties (seen))", lambda found: found is not None))

    def open(self, file: Path) -> None:
        self.keys("C-x", "C-f", "C-a", "C-k")
        self.write(str(file))
        self.keys("Enter")
        self.until_it(f'(equal (buffer-file-name (window-buffer)) "{file}")', lambda found: found is True)

    def append(self, *lines: str) -> None:
        self.keys("M->", *([] if self.text().endswith("\n") or not self.text() else ["Enter"]))
        self.write_lines(lines)

    def suggestion(self) -> str:
        return str(self.get("(substring-no-properties (ghost))") or "")

    def replace_word(self, line: int, number: int, new: str) -> None:
        self.go(line)
        self.keys(*["M-f"] * number, "C-f", "M-d")
        self.write(new)

    def go(self, line: int) -> None:
        self.keys("M-<", *["C-n"] * line, "M-m")

    def choose(self, title: str) -> None:
        self.get(f"(progn (act #'{self.choosing} {json.dumps(title)}) t)")

    def undo(self) -> None:
        self.keys("C-/")

    def told(self, what: str) -> str:
        return str(self.until_it("(substring-no-properties said)", lambda found: bool(found and what in found)))

    def leave(self) -> None:
        self.get("(progn (run-at-time 0 nil (lambda () (let ((kill-emacs-query-functions nil)) (kill-emacs)))) t)")


class Eglot(Emacs):
    """It starts a server again by itself that had run for some seconds."""

    title = "Emacs with eglot"
    recording = "eglot-emacs-30.2"
    choosing = "eglot-code-actions"

    def recover(self, served: Callable[[], bool]) -> None:
        self.wait(lambda _: served(), "another server")

    def accept(self) -> None:
        self.keys("Tab")


class LspMode(Emacs):
    """It asks whether to start a server again."""

    title = "Emacs with lsp-mode"
    recording = "lsp-mode-10.0.0-emacs-30.2"
    choosing = "lsp-execute-code-action"
    setup = """
(setq lsp-auto-guess-root t lsp-enable-suggest-server-download nil lsp-warn-no-matched-clients nil
      lsp-headerline-breadcrumb-enable nil lsp-auto-execute-action nil)
(require 'lsp-mode)
(mapc #'require '(lsp-lens lsp-modeline lsp-diagnostics lsp-completion)) ; What a package would load by itself.
(define-key lsp-inline-completion-active-map (kbd "C-j") #'lsp-inline-completion-accept) ; Terminals have no C-<return>.
"""

    def recover(self, served: Callable[[], bool]) -> None:
        self.until("(y or n)")
        self.keys("y")
        self.wait(lambda _: served(), "another server")

    def accept(self) -> None:
        self.keys("C-j")
