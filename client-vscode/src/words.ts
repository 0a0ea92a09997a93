import type { ChatAskResult, ChatSource, ErrorData, StatusResult } from './protocol';

/** What the status bar shows. */
export interface Face {
  readonly text: string;
  /** Markdown. */
  readonly tooltip: string;
  readonly alarm: boolean;
}

/** The server is not running. */
export interface Down {
  readonly state: 'down' | 'connecting';
  readonly message: string;
}

const ICONS: Record<(StatusResult | Down)['state'], string> = {
  down: '$(circle-slash)',
  connecting: '$(loading~spin)',
  starting: '$(flame)',
  loading: '$(loading~spin)',
  ready: '$(flame)',
  busy: '$(sync~spin)',
  error: '$(warning)',
};

/** A status as text for the status bar. */
export function face(status: StatusResult | Down): Face {
  const text = `${ICONS[status.state]} Hearth`;
  const alarm = status.state === 'down' || status.state === 'error';
  if (!('version' in status)) {
    return { text, tooltip: escaped(status.message), alarm };
  }
  const models = [
    status.completionModel && `Completions: ${escaped(status.completionModel)}`,
    status.chatModel && `Chat: ${escaped(status.chatModel)}`,
    status.tokensPerSecond === null ? '' : `Last answer: ${speed(status.tokensPerSecond)}`,
    status.version && `Hearth ${escaped(status.version)}`,
  ];
  const lines = [escaped(status.message), escaped(status.hint), ...models];
  return { text, tooltip: lines.filter((line) => line !== '').join('\n\n'), alarm };
}

/** The line above an answer that says what the model was shown. */
export function sourcesLine(sources: readonly ChatSource[], notes: readonly string[]): string {
  const names = sources.map((source) => {
    const lines = `${source.range.start.line + 1}–${source.range.end.line + 1}`;
    return `[${escaped(source.title)}:${lines}](${inLink(source.uri)}#L${source.range.start.line + 1})`;
  });
  const shown = names.length === 0 ? [] : [`*Read: ${names.join(', ')}*`];
  return [...shown, ...notes.map((note) => `*${escaped(note)}*`)].map((line) => `${line}\n\n`).join('');
}

/** The line below an answer. */
export function footer(result: ChatAskResult): string {
  const parts = [
    escaped(result.model),
    result.tokensPerSecond === null ? '' : speed(result.tokensPerSecond),
    result.reason === 'length' ? 'cut off at the limit' : '',
  ];
  return `\n\n---\n\n*${parts.filter((part) => part !== '').join(' · ')}*\n`;
}

/** A failure, and what to do about it. */
export function failure(message: string, data: unknown): string {
  return isErrorData(data) && data.hint !== '' ? `${message} ${data.hint}` : message;
}

/** The error object carries Hearth's own data. */
export function isErrorData(data: unknown): data is ErrorData {
  return (
    typeof data === 'object' &&
    data !== null &&
    'code' in data &&
    typeof data.code === 'string' &&
    'hint' in data &&
    typeof data.hint === 'string'
  );
}

function speed(tokensPerSecond: number): string {
  return `${tokensPerSecond.toFixed(tokensPerSecond < 10 ? 1 : 0)} tokens/s`;
}

/** An address as part of a Markdown link: what is encoded already stays as it is. */
function inLink(uri: string): string {
  return uri.replace(/[\s()<>\\]/g, (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|~$]/g, '\\$&');
}
