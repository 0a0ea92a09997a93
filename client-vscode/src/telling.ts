import type { CompletionWhyResult } from './protocol';
import { escaped } from './words';

/** What the model was shown for a suggestion and how long it took, as Markdown. */
export function whyReport(why: CompletionWhyResult, language: string): string {
  if (why.prefixChars === 0 && why.suffixChars === 0) {
    return '# Why this suggestion?\n\nThere has been no suggestion in this file yet.\n';
  }
  const shown = why.snippets.filter((snippet) => snippet.shown);
  const others = why.snippets.filter((snippet) => !snippet.shown);
  const place = (snippet: CompletionWhyResult['snippets'][number]) =>
    `${code(snippet.path)}, lines ${snippet.start}–${snippet.end}`;
  const lines = [
    '# Why this suggestion?',
    `The model was shown ${why.prefixChars} characters before the cursor and ${why.suffixChars} after it, and ${shown.length === 1 ? 'one piece' : `${shown.length} pieces`} of other files.`,
    ...shown.flatMap((snippet) => [
      `## ${place(snippet)}`,
      `${escaped(snippet.why)} (${escaped(snippet.source)}, ${snippet.tokens} tokens)`,
      fenced(snippet.text, language),
    ]),
    ...section(
      'Thought of, but not shown',
      others.map((snippet) => `- ${place(snippet)}: ${escaped(snippet.fate)}`),
    ),
    ...section(
      'Left out of this file',
      why.leftOut.map(({ line, lines, why }) => `- ${lines} lines from line ${line}: ${escaped(why)}`),
    ),
    ...section(
      'Not waited for',
      why.late.map((source) => `- ${escaped(source)}`),
    ),
    ...section('Time', [
      '| step | ms |\n|---|--:|',
      ...why.stages.map(({ name, milliseconds }) => `| ${escaped(name)} | ${milliseconds.toFixed(1)} |`),
    ]),
  ];
  return `${lines.join('\n\n')}\n`;
}

function section(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [`## ${title}`, items.join('\n')];
}

/** Text that may hold anything, as a code block that it cannot end. */
function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text.replace(/\n$/, '')}\n${fence}`;
}

function code(text: string): string {
  return `\`${text.replaceAll('`', "'")}\``;
}
