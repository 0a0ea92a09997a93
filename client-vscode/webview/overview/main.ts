import type { FromOverview, ToOverview } from '../../src/overview/messages';
import { keepingFocus } from './focus';
import { HealthView } from './health';
import { IndexView } from './index';
import { ModelsView } from './models';

declare function acquireVsCodeApi(): { postMessage: (message: FromOverview) => void };

const host = acquireVsCodeApi();
const post = (message: FromOverview) => {
  host.postMessage(message);
};

function place(selector: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(selector);
  if (found === null) {
    throw new Error(`The page has no ${selector}.`);
  }
  return found;
}

const models = new ModelsView(place('#models .content'), post);
const index = new IndexView(place('#index .content'), post);
const health = new HealthView(place('#health .content'), post);
const status = place('#status');

window.addEventListener('message', ({ data }: MessageEvent<ToOverview>) => {
  switch (data.type) {
    case 'show':
      keepingFocus(document, () => {
        models.show(data.state);
        index.show(data.state);
        health.show(data.state);
      });
      break;
    case 'progress':
      models.progress(data.progress);
      break;
    case 'go':
      // The first part comes with what stands above it.
      place(data.section === 'models' ? 'h1' : `#${data.section}-title`).scrollIntoView();
      place(`#${data.section}-title`).focus({ preventScroll: true });
      break;
    case 'say':
      status.textContent = data.text;
      break;
  }
});

post({ type: 'ready' });
