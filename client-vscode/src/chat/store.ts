import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type Conversation, type Summary, titleOf } from './conversation';
import type { Turn } from './messages';

const FORMAT = 1;
const ID = /^[a-z0-9-]{1,64}$/;

/** A name for something new that nothing else has. */
export function newId(): string {
  return `${Date.now().toString(36)}-${randomBytes(6).toString('hex')}`;
}

/** Conversations on disk: one JSON file each, readable by this user alone. */
export class Store {
  /** @param folder made when the first conversation is saved */
  constructor(
    private readonly folder: string,
    private readonly warn: (message: string) => void,
  ) {}

  /** Writes a conversation; a reader sees the whole old or the whole new one. */
  async save(conversation: Conversation): Promise<void> {
    const file = this.file(conversation.id);
    const fresh = `${file}.${randomBytes(4).toString('hex')}`;
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    try {
      await writeFile(fresh, JSON.stringify({ format: FORMAT, ...conversation }), { mode: 0o600 });
      await rename(fresh, file);
    } catch (error) {
      await rm(fresh, { force: true });
      throw error;
    }
  }

  /** A conversation; undefined if there is none, or none that can be read. An answer that was cut short is stopped. */
  async load(id: string): Promise<Conversation | undefined> {
    if (!ID.test(id)) {
      return undefined;
    }
    try {
      const kept: unknown = JSON.parse(await readFile(this.file(id), 'utf8'));
      if (isConversation(kept)) {
        return { id, title: kept.title, changed: kept.changed, turns: kept.turns.map(settled) };
      }
      this.warn(`The chat ${id} is not in a form that this version reads.`);
    } catch (error) {
      if (!isMissing(error)) {
        this.warn(`The chat ${id} cannot be read: ${String(error)}`);
      }
    }
    return undefined;
  }

  /** All conversations, the newest first. */
  async list(): Promise<Summary[]> {
    const all = await this.all();
    return all.map((each) => ({
      id: each.id,
      title: titleOf(each),
      changed: each.changed,
      questions: each.turns.length,
    }));
  }

  /** Forgets a conversation. */
  async remove(id: string): Promise<void> {
    if (ID.test(id)) {
      await rm(this.file(id), { force: true });
    }
  }

  private async all(): Promise<Conversation[]> {
    let names: string[];
    try {
      names = await readdir(this.folder);
    } catch (error) {
      if (isMissing(error)) {
        return [];
      }
      throw error;
    }
    const ids = names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length));
    const kept = await Promise.all(ids.map((id) => this.load(id)));
    return kept.filter((each) => each !== undefined).sort((a, b) => b.changed - a.changed);
  }

  private file(id: string): string {
    return join(this.folder, `${id}.json`);
  }
}

function settled(turn: Turn): Turn {
  // Chats of older versions have no pictures.
  const whole = { ...turn, pictures: (turn as Partial<Turn>).pictures ?? [] };
  return turn.state === 'answering' ? { ...whole, state: 'stopped' } : whole;
}

function isConversation(kept: unknown): kept is Conversation & { format: number } {
  return (
    typeof kept === 'object' &&
    kept !== null &&
    'format' in kept &&
    kept.format === FORMAT &&
    'title' in kept &&
    typeof kept.title === 'string' &&
    'changed' in kept &&
    typeof kept.changed === 'number' &&
    'turns' in kept &&
    Array.isArray(kept.turns)
  );
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
