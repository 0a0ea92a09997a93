// Made by `make generate` from server/hearth/lsp/protocol.py, which docs/protocol.md describes. Change it there.

import type { Diagnostic, Location, Position, Range, TextDocumentIdentifier } from 'vscode-languageclient/node';

/** Who spoke. */
export type ChatRole = 'user' | 'assistant';

/** One earlier turn of the conversation. */
export interface ChatTurn {
  readonly role: ChatRole;
  readonly content: string;
  /** Pictures that went with it, as in `ChatAskParams`. */
  readonly images?: readonly string[];
}

/** What the editor knows and no file holds. Taken only if the question mentions it. */
export interface ChatAttachment {
  /** `problems` for `@problems`, `terminal` for `@terminal`; others are passed over. */
  readonly kind: string;
  readonly text: string;
}

/**
 * Asks the model about code. *Client → server, request.*
 *
 * The server sends `hearth/chat/sources`, then `hearth/chat/delta` as the answer grows, then answers
 * with the whole text. `$/cancelRequest` stops the model at once.
 *
 * Errors: -32602 (invalid params), -32800 (cancelled), -32803 (the model or its provider failed;
 * `data.code` is one of the codes in `hearth/core/errors.py`, `data.hint` says what to do).
 */
export interface ChatAskParams {
  /**
   * What the user wrote. `@path/to/file` and bare paths below a workspace folder bring those files
   * along; `@folder:path`, `@symbol:Name`, `@codebase` and `@diff` what they say, `@selection` the
   * selection.
   */
  readonly question: string;
  /** Repeated in the notifications of this question; if empty, the id of the request as text. */
  readonly token?: string;
  /**
   * Earlier turns, oldest first, without this question. The oldest are dropped when the model's
   * context is small.
   */
  readonly messages?: readonly ChatTurn[];
  /** The active document; its text goes along. */
  readonly textDocument?: TextDocumentIdentifier | null;
  /** The selection in it, or the cursor as an empty range. */
  readonly selection?: Range | null;
  readonly attachments?: readonly ChatAttachment[];
  /**
   * Pictures that the question is about, PNG, JPEG, GIF or BMP in base64, at most 8 of at most 8 MB.
   * Refused with `model_lacks` where the model does not see (`chatImages` of `hearth/status`). They go
   * to the configured server and nowhere else, and are not kept.
   */
  readonly images?: readonly string[];
}

/** Work done for one answer: tokens, and milliseconds; null where the provider does not tell. */
export interface ChatUsage {
  readonly promptTokens: number | null;
  /** Of the prompt's tokens, those that were not evaluated again. */
  readonly cachedTokens: number | null;
  readonly completionTokens: number | null;
  readonly promptMs: number | null;
  readonly completionMs: number | null;
}

/** Closes an answer. */
export interface ChatAskResult {
  /** All of the answer: the deltas, joined. */
  readonly text: string;
  /** `stop` (the model was done) or `length` (`chat.max_tokens` or the context was used up). */
  readonly reason: string;
  /** Name of the model that answered. */
  readonly model: string;
  readonly usage: ChatUsage;
  readonly tokensPerSecond: number | null;
  /** The model's window; null where the provider does not tell. */
  readonly contextTokens: number | null;
}

/** A piece of text that was put beside the question. */
export interface ChatSource {
  readonly uri: string;
  readonly range: Range;
  /**
   * Path within its workspace folder; of a folder with `/` at its end. What is no file is called
   * `diff`, `problems` or `terminal` and its URI is `hearth:` with that name.
   */
  readonly title: string;
}

/**
 * Says what the model is shown beside a question. *Server → client, notification.*
 *
 * Comes before the first delta; once more, in place of the first, if less fits the model than was
 * thought.
 */
export interface ChatSourcesParams {
  readonly token: string;
  readonly sources: readonly ChatSource[];
  /** A sentence for each file that was named but is not shown: not there, a secret, too large. */
  readonly notes: readonly string[];
}

