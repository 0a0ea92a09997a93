import type { Picture } from '../src/chat/messages';
import { button, coded, make } from './dom';
import { smaller } from './shrink';

/** Pictures of one question: four say more than small models can look at. */
const MOST = 4;
/** Of a file that is opened, in bytes. */
const LARGEST = 30_000_000;

/** Whether the model sees; null where nobody knows yet. */
export interface Sight {
  readonly able: boolean | null;
  /** Why it does not, and what to do. */
  readonly reason: string;
}

/** The pictures that go along with the question: pasted, dropped or chosen; shown, and taken away again. */
export class Pictures {
  private readonly kept: Picture[] = [];
  private sight: Sight = { able: null, reason: '' };
  private opening: Promise<unknown> | undefined;

  /**
   * @param list where they are shown
   * @param attach the button that lets the user choose files
   * @param note where it is said what cannot be done
   * @param shrink makes a picture of a file; rejects where it is none
   */
  constructor(
    private readonly list: HTMLElement,
    private readonly attach: HTMLElement,
    private readonly note: HTMLElement,
    private readonly shrink: (file: Blob) => Promise<Pick<Picture, 'kind' | 'data'>> = smaller,
  ) {
    this.say('');
    this.draw();
  }

  /** The model sees, or does not. What is attached stays: the user may choose another model. */
  setSight(sight: Sight): void {
    this.sight = sight;
    this.draw();
  }

  /** Whether pictures can be attached; if not, the reason is shown. */
  allowed(): boolean {
    const blind = this.sight.able === false;
    this.say(blind ? this.sight.reason : '');
    return !blind;
  }

  /** Pictures that are still being read: who sends waits for them. */
  get pending(): Promise<unknown> | undefined {
    return this.opening;
  }

  /** Attaches the pictures among these files; whether there are any. Resolves when they are shown. */
  async add(files: readonly File[]): Promise<boolean> {
    const pictures = files.filter(({ type }) => type.startsWith('image/'));
    if (pictures.length === 0 || !this.allowed()) {
      return pictures.length > 0;
    }
    // One after the other, whatever is added meanwhile.
    const opening = Promise.resolve(this.opening).then(() => this.openAll(pictures));
    this.opening = opening;
    await opening;
    if (this.opening === opening) {
      this.opening = undefined;
    }
    this.draw();
    return true;
  }

  /** The pictures, which are taken out. */
  take(): Picture[] {
    const taken = this.kept.splice(0);
    this.say('');
    this.draw();
    return taken;
  }

  private async openAll(files: readonly File[]): Promise<void> {
    for (const file of files) {
      if (this.kept.length >= MOST) {
        this.say(`At most ${MOST} pictures go along with a question.`);
        return;
      }
      await this.open(file);
    }
  }

  private async open(file: File): Promise<void> {
    const name = file.name === '' ? 'Picture' : file.name;
    if (file.size > LARGEST) {
      this.say(`${name} is too large: it has more than ${LARGEST / 1e6} MB.`);
      return;
    }
    try {
      this.kept.push({ ...(await this.shrink(file)), name });
    } catch {
      this.say(`${name} cannot be read as a picture.`);
    }
  }

  private draw(): void {
    const blind = this.sight.able === false;
    this.attach.setAttribute('aria-disabled', String(blind));
    this.attach.title = blind ? this.sight.reason : 'Attach a picture; or paste it, or drop it here';
    this.list.hidden = this.kept.length === 0;
    const items = this.kept.map((picture, at) => {
      const look = {
        class: 'quiet',
        title: `Remove ${picture.name}`,
        attributes: { 'aria-label': `Remove ${picture.name}` },
      };
      const remove = button('×', look, () => {
        this.kept.splice(at, 1);
        this.draw();
        this.attach.focus();
      });
      return make('li', {}, shown(picture), remove);
    });
    this.list.replaceChildren(...items);
  }

  private say(text: string): void {
    this.note.replaceChildren(...coded(text));
    this.note.hidden = text === '';
  }
}

/** A picture on the page. Its address is one that this page made: the page's policy lets no other in. */
export function shown({ kind, data, name }: Picture): HTMLImageElement {
  const image = make('img', { class: 'picture', title: name, attributes: { alt: name } });
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const address = URL.createObjectURL(new Blob([bytes], { type: kind }));
  const forget = () => {
    URL.revokeObjectURL(address);
  };
  image.addEventListener('load', forget);
  image.addEventListener('error', forget);
  image.src = address;
  return image;
}
