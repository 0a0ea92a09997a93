/** Oldest server that speaks all of the protocol that this extension uses. */
export const OLDEST = '0.1.0';

const WINDOW = 3 * 60 * 1000;
const MOST = 3;

/** Ends of the server that nobody asked for. One that keeps dying is not started again and again. */
export class Deaths {
  private times: number[] = [];

  /** Notes a death at `now`, in milliseconds; tells whether to start the server again. */
  again(now: number): boolean {
    this.times = [...this.times.filter((time) => now - time < WINDOW), now];
    return this.times.length <= MOST;
  }

  /** The user wants it to be tried anew. */
  forget(): void {
    this.times = [];
  }
}

/** The server's version is older than the oldest that will do. What is no version is not judged. */
export function isTooOld(version: string | undefined, oldest = OLDEST): boolean {
  const [own, wanted] = [numbers(version ?? ''), numbers(oldest)];
  for (const [index, least] of wanted.entries()) {
    const number = own[index] ?? 0;
    if (own.length > 0 && number !== least) {
      return number < least;
    }
  }
  return false;
}

function numbers(version: string): number[] {
  return /^\d+(?:\.\d+)+/.exec(version)?.[0].split('.').map(Number) ?? [];
}

/** The server ended before it was ready. */
export class ServerCrashed extends Error {
  override readonly name = 'ServerCrashed';
}

/** There is no server to ask. */
export class ServerDown extends Error {
  override readonly name = 'ServerDown';

  constructor() {
    super('The Hearth server is not running.');
  }
}