/** Brings text of an answer as it grows; texts are joined in order. *Server → client, notification.* */
export interface ChatDeltaParams {
  readonly token: string;
  readonly text: string;
}

/**
 * Asks the client's chat a question that the user chose as a code action. *Server → client,
 * notification.*
 *
 * Sent only to clients that said `chatPanel`; others get a document with the conversation.
 */
export interface ChatOpenParams {
  /** Empty if the user is to write one. */
  readonly question: string;
  /** The document it is about; empty for none. */
  readonly uri: string;
  /** The lines in it that it is about. */
  readonly range: Range | null;
}

/** Completes the name of a symbol in a question. *Client → server, request.* Errors: none of its own. */
export interface ChatSymbolsParams {
  /** What is written of it. */
  readonly typed: string;
}

/** A symbol of the workspace. */
export interface ChatSymbol {
  /** Qualified, such as `Class.method`. */
  readonly name: string;
  readonly kind: string;
  /** Within its workspace folder. */
  readonly path: string;
  /** From 0. */
  readonly line: number;
}

/** The symbols whose names hold what was typed, the likeliest first; none while there is no index. */
export interface ChatSymbolsResult {
  readonly symbols: readonly ChatSymbol[];
}

/**
 * Asks for a message for the commit of what is staged. *Client → server, request.*
 *
 * The server sends `hearth/commit/delta` as the message grows, then answers with all of it.
 * `$/cancelRequest` stops the model at once.
 *
 * Errors: -32602 (no repository below a workspace folder, or nothing is staged), -32800, -32803 as for
 * `hearth/chat/ask`.
 */
export interface CommitMessageParams {
  /** URI of a folder in the repository, inside of the workspace; empty for the first workspace folder. */
  readonly root?: string;
  /** Repeated in the notifications; if empty, the id of the request as text. */
  readonly token?: string;
}

/** The message, and what the model was not shown. */
export interface CommitMessageResult {
  readonly message: string;
  /** Name of the model that wrote it. */
  readonly model: string;
  /** A sentence for each thing that was kept from the model. */
  readonly notes: readonly string[];
}

/** Shows a commit message as it grows. *Server → client, notification.* */
export interface CommitDeltaParams {
  readonly token: string;
  /** All of the message so far, in place of what was sent before. */
  readonly text: string;
}

/**
 * Brings the rest of a completion that has been answered with its first line. *Server → client,
 * notification.*
 *
 * Sent only to clients that announced it (see above). It belongs to the inline completion that was
 * asked for at `position` of `version`; when the document moved on, the client drops it. After a
 * `done` no more follow. A newer completion in the same document ends it without a `done`.
 */
export interface CompletionDeltaParams {
  readonly uri: string;
  readonly version: number;
  /** The position that the completion was asked for. */
  readonly position: Position;
  /** All of the completion so far, in place of what was sent before. */
  readonly text: string;
  /** What the text replaces. */
  readonly range: Range;
  readonly done: boolean;
  /** For `hearth/completion/feedback`: the same as that of the completion that it is the rest of. */
  readonly id: string;
}

/**
 * What became of a completion.
 *
 * `accepted`: It was put into the document, or the beginning of it.
 *
 * `rejected`: It was seen, and something else was typed, or it was dismissed.
 *
 * `ignored`: The cursor went elsewhere, or another completion took its place.
 */
export type CompletionOutcome = 'accepted' | 'rejected' | 'ignored';

/**
 * Tells what became of a completion. *Client → server, notification.*
 *
 * Nothing has to be told, and the last word on a completion counts. A completion's `id` is the only
 * argument of its command `hearth.completion.accepted`; a client that runs the commands of
 * completions, as LSP wants it, has told the server of all that are accepted as a whole. What the
 * server does not know any more is passed over.
 */
export interface CompletionFeedbackParams {
  readonly id: string;
  readonly outcome: CompletionOutcome;
  /**
   * UTF-16 units of the text that were put into the document; 0 for none, or for all of an accepted
   * one.
   */
  readonly acceptedLength?: number;
}

