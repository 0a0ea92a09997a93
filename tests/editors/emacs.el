;; Run by test_emacs.py: emacs --batch -Q -l emacs.el
;; Environment: PYTHON, FILE, OUT. Writes what it saw as JSON to OUT.
(setq native-comp-enable-subr-trampolines nil native-comp-jit-compilation nil)
(require 'eglot)
(require 'json)
(defvar seen nil)
(defconst deadline 60)

(defun note (key value) (push (cons key value) seen))

(defun until (what condition)
  "Wait until CONDITION gives something, and give it."
  (let ((end (+ (float-time) deadline)) found)
    (while (not (or (setq found (funcall condition)) (> (float-time) end)))
      (accept-process-output nil 0.05))
    (or found (error "%s did not happen" what))))

(defun text () (buffer-substring-no-properties (point-min) (point-max)))

(defun act (title)
  "Choose a code action by its title, as a user does."
  (let ((last-nonmenu-event ?a) ; Else a menu of a window is opened.
        (completing-read-function
         (lambda (_prompt options &rest _)
           (let ((titles (mapcar (lambda (each) (if (consp each) (car each) each)) options)))
             (note 'menu (vconcat titles))
             (or (seq-find (lambda (each) (string-search title each)) titles) (error "no action %s" title))))))
    (eglot-code-actions (point) (point) nil t)))

(defvar told nil "What was told, newest first.")
(advice-add 'message :before (lambda (format &rest values) (when format (push (apply #'format-message format values) told))))
(defun messages-with (what)
  "The newest message with WHAT in it."
  (seq-find (lambda (each) (string-search what each)) told))

(defun at-line (number)
  (goto-char (point-min))
  (forward-line (1- number)))

(defun start ()
  (call-interactively #'eglot)
  (until "initialize" #'eglot-current-server))

(defun offered ()
  "What the completion at point offers, as `completion-at-point' asks for it."
  (pcase-let ((`(,from ,to ,table . ,rest) (eglot-completion-at-point)))
    (let ((all (all-completions (buffer-substring-no-properties from to) table)))
      (and all (list from to (car all) rest)))))

(defun main ()
  (setq eglot-confirm-server-edits nil eglot-sync-connect deadline eglot-autoreconnect nil)
  ;; As docs/editors.md has it, but for the command.
  (add-to-list 'eglot-server-programs
               `(python-mode . (,(getenv "PYTHON") "-m" "hearth" "lsp")))
  (find-file (getenv "FILE"))
  (python-mode)
  (buffer-enable-undo)
  (start)

  ;; A completion is seen, and accepting it writes it.
  (at-line 4)
  (end-of-line)
  (insert "\n    ")
  (pcase-let ((`(,from ,to ,item ,rest) (until "a completion" #'offered)))
    (note 'completion (substring-no-properties item))
    (delete-region from to)
    (insert item)
    (funcall (plist-get rest :exit-function) item 'finished))
  (note 'accepted (text))
  (at-line 5)
  (delete-region (1- (point)) (line-end-position))

  ;; A code action changes the buffer, in one undo step.
  (undo-boundary)
  (let ((before (text)))
    (at-line 2)
    (act "Simplify")
    (until "the edit" (lambda () (not (equal (text) before))))
    (note 'edited (text))
    (undo-boundary)
    (undo)
    (note 'undone (equal (text) before)))

  ;; An answer that cannot be used is refused, and nothing changes.
  (let ((before (text)) (last ""))
    (search-forward "if x < 0")
    (condition-case trouble (act "ocument") (error (setq last (error-message-string trouble))))
    (note 'told (concat last (until "the refusal" (lambda () (messages-with "no documentation")))))
    (note 'untouched (equal (text) before)))

  ;; A killed server does not take the editor with it, and can be started again.
  (let* ((buffer (current-buffer)) (process (jsonrpc--process (eglot-current-server))))
    (signal-process process 'KILL)
    (until "the end" (lambda () (not (process-live-p process))))
    (until "the notice of it" (lambda () (not (eglot-current-server))))
    (with-current-buffer buffer
      (goto-char (point-min))
      (insert "# still here\n")
      (note 'alive (buffer-substring-no-properties 1 13))
      (start)
      (at-line 3)
      (let ((before (text)))
        (act "Simplify `positive`")
        (until "an edit of the new server" (lambda () (not (equal (text) before)))))
      (note 'again (text))
      (set-buffer-modified-p nil)
      (eglot-shutdown (eglot-current-server)))))

(condition-case trouble (main) (error (note 'trouble (error-message-string trouble))))
(with-temp-file (getenv "OUT") (insert (json-encode (reverse seen))))
(kill-emacs 0)
