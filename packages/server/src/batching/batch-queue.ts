/** One text that waits for a model. */
export interface QueuedText<Owner> {
  /** The request that the text is part of. */
  readonly owner: Owner;
  /** Place of the text in its request. */
  readonly index: number;
  /** Which model it waits for. */
  readonly model: string;
  readonly text: string;
  /** Milliseconds, monotonic. */
  readonly queuedAt: number;
}

/** How many batches ahead texts of like length are looked for. */
const WINDOW_BATCHES = 4;

/**
 * Texts that wait, in order of arrival, by model.
 *
 * A batch is of one model and always holds the text that has waited longest, so none waits for ever. When more wait
 * than a batch holds, those that are nearest in length to it come along: less of the batch is padding.
 */
export class BatchQueue<Owner> {
  readonly #maxBatch: number;
  readonly #waiting = new Map<string, QueuedText<Owner>[]>();
  #size = 0;

  constructor(options: { readonly maxBatch: number }) {
    this.#maxBatch = options.maxBatch;
  }

  /** Texts that wait, of all models. */
  get size(): number {
    return this.#size;
  }

  push(entry: QueuedText<Owner>): void {
    const waiting = this.#waiting.get(entry.model);
    if (waiting === undefined) this.#waiting.set(entry.model, [entry]);
    else waiting.push(entry);
    this.#size += 1;
  }

  /** The model whose oldest text has waited longest; it is the next to run. */
  next(): { readonly model: string; readonly oldestAt: number; readonly isFull: boolean } | undefined {
    let next: { model: string; oldestAt: number; isFull: boolean } | undefined;
    for (const [model, waiting] of this.#waiting) {
      const oldestAt = waiting[0]!.queuedAt;
      if (next !== undefined && oldestAt >= next.oldestAt) continue;
      next = { model, oldestAt, isFull: waiting.length >= this.#maxBatch };
    }
    return next;
  }

  /** Takes the next batch of a model out of the queue, in order of arrival. */
  take(model: string): QueuedText<Owner>[] {
    const waiting = this.#waiting.get(model) ?? [];
    const batch = waiting.length <= this.#maxBatch ? waiting : this.#nearestInLength(waiting);
    const taken = new Set(batch);
    this.#keep(model, waiting, (entry) => !taken.has(entry));
    return batch;
  }

  /** Takes out every text of a request that is not to be run any more. */
  remove(model: string, owner: Owner): void {
    this.#keep(model, this.#waiting.get(model) ?? [], (entry) => entry.owner !== owner);
  }

  #nearestInLength(waiting: readonly QueuedText<Owner>[]): QueuedText<Owner>[] {
    const window = waiting.slice(0, this.#maxBatch * WINDOW_BATCHES);
    const { length } = window[0]!.text;
    const distance = (entry: QueuedText<Owner>) => Math.abs(entry.text.length - length);
    const nearest = new Set(
      window
        .slice(1)
        .sort((a, b) => distance(a) - distance(b))
        .slice(0, this.#maxBatch - 1),
    );
    return window.filter((entry, i) => i === 0 || nearest.has(entry));
  }

  #keep(model: string, waiting: QueuedText<Owner>[], isKept: (entry: QueuedText<Owner>) => boolean): void {
    const kept = waiting.filter(isKept);
    this.#size -= waiting.length - kept.length;
    if (kept.length === 0) this.#waiting.delete(model);
    else this.#waiting.set(model, kept);
  }
}
