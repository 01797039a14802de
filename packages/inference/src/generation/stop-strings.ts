/** What may be shown of a text that has come so far. */
export interface ShownText {
  readonly text: string;
  /** Whether a stop string was met: it and what follows it are never shown. */
  readonly isStopped: boolean;
}

/** Finds stop strings in a text that comes in parts, and holds back what may be the beginning of one. */
export class StopStrings {
  readonly #stops: readonly string[];
  #held = "";

  constructor(stops: readonly string[]) {
    this.#stops = stops;
  }

  push(part: string): ShownText {
    const text = this.#held + part;
    const found = this.#stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0);
    if (found.length > 0) {
      this.#held = "";
      return { text: text.slice(0, Math.min(...found)), isStopped: true };
    }
    const sure = text.length - this.#begun(text);
    this.#held = text.slice(sure);
    return { text: text.slice(0, sure), isStopped: false };
  }

  /** What was held back, where nothing follows. */
  end(): string {
    const held = this.#held;
    this.#held = "";
    return held;
  }

  /** Length of the longest end of the text with which a stop string begins. */
  #begun(text: string): number {
    let longest = 0;
    for (const stop of this.#stops) {
      for (let length = Math.min(stop.length - 1, text.length); length > longest; length--) {
        if (text.endsWith(stop.slice(0, length))) longest = length;
      }
    }
    return longest;
  }
}
