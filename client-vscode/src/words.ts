import type { ErrorData, IndexProgressParams, StatusResult } from './protocol';

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

/** A status as text for the status bar. `snoozed`: milliseconds until suggestions come again. */
export function face(status: StatusResult | Down, index?: IndexProgressParams, snoozed = 0): Face {
  const alarm = status.state === 'down' || status.state === 'error';
  if (!('version' in status)) {
    return { text: `${ICONS[status.state]} Hearth`, tooltip: escaped(status.message), alarm };
  }
  const icon = snoozed > 0 && status.state === 'ready' ? '$(bell-slash)' : ICONS[status.state];
  const share = index === undefined ? undefined : shareOf(index);
  const text =
    share === undefined ? `${icon} Hearth` : `${icon} Hearth $(database) ${Math.floor(share * 100)}%`;
  const models = [
    status.completionModel && `Completions: ${escaped(status.completionModel)}`,
    status.chatModel && `Chat: ${escaped(status.chatModel)}`,
    status.tokensPerSecond === null ? '' : `Last answer: ${speed(status.tokensPerSecond)}`,
    index === undefined ? '' : escaped(indexLine(index)),
    snoozed > 0 ? `Suggestions are snoozed for ${Math.ceil(snoozed / 60_000)} min.` : '',
    status.version && `Hearth ${escaped(status.version)}`,
  ];
  const lines = [escaped(status.message), escaped(status.hint), ...models];
  return { text, tooltip: lines.filter((line) => line !== '').join('\n\n'), alarm };
}

/** How the index gets on, in one line. */
export function indexLine(index: IndexProgressParams): string {
  const { filesDone, filesTotal, chunksDone, chunksTotal, secondsLeft } = index;
  const left = secondsLeft === null ? '' : `, ${duration(secondsLeft)} left`;
  const said = index.message === '' ? '' : ` ${index.message}`;
  switch (index.phase) {
    case 'starting':
    case 'scanning':
      return 'Index: looking for files.';
    case 'reading':
      return `Index: ${filesDone} of ${filesTotal} files read${left}.`;
    case 'embedding':
      return `Index: ${chunksDone} of ${chunksTotal} pieces embedded${left}.`;
    case 'idle':
      return 'Index: up to date.';
    case 'paused':
      return `Index: paused.${said}`;
    case 'failed':
      return `Index: failed.${said}`;
    default:
      return `Index: off.${said}`;
  }
}

/** How much of a phase that takes a while is done, from 0 to 1; undefined if none is under way. */
function shareOf({
  phase,
  filesDone,
  filesTotal,
  chunksDone,
  chunksTotal,
}: IndexProgressParams): number | undefined {
  const [done, total] =
    phase === 'reading'
      ? [filesDone, filesTotal]
      : phase === 'embedding'
        ? [chunksDone, chunksTotal]
        : [0, 0];
  return total === 0 ? undefined : Math.min(1, done / total);
}

function duration(seconds: number): string {
  return seconds < 60 ? `${Math.ceil(seconds)} s` : `${Math.round(seconds / 60)} min`;
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

/** Text in which nothing is Markdown or an icon. */
export function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|~$]/g, '\\$&');
}