/**
 * Asks what the model was shown for the last completion of a document. *Client → server, request.*
 *
 * The answer is empty if it has had none. Errors: none of its own.
 */
export interface CompletionWhyParams {
  readonly textDocument: TextDocumentIdentifier;
}

/** A piece of another file that was thought of. */
export interface WhySnippet {
  /** Within its workspace folder. */
  readonly path: string;
  /** First line, from 1. */
  readonly start: number;
  /** Last line, from 1, inclusive. */
  readonly end: number;
  /**
   * `definition`, `signature`, `related`, `edited`, `changed`, `viewed`, `similar`, `tab`, `problem`
   * or `clipboard`.
   */
  readonly source: string;
  /** One line for a person. */
  readonly why: string;
  /** Comparable within one answer only. */
  readonly score: number;
  readonly tokens: number;
  readonly shown: boolean;
  /** `shown`, or why it was left out, for a person. */
  readonly fate: string;
  readonly text: string;
}

/** Lines of the document itself that were left out. */
export interface WhyOmission {
  /** The first of them, from 1. */
  readonly line: number;
  readonly lines: number;
  readonly why: string;
}

/** Time that a stage took. */
export interface WhyStage {
  readonly name: string;
  readonly milliseconds: number;
}

/** What the last prompt of a document held. */
export interface CompletionWhyResult {
  /** Text before the cursor. */
  readonly prefixChars: number;
  /** Text after it. */
  readonly suffixChars: number;
  /** The best first. */
  readonly snippets: readonly WhySnippet[];
  readonly leftOut: readonly WhyOmission[];
  /** Sources that were not waited for. */
  readonly late: readonly string[];
  readonly stages: readonly WhyStage[];
}

/** How bad it is. */
export type FindingLevel = 'ok' | 'note' | 'warn' | 'fail';

/**
 * Who mends it, and what `argument` is.
 *
 * `models`: The user, in the client's view of models.
 *
 * `install`: The client, by `hearth/models/install` of that name.
 *
 * `setting`: The user, in the settings: the name of one, or empty.
 *
 * `file`: The user: the path of a file to open.
 *
 * `terminal`: The user: a command line for a terminal. A client types it and does not run it.
 *
 * `link`: The user: a web page.
 *
 * `server`: The server, by `hearth/doctor/fix`.
 */
export type FixKind = 'models' | 'install' | 'setting' | 'file' | 'terminal' | 'link' | 'server';

/** What mends a finding. */
export interface FindingFix {
  /** Of a button. */
  readonly title: string;
  readonly kind: FixKind;
  readonly argument: string;
}

/** One thing that was looked at. */
export interface DoctorFinding {
  readonly section: string;
  readonly level: FindingLevel;
  readonly text: string;
  /** What to do; empty if nothing. */
  readonly hint: string;
  readonly fix: FindingFix | null;
}

/**
 * Asks whether the installation is sound, as `hearth doctor` does. *Client → server, request.*
 *
 * Nothing is started or changed. Errors: none of its own.
 */
export type DoctorParams = Record<string, never>;

/** What was found. */
export interface DoctorResult {
  readonly findings: readonly DoctorFinding[];
}

/**
 * Mends what the server can mend. *Client → server, request.*
 *
 * Errors: -32803 (there is no such thing, or no more).
 */
export interface DoctorFixParams {
  /** Of a fix of kind `server`. */
  readonly argument: string;
}

/** It is mended. */
export interface DoctorFixResult {
  /** One line for a person. */
  readonly message: string;
}

/** What a model can be chosen for. */
export type ModelUse = 'completion' | 'chat' | 'embedding';

/**
 * Whether a model fits into this machine's memory.
 *
 * `tight`: Something else has to be closed first.
 */
export type ModelFit = 'fits' | 'tight' | 'tooLarge';

/**
 * Asks which models are installed and which could be. *Client → server, request.* Errors: none of its
 * own.
 */
export type ModelsListParams = Record<string, never>;

