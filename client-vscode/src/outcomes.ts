import type { CompletionFeedbackParams } from './protocol';

/** A suggestion that the editor was given. */
export interface Offer {
  /** Its name in `hearth/completion/feedback`. */
  readonly id: string;
  /** What it puts in at the cursor. */
  readonly text: string;
}

/** One change of a document: text in place of other text. Offsets and lengths in UTF-16 units. */
export interface Change {
  readonly offset: number;
  readonly length: number;
  readonly text: string;
}

interface Pending {
  readonly offer: Offer;
  /** How much of it is in the document, typed or accepted. */
  done: number;
  /** Some of that was accepted. */
  taken: boolean;
}

/** Characters that come in at once when a part is accepted, and not when a key is typed. */
const JUMP = 2;

/**
 * What became of suggestions, as far as it can be known: the editor tells no extension. That all of one was accepted it
 * tells with the command of its item, which goes to the server by itself. Here, a part counts as accepted if our own
 * command put it in, or if several characters came in at once that are just what the suggestion goes on with; and it
 * was rejected if our own command hid it. What was typed in its place the server sees by itself.
 */
export class Outcomes {
  private readonly pending = new Map<string, { at: number; offers: Pending[] }>();

  /** @param tell is called with each outcome; the last word on a suggestion counts */
  constructor(private readonly tell: (outcome: CompletionFeedbackParams) => void) {}

  /** These suggestions, of which the editor shows one, are what a document has now; `at` is the cursor's offset. */
  offered(uri: string, at: number, offers: readonly Offer[]): void {
    this.pending.set(uri, { at, offers: offers.map((offer) => ({ offer, done: 0, taken: false })) });
  }

  /**
   * A document was changed.
   *
   * @param changes all of one event; more than one is not what a suggestion does
   * @param byCommand our own command is putting a part in
   */
  changed(uri: string, changes: readonly Change[], byCommand: boolean): void {
    const pending = this.pending.get(uri);
    const [change] = changes;
    if (pending === undefined || change === undefined) {
      return;
    }
    const { text, offset, length } = change;
    const fits = ({ offer, done }: Pending) => offer.text.startsWith(text, done);
    const offers =
      changes.length === 1 && offset === pending.at && length === 0 && text !== ''
        ? pending.offers.filter(fits)
        : [];
    if (offers.length === 0) {
      this.pending.delete(uri);
      return;
    }
    for (const each of offers) {
      each.done += text.length;
    }
    // Which of several is shown is not known; mostly it is the first, and mostly only one goes on like that.
    const [first] = offers as [Pending];
    if (byCommand || text.length >= JUMP) {
      first.taken = true;
      const { offer, done } = first;
      this.tell({ id: offer.id, outcome: 'accepted', acceptedLength: done < offer.text.length ? done : 0 });
    }
    this.pending.set(uri, { at: offset + text.length, offers });
  }

  /** The cursor of a document is there, and nothing was changed. */
  moved(uri: string, at: number): void {
    const pending = this.pending.get(uri);
    if (pending !== undefined && pending.at !== at) {
      this.end(uri, 'ignored');
    }
  }

  /** The user wants none of them. */
  dismissed(uri: string): void {
    this.end(uri, 'rejected');
  }

  /** Nothing more is known of a document. */
  drop(uri: string): void {
    this.pending.delete(uri);
  }

  private end(uri: string, outcome: 'ignored' | 'rejected'): void {
    const [first] = this.pending.get(uri)?.offers ?? [];
    this.pending.delete(uri);
    if (first?.taken === false) {
      this.tell({ id: first.offer.id, outcome });
    }
  }
}
