import type { FromOverview, State } from '../../src/overview/messages';
import type { ModelEntry, ModelsListResult, ModelsProgressParams, ModelUse } from '../../src/protocol';
import { button, make } from '../dom';
import { bytes, factsOf, progressText, shareOf, speedOf } from './numbers';

type Post = (message: FromOverview) => void;

const USES: Record<ModelUse, string> = { completion: 'completions', chat: 'chat', embedding: 'search' };

/** The models: those that are installed, and those that could be. */
export class ModelsView {
  constructor(
    private readonly place: HTMLElement,
    private readonly post: Post,
  ) {}

  /** Shows all of it anew. */
  show(state: State): void {
    const { models, modelsProblem } = state;
    const parts: HTMLElement[] = [];
    if (modelsProblem !== '') {
      parts.push(
        make(
          'p',
          { class: 'problem', text: modelsProblem, attributes: { role: 'alert' } },
          button('Try Again', { class: 'secondary', attributes: { 'data-key': 'again' } }, () => {
            this.post({ type: 'refresh' });
          }),
          button('Show Log', { class: 'link', attributes: { 'data-key': 'log' } }, () => {
            this.post({ type: 'log' });
          }),
        ),
      );
    }
    if (models === null) {
      parts.push(...(modelsProblem === '' ? [make('p', { class: 'quiet', text: 'Looking…' })] : []));
    } else {
      const [here, there] = [
        models.models.filter(({ installed }) => installed),
        models.models.filter(({ installed }) => !installed),
      ];
      parts.push(
        this.machine(models),
        ...models.others.map((text) => make('p', { class: 'quiet', text })),
        this.group('Installed', here, state),
        this.group('Available for this machine', there, state),
      );
    }
    this.place.replaceChildren(...parts);
  }

  /** An installation goes on. */
  progress(progress: ModelsProgressParams): void {
    const row = [...this.place.querySelectorAll<HTMLElement>('.model')].find(
      (each) => each.dataset['model'] === progress.name,
    );
    const bar = row?.querySelector('progress');
    const text = row?.querySelector('.progress-text');
    if (bar !== null && bar !== undefined && text !== null && text !== undefined) {
      move(bar, progress);
      text.textContent = progressText(progress);
    }
  }

  private machine({ cores, memoryBytes, freeMemoryBytes, freeDiskBytes }: ModelsListResult): HTMLElement {
    const text = `This machine: ${cores} ${cores === 1 ? 'core' : 'cores'}, ${bytes(freeMemoryBytes)} of ${bytes(memoryBytes)} memory free, ${bytes(freeDiskBytes)} disk free. `;
    return make(
      'p',
      { class: 'quiet', text },
      button('Open the models folder', { class: 'link', attributes: { 'data-key': 'folder' } }, () => {
        this.post({ type: 'folder' });
      }),
      ' · ',
      button('Settings', { class: 'link', attributes: { 'data-key': 'settings' } }, () => {
        this.post({ type: 'settings' });
      }),
    );
  }

  private group(title: string, models: readonly ModelEntry[], state: State): HTMLElement {
    const rows = models.map((model) => make('li', {}, this.model(model, state)));
    return make('div', {}, make('h3', { text: title }), make('ul', { class: 'rows' }, ...rows));
  }

  private model(model: ModelEntry, state: State): HTMLElement {
    const { name, title, about, problem } = model;
    const failure = state.failed[name];
    const installing = state.installing[name];
    const row = make('article', { class: 'model', attributes: { 'aria-label': title } });
    row.dataset['model'] = name;
    const head = make('h4', { text: title }, ...badges(model));
    const facts = make(
      'ul',
      { class: 'facts' },
      ...[...figures(model), ...factsOf(model)].map((text) => make('li', { text })),
    );
    row.append(head, ...(about === '' ? [] : [make('p', { text: about })]), facts);
    const fit = fitOf(model, state.models);
    row.append(...(fit === '' ? [] : [make('p', { class: 'warning', text: fit })]));
    row.append(...(problem === '' ? [] : [make('p', { class: 'problem', text: problem })]));
    if (failure !== undefined) {
      row.append(this.failure(model, failure));
    }
    row.append(
      installing === undefined ? this.actions(model, failure) : this.installing(model, installing.progress),
    );
    return row;
  }

