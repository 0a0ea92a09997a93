import type { CompletionDeltaParams } from './protocol';

/** A place in one version of a document. */
export interface Place {
  readonly uri: string;
  readonly version: number;
  readonly line: number;
  readonly character: number;
}

/** Completions that went on growing after their first line was shown: the newest of each document. */
export class Growth {
  private readonly latest = new Map<string, CompletionDeltaParams>();

  /** Keeps what came in place of what came before; says what that changes. */
  take(delta: CompletionDeltaParams): 'first' | 'more' | 'same' {
    const { line, character } = delta.position;
    const before = this.at({ uri: delta.uri, version: delta.version, line, character });
    this.latest.set(delta.uri, delta);
    if (before === undefined) {
      return 'first';
    }
    return before.text === delta.text ? 'same' : 'more';
  }

  /** The grown completion that was asked for exactly here, if there is one. */
  at(place: Place): CompletionDeltaParams | undefined {
    const delta = this.latest.get(place.uri);
    const same =
      delta?.version === place.version &&
      delta.position.line === place.line &&
      delta.position.character === place.character;
    return same ? delta : undefined;
  }

  /** Forgets everything: a new server counts on from no old version. */
  clear(): void {
    this.latest.clear();
  }

  /** Forgets a document. */
  drop(uri: string): void {
    this.latest.delete(uri);
  }
}
