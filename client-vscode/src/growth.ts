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
  /** Where somebody asked by hand last, in each document. */
  private readonly asked = new Map<string, Place>();

  /** Keeps what came in place of what came before; says what that changes. */
  take(delta: CompletionDeltaParams): 'first' | 'more' | 'same' {
    const { line, character } = delta.position;
    const place = { uri: delta.uri, version: delta.version, line, character };
    if (isSame(this.asked.get(delta.uri), place)) {
      return 'same';
    }
    const before = this.at(place);
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

  /** Somebody asks by hand here, and is answered with all there is to choose from: nothing grows here any more. */
  byHand(place: Place): void {
    this.asked.set(place.uri, place);
    this.latest.delete(place.uri);
  }

  /** Forgets everything: a new server counts on from no old version. */
  clear(): void {
    this.latest.clear();
    this.asked.clear();
  }

  /** Forgets a document. */
  drop(uri: string): void {
    this.latest.delete(uri);
    this.asked.delete(uri);
  }
}

function isSame(one: Place | undefined, other: Place): boolean {
  return one?.version === other.version && one.line === other.line && one.character === other.character;
}