/** A model. Zero or empty is what nobody knows; sizes are in bytes. */
export interface ModelEntry {
  /** What other messages call it. */
  readonly name: string;
  readonly title: string;
  readonly installed: boolean;
  /** This window, through this server, installs it. */
  readonly installing: boolean;
  /** What it can be chosen for. */
  readonly uses: readonly ModelUse[];
  /** What the settings use it for. */
  readonly chosen: readonly ModelUse[];
  /** What it is the best for of those that run well on this machine. */
  readonly recommended: readonly ModelUse[];
  /** One sentence for a person. */
  readonly about: string;
  /** Of its file. */
  readonly sizeBytes: number;
  /** That it takes when it runs. */
  readonly memoryBytes: number;
  readonly fit: ModelFit;
  /** Null where nobody knows. */
  readonly tokensPerSecond: number | null;
  /** The speed was seen on this machine; else it is foretold from the speed of its memory. */
  readonly measured: boolean;
  /** In millions. */
  readonly parameters: number;
  /** Window in tokens. */
  readonly context: number;
  readonly quantization: string;
  readonly licence: string;
  /** Who would send it. */
  readonly host: string;
  /** Where it is installed. */
  readonly path: string;
  /** Why an installed file cannot be used. */
  readonly problem: string;
  readonly removable: boolean;
}

/** The models, those that are installed first, and the machine that they run on; sizes in bytes. */
export interface ModelsListResult {
  readonly models: readonly ModelEntry[];
  /** Where models are installed; any GGUF file in it is listed. */
  readonly folder: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly freeMemoryBytes: number;
  /** Of the disk that the folder is on. */
  readonly freeDiskBytes: number;
  /** Of the settings' models, those that another server has: a sentence each. */
  readonly others: readonly string[];
}

/**
 * Downloads and installs a model. *Client → server, request.*
 *
 * The server sends `hearth/models/progress`, then answers when it is installed. `$/cancelRequest`
 * stops it. Whatever ends it early, nothing is left on the disk.
 *
 * Errors: -32800 (cancelled), -32803 (`data.code` is `input` for a name that nobody knows,
 * `unavailable` or `timeout` where the network does not give it, `refused` where its host does not
 * have it, `model_invalid` where it is not the published file, `model` where the disk has no room or
 * another program installs it).
 */
export interface ModelsInstallParams {
  readonly name: string;
}

/** It is installed. */
export interface ModelsInstallResult {
  /** One line for a person. */
  readonly message: string;
}

/** Says how an installation gets on. *Server → client, notification.* At most some five times a second. */
export interface ModelsProgressParams {
  readonly name: string;
  /** What is being done. */
  readonly message: string;
  readonly doneBytes: number;
  /** 0 where there is nothing to count. */
  readonly totalBytes: number;
  readonly bytesPerSecond: number;
}

/** A setting and its new value. */
export interface SettingChange {
  /** As in `docs/settings.md`, such as `models.completion`. */
  readonly name: string;
  readonly value: string;
}

/**
 * Deletes an installed model. *Client → server, request.*
 *
 * Where it was in use, the client writes the settings that it gets. Errors: -32803 (it cannot be
 * deleted).
 */
export interface ModelsRemoveParams {
  readonly name: string;
}

/** It is deleted. */
export interface ModelsRemoveResult {
  /** Where it was. */
  readonly path: string;
  /** Settings that named it, and what they should say now. */
  readonly settings: readonly SettingChange[];
}

/**
 * Asks which settings use a model for something. *Client → server, request.*
 *
 * The client writes them where its user keeps settings. Errors: -32803 (it is not installed, or not
 * for that).
 */
export interface ModelsChooseParams {
  readonly name: string;
  readonly use: ModelUse;
}

/** The settings that use the model. */
export interface ModelsChooseResult {
  readonly settings: readonly SettingChange[];
}

/**
 * Shows the code of an action while the model writes it. *Server → client, notification.*
 *
 * Sent only to clients that announced it (see above), as a preview: nothing of it is certain, and what
 * becomes of it is the answer of `codeAction/resolve` or a `workspace/applyEdit`. After a `done` no
 * more follow.
 */
