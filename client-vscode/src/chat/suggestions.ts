import { inVirtualWorkspace } from '../documents';
import type { Server } from '../server';
import { suggestCommands } from './commands';
import { Files } from './files';
import { MENTIONS } from './knowledge';
import { suggestMentions } from './mentions';
import type { Suggestion } from './messages';

/** More than this is no list to choose from: the user goes on typing. */
const MOST = 12;

/** What can be completed in a question. */
export class Suggestions {
  private readonly files = new Files();

  constructor(private readonly server: Server) {}

  /** Suggestions for `word`, its mark included; commands only where it is the `first` of the question. */
  async of(word: string, first: boolean): Promise<Suggestion[]> {
    if (word.startsWith('/')) {
      return first ? suggestCommands(word) : [];
    }
    if (word.startsWith('@folder:')) {
      return this.files.suggestFolders(word);
    }
    if (word.startsWith('@symbol:')) {
      return this.symbols(word.slice('@symbol:'.length));
    }
    const known = MENTIONS.filter(({ onDisk }) => onDisk === undefined || !inVirtualWorkspace());
    return [...suggestMentions(word, known), ...(await this.files.suggest(word))].slice(0, MOST);
  }

  private async symbols(typed: string): Promise<Suggestion[]> {
    const { symbols } = await this.server.request('hearth/chat/symbols', { typed });
    return symbols.slice(0, MOST).map(({ name, kind, path, line }) => ({
      label: name,
      detail: `${kind} · ${path}:${line + 1}`,
      insert: `@symbol:${name} `,
    }));
  }
}
