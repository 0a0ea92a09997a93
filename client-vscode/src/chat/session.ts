import type { ChatAskParams, ChatAskResult, ChatDeltaParams, ChatSourcesParams } from '../protocol';
import { expand } from './commands';
import { before, begin, type Conversation, messagesOf, withTurn } from './conversation';
import type { About, Picture, Stats, Turn } from './messages';
import type { Failure } from './reason';

/** An answer under way. */
export interface Asking {
  readonly result: Promise<ChatAskResult>;
  readonly stop: () => void;
}

/** What a session needs of the world. */
export interface World {
  readonly ask: (params: ChatAskParams) => Asking;
  /** Gives the id under which it was saved: another one if another window has gone on with the conversation. */
  readonly save: (conversation: Conversation) => Promise<string>;
  readonly explain: (error: unknown) => Failure;
  readonly newId: () => string;
  readonly now: () => number;
  readonly warn: (message: string) => void;
}

/** Who draws a session. */
export interface Viewer {
  /** Another conversation, or turns are gone. */
  readonly show: () => void;
  readonly turn: (turn: Turn) => void;
  /** The answer of a turn has grown by `text`. */
  readonly text: (id: string, text: string) => void;
}

/** An answer under way is saved this often, in milliseconds, so that little is lost when the editor dies. */
const SAVE_EVERY = 1000;

/** The conversation that is open. It is kept here, so that whoever draws it may come and go. */
export class Session {
  private asking: (Asking & { readonly turn: string }) | undefined;
  private saving: Promise<void> = Promise.resolve();
  private due: NodeJS.Timeout | undefined;

  conversation: Conversation;

  constructor(
    private readonly world: World,
    private readonly viewer: Viewer,
  ) {
    this.conversation = begin(world.newId(), world.now());
  }

  /** The model writes. */
  get busy(): boolean {
    return this.asking !== undefined;
  }

  /** Opens a conversation, or a new one. */
  open(conversation = begin(this.world.newId(), this.world.now())): void {
    this.stop();
    this.conversation = conversation;
    this.viewer.show();
  }

  /** Calls the conversation `title`. */
  rename(title: string): void {
    this.conversation = { ...this.conversation, title };
    this.viewer.show();
    this.keep();
  }

  /** Asks; an answer under way is stopped. Resolves when the answer has ended, however it did. */
  async ask(question: string, about: About | null, pictures: readonly Picture[] = []): Promise<void> {
    this.stop();
    const earlier = this.conversation.turns;
    const id = this.world.newId();
    this.put({
      id,
      question,
      about,
      pictures,
      answer: '',
      state: 'answering',
      sources: [],
      notes: [],
      problem: '',
      remedies: [],
      stats: null,
    });
    const asking = this.world.ask({
      question: expand(question),
      token: id,
      messages: messagesOf(earlier),
      ...(pictures.length === 0 ? {} : { images: pictures.map(({ data }) => data) }),
      ...(about === null ? {} : { textDocument: { uri: about.uri }, selection: about.range }),
    });
    this.asking = { ...asking, turn: id };
    this.keep();
    let end: Partial<Turn>;
    try {
      const result = await asking.result;
      end = { state: 'done', answer: result.text, stats: statsOf(result) };
    } catch (error) {
      end = { state: 'failed', ...this.world.explain(error) };
    }
    this.finish(id, end);
    await this.saving;
  }

  /** Asks a turn's question anew, perhaps in other words; what followed it is dropped. */
  async resend(id: string, question?: string): Promise<void> {
    const turn = this.conversation.turns.find((each) => each.id === id);
    if (turn === undefined) {
      return;
    }
    this.stop();
    this.conversation = before(this.conversation, id);
    this.viewer.show();
    await this.ask(question ?? turn.question, turn.about, turn.pictures);
  }

  /** Stops the answer under way; what there is of it stays. */
  stop(): void {
    const asking = this.asking;
    this.asking = undefined;
    if (asking !== undefined) {
      asking.stop();
      this.change(asking.turn, { state: 'stopped' });
      this.keep();
    }
  }

  /** Text came for a question. */
  take({ token, text }: ChatDeltaParams): void {
    const turn = this.current(token);
    if (turn !== undefined) {
      this.conversation = withTurn(
        this.conversation,
        { ...turn, answer: turn.answer + text },
        this.world.now(),
      );
      this.viewer.text(token, text);
      this.due ??= setTimeout(() => {
        this.keep();
      }, SAVE_EVERY);
    }
  }

  /** The server tells what it shows to the model. */
  takeSources({ token, sources, notes }: ChatSourcesParams): void {
    if (this.current(token) !== undefined) {
      this.change(token, { sources, notes });
    }
  }

  /** Saves what there is; resolves when it is written. */
  async close(): Promise<void> {
    this.stop();
    clearTimeout(this.due);
    await this.saving;
  }

  /** Texts that come after a stop are no longer wanted. */
  private current(token: string): Turn | undefined {
    return this.asking?.turn === token ? this.conversation.turns.find(({ id }) => id === token) : undefined;
  }

  private change(id: string, changes: Partial<Turn>): void {
    const turn = this.conversation.turns.find((each) => each.id === id);
    if (turn !== undefined) {
      this.put({ ...turn, ...changes });
    }
  }

  /** If it was stopped, the turn has ended already, and perhaps another is under way. */
  private finish(id: string, end: Partial<Turn>): void {
    if (this.asking?.turn === id) {
      this.asking = undefined;
      this.change(id, end);
      this.keep();
    }
  }

  private put(turn: Turn): void {
    this.conversation = withTurn(this.conversation, turn, this.world.now());
    this.viewer.turn(turn);
  }

  private keep(): void {
    clearTimeout(this.due);
    this.due = undefined;
    const conversation = this.conversation;
    if (conversation.turns.length > 0) {
      this.saving = this.saving
        .then(() => this.world.save(conversation))
        .then((id) => {
          if (id !== conversation.id && this.conversation.id === conversation.id) {
            this.conversation = { ...this.conversation, id };
            this.viewer.show();
          }
        })
        .catch((error: unknown) => {
          this.world.warn(`The chat could not be saved: ${String(error)}`);
        });
    }
  }
}

function statsOf({ model, tokensPerSecond, usage, reason, contextTokens }: ChatAskResult): Stats {
  const { promptTokens, completionTokens } = usage;
  return {
    model,
    tokensPerSecond,
    usedTokens: promptTokens === null ? null : promptTokens + (completionTokens ?? 0),
    contextTokens,
    cut: reason === 'length',
  };
}