export interface EditDeltaParams {
  readonly uri: string;
  readonly version: number;
  /** Of the action. */
  readonly title: string;
  /** What the code is to replace. */
  readonly range: Range;
  /** All of the code so far, in place of what was sent before; empty when the model begins anew. */
  readonly text: string;
  readonly done: boolean;
}

/**
 * Asks which edit likely follows the one that was just made. *Client → server, request.*
 *
 * Found by syntax and index: other places of a name that was changed, callers of a function that takes
 * one parameter more or less, lines like the one that was changed. Where they find nothing and the
 * settings name a next-edit model (`models.next_edit`), it is asked about the lines around the edit,
 * which takes seconds: cancel the request when something is edited. Nothing is offered where it is not
 * sure. `workspace/executeCommand` of `hearth.nextEdit.apply` makes that edit through
 * `workspace/applyEdit`, and the code action "Apply the next edit" is the same. Errors: none of its
 * own.
 */
export interface NextEditParams {
  /** The document that is shown. */
  readonly textDocument: TextDocumentIdentifier;
}

/** An edit of one place. */
export interface NextEdit {
  /** Of a document, which need not be open. */
  readonly uri: string;
  /**
   * Of the document that it holds for; null where it is not open. The client drops it when that has
   * changed.
   */
  readonly version: number | null;
  /** What is replaced. */
  readonly range: Range;
  readonly newText: string;
  /** What it does, for a person, such as `total → amount`, or the line that a model would write. */
  readonly title: string;
  /**
   * Places of this kind, or of one answer of a model, that are left in that document, this one
   * counted.
   */
  readonly left: number;
}

/** The answer to `hearth/nextEdit`. */
export interface NextEditResult {
  /** Null where nothing is likely to follow. */
  readonly edit: NextEdit | null;
}

/**
 * What the server and its model do.
 *
 * `starting`: Not asked for a model yet, or the wait for it was stopped.
 *
 * `busy`: The model works for this editor.
 *
 * `error`: The last request failed; the next one tries again.
 */
export type State = 'starting' | 'loading' | 'ready' | 'busy' | 'error';

/**
 * Asks for the status. *Client → server, request.* The answer is a `StatusResult`. Errors: none of its
 * own.
 */
export type StatusParams = Record<string, never>;

/** The status: the answer to `hearth/status`, and its notification on every change. *Server → client.* */
export interface StatusResult {
  readonly state: State;
  /** One line for a person. */
  readonly message: string;
  /** What to do about an error; else empty. */
  readonly hint: string;
  /** Name of the model that completes; empty while unknown. */
  readonly completionModel: string;
  readonly chatModel: string;
  /** Speed of the last answer. */
  readonly tokensPerSecond: number | null;
  /** Hearth's version. */
  readonly version: string;
  /** Whether the chat model sees pictures; null while unknown. */
  readonly chatImages: boolean | null;
  /** Why it does not, and what to do. */
  readonly chatImagesHint: string;
  /** Of an error that no request was answered with, so that nobody has told the user yet; else empty. */
  readonly code: string;
}

/** What is wrong in one document, as the editor shows it, whoever found it. */
export interface DocumentDiagnostics {
  readonly uri: string;
  readonly items?: readonly Diagnostic[];
}

/**
 * Tells what a server cannot see by itself and a model should. *Client → server, notification.*
 *
 * A field that is left out changes nothing. What is told is shown to models where it bears on a
 * completion, without its secrets.
 */
export interface ContextParams {
  /** The lines that are on the screen, of each editor that is. */
  readonly viewed?: readonly Location[];
  /** Of the documents that are named; others keep theirs. */
  readonly diagnostics?: readonly DocumentDiagnostics[];
  /** What was copied last. Ignored unless `completion.clipboard` is set; a client reads it only then. */
  readonly clipboard?: string | null;
}

