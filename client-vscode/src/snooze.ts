/** A pause of the suggestions that ends by itself. */
export class Snooze {
  private until = 0;
  private timer: NodeJS.Timeout | undefined;

  /** @param changed called when the pause begins and when it ends */
  constructor(
    private readonly changed: () => void,
    private readonly now: () => number = Date.now,
  ) {}

  /** Milliseconds until suggestions come again; 0 if there is no pause. */
  get left(): number {
    return Math.max(0, this.until - this.now());
  }

  /** Begins a pause of so many minutes, or makes the one under way that long from now on. */
  begin(minutes: number): void {
    clearTimeout(this.timer);
    this.until = this.now() + minutes * 60_000;
    this.timer = setTimeout(() => {
      this.end();
    }, minutes * 60_000);
    this.changed();
  }

  /** Ends the pause. */
  end(): void {
    clearTimeout(this.timer);
    if (this.until !== 0) {
      this.until = 0;
      this.changed();
    }
  }
}