  private failure({ name, installed }: ModelEntry, text: string): HTMLElement {
    const again = button(
      'Try Again',
      { class: 'secondary', attributes: { 'data-key': `again ${name}` } },
      () => {
        this.post({ type: 'install', name });
      },
    );
    const dismiss = button(
      'Dismiss',
      { class: 'link', attributes: { 'data-key': `dismiss ${name}` } },
      () => {
        this.post({ type: 'dismiss', name });
      },
    );
    const buttons = installed ? [dismiss] : [again, dismiss];
    return make('p', { class: 'problem', text, attributes: { role: 'alert' } }, ...buttons);
  }

  private actions(model: ModelEntry, failure: string | undefined): HTMLElement {
    const { name, title, installed, uses, chosen, removable } = model;
    const buttons: HTMLElement[] = [];
    if (installed) {
      for (const use of uses.filter((each) => !chosen.includes(each))) {
        const attributes = {
          'data-key': `use ${use} ${name}`,
          'aria-label': `Use for ${USES[use]}: ${title}`,
        };
        buttons.push(
          button(`Use for ${USES[use]}`, { class: 'secondary', attributes }, () => {
            this.post({ type: 'choose', name, use });
          }),
        );
      }
      if (removable) {
        const attributes = { 'data-key': `remove ${name}`, 'aria-label': `Remove ${title}` };
        buttons.push(
          button('Remove…', { class: 'link', attributes }, () => {
            this.post({ type: 'remove', name });
          }),
        );
      }
    } else if (failure === undefined) {
      const attributes = { 'data-key': `install ${name}`, 'aria-label': `Install ${title}` };
      const look = { title: `Download from ${model.host}`, attributes };
      buttons.push(
        button('Install', look, () => {
          this.post({ type: 'install', name });
        }),
        make('span', { class: 'quiet', text: `from ${model.host}` }),
      );
    }
    return make('div', { class: 'actions' }, ...buttons);
  }

  private installing({ name, title }: ModelEntry, progress: ModelsProgressParams | null): HTMLElement {
    const bar = make('progress', { attributes: { 'aria-label': `Installing ${title}` } });
    move(bar, progress);
    const cancel = button(
      'Cancel',
      {
        class: 'secondary',
        attributes: { 'data-key': `cancel ${name}`, 'aria-label': `Cancel the installation of ${title}` },
      },
      () => {
        this.post({ type: 'cancel', name });
      },
    );
    const text = make('span', { class: 'progress-text quiet', text: progressText(progress) });
    return make('div', { class: 'actions' }, bar, cancel, text);
  }
}

function badges({ chosen, recommended }: ModelEntry): HTMLElement[] {
  const used = chosen.map((use) => make('span', { class: 'badge used', text: `✓ ${USES[use]}` }));
  const best = recommended
    .filter((use) => !chosen.includes(use))
    .map((use) => make('span', { class: 'badge', text: `recommended for ${USES[use]}` }));
  return [...used, ...best];
}

function figures(model: ModelEntry): string[] {
  const { sizeBytes, memoryBytes } = model;
  const file = sizeBytes > 0 ? `${bytes(sizeBytes)} ${model.installed ? 'on disk' : 'to download'}` : '';
  const memory = memoryBytes > 0 ? `${bytes(memoryBytes)} of memory` : '';
  return [file, memory, speedOf(model)].filter((text) => text !== '');
}

function fitOf({ fit, memoryBytes }: ModelEntry, machine: ModelsListResult | null): string {
  if (machine === null || fit === 'fits') {
    return '';
  }
  return fit === 'tooLarge'
    ? `Too large: it needs ${bytes(memoryBytes)}, and this machine has ${bytes(machine.memoryBytes)} of memory.`
    : `Memory is tight: it needs ${bytes(memoryBytes)}, and ${bytes(machine.freeMemoryBytes)} are free now.`;
}

function move(bar: HTMLProgressElement, progress: ModelsProgressParams | null): void {
  const share = progress === null ? undefined : shareOf(progress);
  if (share === undefined) {
    bar.removeAttribute('value');
  } else {
    bar.value = share;
  }
}