/**
 * What the user wants of the indexer.
 *
 * `tell`: Only to know how it gets on.
 *
 * `pause`: For all windows of this workspace.
 *
 * `refresh`: Look at all files again.
 *
 * `rebuild`: Delete the index and begin anew. Vectors of what is the same go with it.
 */
export type IndexAction = 'tell' | 'pause' | 'resume' | 'refresh' | 'rebuild';

/**
 * Steers the indexer of this workspace. *Client → server, request.* The answer is an
 * `IndexProgressParams`, as things stood when it was asked. Errors: none of its own.
 */
export interface IndexControlParams {
  readonly action: IndexAction;
}

/**
 * Says how the index of the workspace gets on. *Server → client, notification.*
 *
 * Sent to clients that take `hearth/status`, at most some five times a second.
 */
export interface IndexProgressParams {
  /**
   * `off`, `starting`, `scanning`, `reading` (what is read can be searched by words and symbols),
   * `embedding` (all files can be), `idle` (all is done), `paused` or `failed`.
   */
  readonly phase: string;
  readonly filesDone: number;
  /** Files of this pass that have to be read. */
  readonly filesTotal: number;
  readonly chunksDone: number;
  /** Chunks that need a vector. */
  readonly chunksTotal: number;
  /** Of this phase; null while it cannot be told. */
  readonly secondsLeft: number | null;
  /** One line for a person: why it is paused or failed. */
  readonly message: string;
}

/** What went wrong, for programs. */
export type ErrorCode =
  | 'settings'
  | 'input'
  | 'model'
  | 'model_not_found'
  | 'model_invalid'
  | 'model_lacks'
  | 'invalid_request'
  | 'context_too_long'
  | 'engine'
  | 'engine_missing'
  | 'engine_start'
  | 'engine_memory'
  | 'port_in_use'
  | 'engine_busy'
  | 'index'
  | 'edit_refused'
  | 'provider'
  | 'unavailable'
  | 'timeout'
  | 'auth'
  | 'refused'
  | 'broken'
  | 'internal';

/** What every error of Hearth carries in `data`. */
export interface ErrorData {
  readonly code: ErrorCode;
  /** What to do about it; may be empty. */
  readonly hint: string;
}

/** Requests that the server answers, by method. */
export interface Requests {
  'hearth/chat/ask': { params: ChatAskParams; result: ChatAskResult };
  'hearth/chat/symbols': { params: ChatSymbolsParams; result: ChatSymbolsResult };
  'hearth/commit/message': { params: CommitMessageParams; result: CommitMessageResult };
  'hearth/completion/why': { params: CompletionWhyParams; result: CompletionWhyResult };
  'hearth/models/list': { params: ModelsListParams; result: ModelsListResult };
  'hearth/models/install': { params: ModelsInstallParams; result: ModelsInstallResult };
  'hearth/models/remove': { params: ModelsRemoveParams; result: ModelsRemoveResult };
  'hearth/models/choose': { params: ModelsChooseParams; result: ModelsChooseResult };
  'hearth/nextEdit': { params: NextEditParams; result: NextEditResult };
  'hearth/doctor': { params: DoctorParams; result: DoctorResult };
  'hearth/doctor/fix': { params: DoctorFixParams; result: DoctorFixResult };
  'hearth/status': { params: StatusParams; result: StatusResult };
  'hearth/index/control': { params: IndexControlParams; result: IndexProgressParams };
}

/** Notifications that the server sends, by method. */
export interface Notifications {
  'hearth/chat/sources': ChatSourcesParams;
  'hearth/chat/delta': ChatDeltaParams;
  'hearth/chat/open': ChatOpenParams;
  'hearth/commit/delta': CommitDeltaParams;
  'hearth/completion/delta': CompletionDeltaParams;
  'hearth/edit/delta': EditDeltaParams;
  'hearth/models/progress': ModelsProgressParams;
  'hearth/status': StatusResult;
  'hearth/index/progress': IndexProgressParams;
}

/** Notifications that the client sends, by method. */
export interface Announcements {
  'hearth/completion/feedback': CompletionFeedbackParams;
  'hearth/context': ContextParams;
}
