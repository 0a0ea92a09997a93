import type { ChatSource } from '../src/protocol';
import type { FromPanel, Stats, Turn } from '../src/chat/messages';
import { REMEDIES } from '../src/remedies';
import { Answer } from './answer';
import { button, type Look, make } from './dom';
import type { Markdown } from './markdown';
import { shown } from './pictures';

type Post = (message: FromPanel) => void;

/** One question and its answer on the page. */
export class TurnView {
  readonly element = make('article', { class: 'turn' });
  private readonly question = make('div', { class: 'question' });
  private readonly sources = make('div', { class: 'sources' });
  private readonly answer = make('div', { class: 'answer' });
  private readonly foot = make('div', { class: 'foot' });
  private readonly body: Answer;

  constructor(
    private turn: Turn,
    markdown: Markdown,
    private readonly post: Post,
  ) {
    this.body = new Answer(this.answer, markdown);
    this.element.dataset['turn'] = turn.id;
    const asked = make('h2', { class: 'visually-hidden', text: 'You asked' });
    const answered = make('h2', { class: 'visually-hidden', text: 'Hearth answered' });
    this.element.append(asked, this.question, answered, this.sources, this.answer, this.foot);
    this.body.append(turn.answer);
    this.showQuestion();
    this.update(turn);
  }

  /** The turn changed; of its answer only the end can be new. */
  update(turn: Turn): void {
    this.turn = turn;
    this.append(turn.answer.slice(this.body.length));
    const answering = turn.state === 'answering';
    this.element.classList.toggle('answering', answering);
    if (!answering) {
      this.body.finish();
    }
    this.showSources(turn.sources, turn.notes);
    this.foot.replaceChildren(...(answering ? [waiting()] : this.ending(turn)));
  }

  /** The answer has grown by `text`. */
  append(text: string): void {
    if (text !== '') {
      this.body.append(text);
    }
  }

  /** Lets the user write the question anew. */
  edit(): void {
    const field = make('textarea', { attributes: { 'aria-label': 'Question', rows: '1' } });
    field.value = this.turn.question;
    const send = () => {
      if (field.value.trim() !== '') {
        this.post({ type: 'resend', id: this.turn.id, text: field.value });
      }
    };
    const cancel = () => {
      this.showQuestion();
      this.question.querySelector('button')?.focus();
    };
    field.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        send();
      } else if (event.key === 'Escape') {
        cancel();
      }
    });
    const buttons = make('div', { class: 'tools shown' });
    buttons.append(button('Send', { class: 'quiet' }, send), button('Cancel', { class: 'quiet' }, cancel));
    this.question.replaceChildren(field, buttons);
    field.focus();
  }

  private showQuestion(): void {
    const edit = button('Edit', { class: 'quiet', title: 'Edit this question and ask again' }, () => {
      this.edit();
    });
    const about =
      this.turn.about === null ? [] : [make('div', { class: 'about', text: this.turn.about.label })];
    this.question.replaceChildren(
      make('div', { class: 'question-text', text: this.turn.question }),
      ...(this.turn.pictures.length === 0
        ? []
        : [make('div', { class: 'pictures' }, ...this.turn.pictures.map(shown))]),
      ...about,
      make('div', { class: 'tools' }, edit),
    );
  }

  private showSources(sources: readonly ChatSource[], notes: readonly string[]): void {
    const said = notes.map((note) => make('p', { class: 'note', text: note }));
    if (sources.length === 0) {
      this.sources.replaceChildren(...said);
      return;
    }
    const items = sources.map((source) => {
      const { start } = source.range;
      const name = nameOf(source);
      const open = () => {
        this.post({ type: 'open', uri: source.uri, line: start.line });
      };
      return make('li', {}, button(name, { class: 'link source', title: `Open ${source.title}` }, open));
    });
    const count = sources.length === 1 ? '1 source' : `${sources.length} sources`;
    const details = make('details', {}, make('summary', { text: count }), make('ul', {}, ...items));
    details.open = this.sources.querySelector('details')?.open ?? sources.length <= 2;
    this.sources.replaceChildren(details, ...said);
  }

  private ending(turn: Turn): HTMLElement[] {
    const tools = make('div', { class: 'tools shown' });
    const copy = button('Copy', { class: 'quiet', title: 'Copy the answer' }, () => {
      this.post({ type: 'copy', text: this.turn.answer });
    });
    tools.append(
      ...(turn.answer === '' ? [] : [copy]),
      ...(turn.problem === '' ? [this.again('Again', { class: 'quiet' })] : []),
    );
    const stopped = turn.state === 'stopped' ? [make('span', { class: 'stats', text: 'Stopped' })] : [];
    const stats = turn.stats === null ? [] : [make('span', { class: 'stats', text: statsText(turn.stats) })];
    return [...(turn.problem === '' ? [] : [this.problem(turn)]), tools, ...stopped, ...stats];
  }

  private problem({ problem, remedies }: Turn): HTMLElement {
    const ways = remedies.map((name) =>
      button(REMEDIES[name].title, { class: 'link' }, () => {
        this.post({ type: 'remedy', name });
      }),
    );
    const buttons = make('div', { class: 'ways' }, this.again('Try Again', { class: 'link' }), ...ways);
    return make('div', { class: 'problem', text: problem }, buttons);
  }

  private again(label: string, look: Look): HTMLElement {
    return button(label, { ...look, title: 'Ask the same again; what follows is dropped' }, () => {
      this.post({ type: 'resend', id: this.turn.id, text: this.turn.question });
    });
  }
}

/** A file with its lines; folders, and what is no file, have none. */
export function nameOf({ uri, title, range: { start, end } }: ChatSource): string {
  if (uri.startsWith('hearth:')) {
    return `@${title}`;
  }
  if (title.endsWith('/')) {
    return title;
  }
  const [first, last] = [start.line + 1, Math.max(start.line + 1, end.line)];
  return first === last ? `${title}:${first}` : `${title}:${first}–${last}`;
}

/** What an answer cost, in one line. */
export function statsText(stats: Stats): string {
  const { model, tokensPerSecond: speed, usedTokens: used, contextTokens: context } = stats;
  const parts = [
    model,
    speed === null ? '' : `${speed.toFixed(speed < 10 ? 1 : 0)} tokens/s`,
    used === null || context === null
      ? ''
      : `${Math.round((100 * used) / context)} % of ${context} tokens of context`,
    stats.cut ? 'cut off at the limit' : '',
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

function waiting(): HTMLElement {
  const dots = make('div', { class: 'waiting', attributes: { 'aria-hidden': 'true' } });
  dots.append(make('span'), make('span'), make('span'));
  return dots;
}
