import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { isRemedy } from '../remedies';
import { type Conversation, type Summary, titleOf } from './conversation';
import type { Turn } from './messages';

const FORMAT = 1;
const ID = /^[a-z0-9-]{1,64}$/;

/** A name for something new that nothing else has. */
export function newId(): string {
  return `${Date.now().toString(36)}-${randomBytes(6).toString('hex')}`;
}

/**
 * Conversations on disk: one JSON file each, readable by this user alone. Other windows may have the same conversation
 * open. What they wrote is never written over: a conversation that went on elsewhere goes on here as a copy.
 */
export class Store {
  /** Marks of the files of conversations, as this window opened or wrote them. */
  private readonly marks = new Map<string, string>();
  /** New ids of conversations that became copies. */
  private readonly copies = new Map<string, string>();

  /** @param folder made when the first conversation is saved */
  constructor(
    private readonly folder: string,
    private readonly warn: (message: string) => void,
  ) {}

  /**
   * Writes a conversation; a reader sees the whole old or the whole new one.
   *
   * @returns its id, which is another one if it became a copy
   */
  async save(conversation: Conversation): Promise<string> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    let id = this.copies.get(conversation.id) ?? conversation.id;
    const there = await this.mark(id);
    if (there !== undefined && there !== this.marks.get(id)) {
      this.warn(`The chat ${id} went on in another window; what is said here is kept as a copy.`);
      id = newId();
      this.copies.set(conversation.id, id);
    }
    await this.write({ ...conversation, id });
    return id;
  }

  private async write(conversation: Conversation): Promise<void> {
    const file = this.file(conversation.id);
    const fresh = `${file}.${randomBytes(4).toString('hex')}`;
    try {
      await writeFile(fresh, JSON.stringify({ format: FORMAT, ...conversation }), { mode: 0o600 });
      const mark = markOf(await stat(fresh));
      await rename(fresh, file);
      this.marks.set(conversation.id, mark);
    } catch (error) {
      await rm(fresh, { force: true });
      throw error;
    }
  }

  /** A conversation that is to go on in this window, as {@link read} gives it. */
  async load(id: string): Promise<Conversation | undefined> {
    // The mark first: what is written in between then counts as written by another.
    const mark = ID.test(id) ? await this.mark(id) : undefined;
    const conversation = await this.read(id);
    if (conversation !== undefined && mark !== undefined) {
      this.marks.set(id, mark);
      this.copies.delete(id);
    }
    return conversation;
  }

  /** A conversation; undefined if there is none, or none that can be read. An answer that was cut short is stopped. */
  async read(id: string): Promise<Conversation | undefined> {
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
    const kept = await Promise.all(ids.map((id) => this.read(id)));
    return kept.filter((each) => each !== undefined).sort((a, b) => b.changed - a.changed);
  }

  /** What tells the file of a conversation from the one that another window puts in its place; undefined for none. */
  private async mark(id: string): Promise<string | undefined> {
    try {
      return markOf(await stat(this.file(id)));
    } catch (error) {
      if (isMissing(error)) {
        return undefined;
      }
      throw error;
    }
  }

  private file(id: string): string {
    return join(this.folder, `${id}.json`);
  }
}

function markOf({ ino, mtimeMs, size }: Stats): string {
  return `${ino} ${mtimeMs} ${size}`;
}

function settled(turn: Turn): Turn {
  // Chats of older versions lack some; a later one may know other remedies.
  const { pictures = [], remedies = [] } = turn as Partial<Turn>;
  const whole = { ...turn, pictures, remedies: remedies.filter(isRemedy) };
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
