import type { Suggestion } from './messages';

/** Something that a question may mention beside files. */
export interface Mention {
  readonly name: string;
  readonly detail: string;
  /** What it stands for, as a part of the question; absent where the server knows what is meant. */
  readonly text?: () => Promise<string>;
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
/** Longest part that a mention adds to a question, in characters: more would push the question's own files out. */
const MOST_CHARS = 8000;

/** The question with what its mentions stand for at its end, each once. */
export async function withMentions(question: string, mentions: readonly Mention[]): Promise<string> {
  let written = question;
  const parts: string[] = [];
  for (const { name, text } of mentions) {
    const mention = new RegExp(`(?<=^|\\s)@${name}\\b`, 'g');
    if (text !== undefined && mention.test(question)) {
      written = written.replace(mention, `the ${name} below`);
      const found = await text();
      parts.push(found.length > MOST_CHARS ? `${found.slice(0, MOST_CHARS)}\n… (cut off)` : found);
    }
  }
  return [written, ...parts].join('\n\n');
}

/** Mentions that begin with what is typed, the mark included. */
export function suggestMentions(word: string, mentions: readonly Mention[]): Suggestion[] {
  return mentions
    .filter(({ name }) => `@${name}`.startsWith(word))
    .map(({ name, detail }) => ({ label: `@${name}`, detail, insert: `@${name} ` }));
}

/** Problems as a list; those that came first if they are many. */
export function problemsText(problems: readonly Problem[]): string {
  if (problems.length === 0) {
    return 'Problems: the editor shows none.';
  }
  const lines = problems
    .slice(0, MOST_PROBLEMS)
    .map(
      ({ path, line, severity, message }) =>
        `- ${path}:${line}: ${severity}: ${message.replace(/\s+/g, ' ')}`,
    );
  const more = problems.length - lines.length;
  return ['Problems:', ...lines, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n');
}

/** Changes as a block that their text cannot end. */
export function diffText(diff: string): string {
  if (diff.trim() === '') {
    return 'Diff: nothing has changed since the last commit.';
  }
  const longest = Math.max(2, ...(diff.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `Diff:\n${fence}diff\n${diff.trimEnd()}\n${fence}`;
}
