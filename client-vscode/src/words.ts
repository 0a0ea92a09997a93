import type { ErrorData, StatusResult } from './protocol';

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

function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|~$]/g, '\\$&');
}
