/** Updates over which the speed is averaged. */
const WINDOW = 30;

/** Measures the speed of the last updates, leaving out the time spent on evaluations and checkpoints. */
export class Pace {
  readonly #updates: { rows: number; seconds: number }[] = [];
  #last = performance.now();

  /** An update over so many rows has just ended. */
  record(rows: number): void {
    const now = performance.now();
    this.#updates.push({ rows, seconds: (now - this.#last) / 1000 });
    if (this.#updates.length > WINDOW) this.#updates.shift();
    this.#last = now;
  }

  /** What lies between the last update and now does not count. */
  pause(): void {
    this.#last = performance.now();
  }

  get rowsPerSecond(): number {
    return this.#sum("rows") / this.#sum("seconds");
  }

  get secondsPerStep(): number {
    return this.#sum("seconds") / this.#updates.length;
  }

  #sum(field: "rows" | "seconds"): number {
    return this.#updates.reduce((total, update) => total + update[field], 0);
  }
}
