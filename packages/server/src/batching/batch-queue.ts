/** Which items may go through a model together. */
export interface Lane<Item> {
  /** Items of the same key go together. */
  readonly key: string;
  readonly model: string;
  /** The same for all items of the lane. */
  readonly options: object;
  /** Items in a batch. */
  readonly maxBatch: number;
  /** How large an item is: those of like size go together. */
  readonly sizeOf: (item: Item) => number;
  /** Rows that an item is to the model: a batch holds `maxBatch` of them, or one item of more. Default: one. */
  readonly rowsOf?: ((item: Item) => number) | undefined;
}

/** One item that waits for a model. */
export interface QueuedItem<Item, Owner> {
  /** The request that the item is part of. */
  readonly owner: Owner;
  /** Place of the item in its request. */
  readonly index: number;
  readonly item: Item;
  /** Milliseconds, monotonic. */
  readonly queuedAt: number;
}

/** The items of one lane. */
interface Waiting<Item, Owner> {
  readonly lane: Lane<Item>;
  items: QueuedItem<Item, Owner>[];
}

/** How many batches ahead items of like size are looked for. */
const WINDOW_BATCHES = 4;

/**
 * Items that wait, in order of arrival, by lane.
 *
 * A batch is of one lane and always holds the item that has waited longest, so none waits for ever. When more wait
 * than a batch holds, those that are nearest in size to it come along: less of the batch is padding.
 */
export class BatchQueue<Item, Owner> {
  readonly #waiting = new Map<string, Waiting<Item, Owner>>();
  #size = 0;

  /** Items that wait, of all lanes. */
  get size(): number {
    return this.#size;
  }

  push(lane: Lane<Item>, items: readonly QueuedItem<Item, Owner>[]): void {
    const waiting = this.#waiting.get(lane.key);
    if (waiting === undefined) this.#waiting.set(lane.key, { lane, items: [...items] });
    else for (const item of items) waiting.items.push(item);
    this.#size += items.length;
  }

  /** The lane whose oldest item has waited longest; it is the next to run. */
  next(): { readonly lane: Lane<Item>; readonly oldestAt: number; readonly isFull: boolean } | undefined {
    let next: { lane: Lane<Item>; oldestAt: number; isFull: boolean } | undefined;
    for (const { lane, items } of this.#waiting.values()) {
      const oldestAt = items[0]!.queuedAt;
      if (next !== undefined && oldestAt >= next.oldestAt) continue;
      next = { lane, oldestAt, isFull: rowsOf(items, lane) >= lane.maxBatch };
    }
    return next;
  }

  /** Takes the next batch of a lane out of the queue, in order of arrival. */
  take(lane: Lane<Item>): readonly QueuedItem<Item, Owner>[] {
    const items = this.#waiting.get(lane.key)?.items ?? [];
    const batch = withinRows(items.length <= lane.maxBatch ? items : nearestInSize(items, lane), lane);
    const taken = new Set(batch);
    this.#keep(lane.key, (entry) => !taken.has(entry));
    return batch;
  }

  /** Takes out every item of a request that is not to be run any more. */
  remove(lane: Lane<Item>, owner: Owner): void {
    this.#keep(lane.key, (entry) => entry.owner !== owner);
  }

  #keep(key: string, isKept: (entry: QueuedItem<Item, Owner>) => boolean): void {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return;
    const kept = waiting.items.filter(isKept);
    this.#size -= waiting.items.length - kept.length;
    waiting.items = kept;
    if (kept.length === 0) this.#waiting.delete(key);
  }
}

function rowsOf<Item, Owner>(items: readonly QueuedItem<Item, Owner>[], lane: Lane<Item>): number {
  if (lane.rowsOf === undefined) return items.length;
  return items.reduce((sum, { item }) => sum + lane.rowsOf!(item), 0);
}

/** The first of these items whose rows a batch holds, the first one always. */
function withinRows<Item, Owner>(
  items: readonly QueuedItem<Item, Owner>[],
  lane: Lane<Item>,
): readonly QueuedItem<Item, Owner>[] {
  if (lane.rowsOf === undefined) return items;
  let rows = 0;
  return items.filter(({ item }, i) => {
    rows += lane.rowsOf!(item);
    return i === 0 || rows <= lane.maxBatch;
  });
}

function nearestInSize<Item, Owner>(
  items: readonly QueuedItem<Item, Owner>[],
  { maxBatch, sizeOf }: Lane<Item>,
): readonly QueuedItem<Item, Owner>[] {
  const window = items.slice(0, maxBatch * WINDOW_BATCHES);
  const size = sizeOf(window[0]!.item);
  const distance = (entry: QueuedItem<Item, Owner>) => Math.abs(sizeOf(entry.item) - size);
  const nearest = new Set(
    window
      .slice(1)
      .sort((a, b) => distance(a) - distance(b))
      .slice(0, maxBatch - 1),
  );
  return window.filter((entry, i) => i === 0 || nearest.has(entry));
}
