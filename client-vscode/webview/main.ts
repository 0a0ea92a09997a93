import createDOMPurify from 'dompurify';

import type { FromPanel, ToPanel, Turn } from '../src/chat/messages';
import { followed, pressed } from './code';
import { Composer, element } from './composer';
import { Markdown } from './markdown';
import { Transcript } from './transcript';

/** What a page leaves for the one that is made in its place. */
interface Kept {
  readonly draft: string;
}

declare function acquireVsCodeApi(): {
  postMessage: (message: FromPanel) => void;
  getState: () => Kept | undefined;
  setState: (kept: Kept) => void;
};

const host = acquireVsCodeApi();
const post = (message: FromPanel) => {
  host.postMessage(message);
};
const composer = new Composer(post, host.getState()?.draft ?? '', (draft) => {
  host.setState({ draft });
});
const transcript = new Transcript(new Markdown(createDOMPurify(window)), post);
const status = element('status', HTMLElement);
const answering = new Set<string>();

function note(turn: Turn): void {
  const known = answering.has(turn.id);
  if (turn.state === 'answering') {
    answering.add(turn.id);
    status.textContent = known ? status.textContent : 'Hearth is answering';
  } else if (known) {
    answering.delete(turn.id);
    status.textContent =
      turn.problem || (turn.state === 'stopped' ? 'Stopped' : `The answer: ${turn.answer}`);
  }
  composer.setBusy(answering.size > 0);
}

window.addEventListener('message', ({ data }: MessageEvent<ToPanel>) => {
  switch (data.type) {
    case 'show':
      answering.clear();
      composer.setBusy(false);
      transcript.show(data.turns);
      data.turns.forEach(note);
      break;
    case 'turn':
      transcript.turn(data.turn);
      note(data.turn);
      break;
    case 'text':
      transcript.text(data.id, data.text);
      break;
    case 'about':
      composer.setAbout(data.label);
      break;
    case 'sight':
      composer.setSight({ able: data.able, reason: data.reason });
      break;
    case 'suggestions':
      composer.suggestions(data.request, data.items);
      break;
    case 'look':
      composer.look();
      break;
    case 'compose':
      composer.compose(data.text);
      break;
  }
});

function follow(target: EventTarget | null): boolean {
  const address = target instanceof Element ? followed(target) : undefined;
  if (address !== undefined) {
    post({ type: 'link', address });
  }
  return address !== undefined;
}

element('transcript', HTMLElement).addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && follow(event.target)) {
    event.preventDefault();
  }
});

element('transcript', HTMLElement).addEventListener('click', ({ target }) => {
  if (follow(target)) {
    return;
  }
  const found = target instanceof Element ? pressed(target) : undefined;
  const id = target instanceof Element ? target.closest<HTMLElement>('.turn')?.dataset['turn'] : undefined;
  if (found !== undefined && id !== undefined) {
    post(
      found.action === 'apply'
        ? { type: 'apply', text: found.text, id }
        : { type: found.action, text: found.text },
    );
  }
});

element('empty', HTMLElement).addEventListener('click', ({ target }) => {
  const example = target instanceof Element ? target.closest('button')?.dataset['ask'] : undefined;
  if (example !== undefined) {
    composer.compose(example);
  }
});

composer.setBusy(false);
composer.enable();
post({ type: 'ready' });
