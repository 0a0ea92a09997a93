import type { FromOverview, State } from '../../src/overview/messages';
import type { IndexAction, IndexProgressParams } from '../../src/protocol';
import { button, make } from '../dom';

type Post = (message: FromOverview) => void;

/** How the index of the workspace gets on, and what can be done about it. */
export class IndexView {
  constructor(
    private readonly place: HTMLElement,
    private readonly post: Post,
  ) {}

  /** Shows all of it anew. */
  show({ index, indexText }: State): void {
    if (index === null) {
      this.place.replaceChildren(make('p', { class: 'quiet', text: 'Not known yet.' }));
      return;
    }
    const failed = index.phase === 'failed';
    const line = failed
      ? make('p', { class: 'problem', text: indexText, attributes: { role: 'alert' } })
      : make('p', { text: indexText });
    const share = shareOf(index);
    const bar = make('progress', { attributes: { 'aria-label': 'How much of the index is done' } });
    if (share !== undefined) {
      bar.value = share;
    }
    const buttons = actionsOf(index).map(([action, label, title]) => {
      const look = { class: 'secondary', title, attributes: { 'data-key': `index ${action}` } };
      return button(label, look, () => {
        this.post({ type: 'index', action });
      });
    });
    const row = make('div', { class: 'actions' }, ...(share === undefined ? [] : [bar]), ...buttons);
    this.place.replaceChildren(line, row);
  }
}

/** What can be asked of the indexer now, as buttons: action, label and explanation. */
export function actionsOf({ phase }: IndexProgressParams): [IndexAction, string, string][] {
  if (phase === 'off') {
    return [];
  }
  const turn: [IndexAction, string, string] =
    phase === 'paused'
      ? ['resume', 'Resume', 'Go on indexing']
      : ['pause', 'Pause', 'Stop indexing, in all windows, until it is resumed'];
  return [
    turn,
    ['refresh', 'Look for Changes', 'Compare all files with the index'],
    ['rebuild', 'Rebuild…', 'Delete the index and make it anew'],
  ];
}

function shareOf(index: IndexProgressParams): number | undefined {
  const [done, total] =
    index.phase === 'reading'
      ? [index.filesDone, index.filesTotal]
      : index.phase === 'embedding'
        ? [index.chunksDone, index.chunksTotal]
        : [0, 0];
  return total === 0 ? undefined : Math.min(1, done / total);
}
