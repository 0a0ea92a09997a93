import type { ChatAttachment } from '../protocol';
import type { Suggestion } from './messages';

/** Something that a question may mention beside files. */
export interface Mention {
  readonly name: string;
  readonly detail: string;
  /** What it stands for; absent where the server knows what is meant. */
  readonly text?: () => Promise<string>;
  /** It is found on the disk, of which a virtual workspace has none. */
  readonly onDisk?: true;
}

/** A problem that the editor shows. */
export interface Problem {
  readonly path: string;
  /** Counted from one. */
  readonly line: number;
  readonly severity: string;
  readonly message: string;
}

const MOST_PROBLEMS = 30;
/** Longest text that goes along, in characters: the server shows the model what fits. */
const MOST_CHARS = 200_000;

/** A question mentions `name`: as a word of its own, and not as a part of a path. */
export function mentions(question: string, name: string): boolean {
  return new RegExp(`(?<=^|[\\s(])@${name}(?![\\w./\\\\:-]*[\\w/\\\\])`).test(question);
}

/** What the editor alone knows of that which a question mentions. Nothing else is looked at. */
export async function attachmentsOf(question: string, known: readonly Mention[]): Promise<ChatAttachment[]> {
  const attachments: ChatAttachment[] = [];
  for (const { name, text } of known) {
    if (text !== undefined && mentions(question, name)) {
      attachments.push({ kind: name, text: (await text()).slice(-MOST_CHARS) });
    }
  }
  return attachments;
}

/** Mentions that begin with what is typed, the mark included. After a colon follows what is meant. */
export function suggestMentions(word: string, mentions: readonly Mention[]): Suggestion[] {
  return mentions
    .filter(({ name }) => `@${name}`.startsWith(word))
    .map(({ name, detail }) => ({
      label: `@${name}`,
      detail,
      insert: name.endsWith(':') ? `@${name}` : `@${name} `,
    }));
}

/** Problems as a list, empty for none; those that came first if they are many. */
export function problemsText(problems: readonly Problem[]): string {
  const lines = problems
    .slice(0, MOST_PROBLEMS)
    .map(
      ({ path, line, severity, message }) =>
        `- ${path}:${line}: ${severity}: ${message.replace(/\s+/g, ' ')}`,
    );
  const more = problems.length - lines.length;
  return [...lines, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n');
}
