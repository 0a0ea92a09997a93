import type { ChatTurn } from '../protocol';
import { expand } from './commands';
import type { Turn } from './messages';

/** A conversation as it is kept. */
export interface Conversation {
  readonly id: string;
  readonly title: string;
  /** Milliseconds since 1970 of the last change by the user or the model. */
  readonly changed: number;
  readonly turns: readonly Turn[];
}

/** A conversation without its turns, for lists. */
export interface Summary {
  readonly id: string;
  readonly title: string;
  readonly changed: number;
  readonly questions: number;
}

const TITLE_CHARS = 60;

/** A conversation in which nothing is said yet. */
export function begin(id: string, now: number): Conversation {
  return { id, title: '', changed: now, turns: [] };
}

/** Its title: what the user called it, else its first question. */
export function titleOf(conversation: Conversation): string {
  const first = conversation.turns[0]?.question.trim().replace(/\s+/g, ' ') ?? '';
  return conversation.title || (first.length > TITLE_CHARS ? `${first.slice(0, TITLE_CHARS)}…` : first);
}

/** The conversation up to a turn, which is left out with all that follow it. */
export function before(conversation: Conversation, id: string): Conversation {
  const at = conversation.turns.findIndex((turn) => turn.id === id);
  return at < 0 ? conversation : { ...conversation, turns: conversation.turns.slice(0, at) };
}

/** The conversation with a turn in place of the one of its id, or at the end. */
export function withTurn(conversation: Conversation, turn: Turn, now: number): Conversation {
  const known = conversation.turns.some(({ id }) => id === turn.id);
  const turns = known
    ? conversation.turns.map((each) => (each.id === turn.id ? turn : each))
    : [...conversation.turns, turn];
  return { ...conversation, turns, changed: now };
}

/** What was said, as the model reads it. Questions that got no answer are left out. */
export function messagesOf(turns: readonly Turn[]): ChatTurn[] {
  return turns
    .filter((turn) => turn.answer.trim() !== '')
    .flatMap((turn): ChatTurn[] => [
      {
        role: 'user',
        content: expand(turn.question),
        ...(turn.pictures.length === 0 ? {} : { images: turn.pictures.map(({ data }) => data) }),
      },
      { role: 'assistant', content: turn.answer },
    ]);
}

/** The conversation as a Markdown document. */
export function markdownOf(conversation: Conversation): string {
  const parts = conversation.turns.flatMap((turn) => {
    const quoted = turn.question.trim().split('\n').join('\n> ');
    const sources = turn.sources.map(({ uri, title, range: { start, end } }) =>
      uri.startsWith('hearth:') || title.endsWith('/')
        ? title
        : `${title}:${start.line + 1}–${Math.max(start.line + 1, end.line)}`,
    );
    const read = sources.length === 0 ? [] : [`*Read: ${sources.join(', ')}*`];
    const problem = turn.problem === '' ? [] : [`*${turn.problem}*`];
    const pictures =
      turn.pictures.length === 0 ? [] : [`*Pictures: ${turn.pictures.map(({ name }) => name).join(', ')}*`];
    return [`> ${quoted}`, ...pictures, ...read, turn.answer.trim(), ...problem].filter(
      (part) => part !== '',
    );
  });
  return `${[`# ${titleOf(conversation) || 'Chat'}`, ...parts].join('\n\n')}\n`;
}
