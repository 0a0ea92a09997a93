/** Asks a question once things are quiet, one at a time: a newer one ends the older, whose answer is never taken. */
export class Settled<T> {
  private timer: NodeJS.Timeout | undefined;
  private asking: AbortController | undefined;

  /**
   * @param ask gets the answer, and stops when the signal says so; a failure counts as no answer
   * @param take is called with an answer that is still wanted
   */
  constructor(
    private readonly ask: (signal: AbortSignal) => Promise<T>,
    private readonly take: (answer: T) => void,
  ) {}

  /** Asks after so many milliseconds in which this is not called again. */
  in(ms: number): void {
    this.stop();
    this.timer = setTimeout(() => void this.run(), ms);
  }

  /** What was asked is not wanted any more. */
  stop(): void {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.asking = undefined;
  }

  private async run(): Promise<void> {
    const asking = new AbortController();
    this.asking = asking;
    try {
      const answer = await this.ask(asking.signal);
      if (!asking.signal.aborted) {
        this.take(answer);
      }
    } catch {
      // A server that is away or was told to stop: nothing is offered. What is wrong with it is shown elsewhere.
    }
  }
}
