/** Texts that one side brings and another takes, in their order. */
export class TextQueue implements AsyncIterable<string> {
  #texts: string[] = [];
  #hasEnded = false;
  #wake: (() => void) | undefined;

  push(text: string): void {
    this.#texts.push(text);
    this.#wake?.();
  }

  /** No text comes any more. */
  end(): void {
    this.#hasEnded = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<string, undefined> {
    for (;;) {
      yield* this.#texts.splice(0);
      if (this.#texts.length > 0) continue;
      if (this.#hasEnded) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
