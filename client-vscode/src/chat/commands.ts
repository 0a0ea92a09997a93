import type { Suggestion } from './messages';

interface Command {
  readonly name: string;
  readonly detail: string;
  /** What the model is asked; empty for commands that ask nothing. */
  readonly prompt: string;
}

/** What a question may begin with. */
export const COMMANDS: readonly Command[] = [
  { name: 'explain', detail: 'Explain the selected code', prompt: 'Explain what the selected code does.' },
  {
    name: 'fix',
    detail: 'Find and fix what is wrong',
    prompt: 'Find what is wrong in the selected code and give the corrected code.',
  },
  { name: 'tests', detail: 'Write tests', prompt: 'Write tests for the selected code.' },
  { name: 'doc', detail: 'Write documentation', prompt: 'Give the selected code with documentation added.' },
  {
    name: 'refactor',
    detail: 'Simplify, same behaviour',
    prompt: 'Give the selected code, made simpler without changing what it does.',
  },
  { name: 'clear', detail: 'Begin a new chat', prompt: '' },
];

/** A question, its slash command written out. What is no command stays as it is: paths begin with a slash, too. */
export function expand(question: string): string {
  const match = /^\/(\w+)(?:\s+([\s\S]*))?$/.exec(question.trim());
  const command = COMMANDS.find(({ name, prompt }) => name === match?.[1] && prompt !== '');
  if (command === undefined) {
    return question.trim();
  }
  return [command.prompt, match?.[2]?.trim()]
    .filter((part) => part !== undefined && part !== '')
    .join('\n\n');
}

/** The question asks for a new chat. */
export function clears(question: string): boolean {
  return question.trim() === '/clear';
}

/** Commands that begin with what is typed, slash included. */
export function suggestCommands(word: string): Suggestion[] {
  return COMMANDS.filter(({ name }) => `/${name}`.startsWith(word)).map(({ name, detail }) => ({
    label: `/${name}`,
    detail,
    insert: `/${name} `,
  }));
}
