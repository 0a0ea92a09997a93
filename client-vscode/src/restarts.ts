/** Runs a restart now, or once more after the running one: however many ask, at most one waits. */
export class Restarts {
  private running: Promise<void> | undefined;
  private queued: Promise<void> | undefined;

  constructor(private readonly restart: () => Promise<void>) {}

  /** Resolves when a restart that began after this call has ended. */
  request(): Promise<void> {
    if (this.running === undefined) {
      return this.run();
    }
    this.queued ??= this.running
      .catch(() => undefined)
      .then(() => {
        this.queued = undefined;
        return this.run();
      });
    return this.queued;
  }

  /** Resolves when no restart is under way or waits, however they ended. */
  async settled(): Promise<void> {
    for (let last = this.queued ?? this.running; last !== undefined; last = this.queued ?? this.running) {
      await last.catch(() => undefined);
    }
  }

  private run(): Promise<void> {
    const running = this.restart().finally(() => {
      this.running = undefined;
    });
    this.running = running;
    return running;
  }
}
