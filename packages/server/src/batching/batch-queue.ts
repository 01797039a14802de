import { type DurationFit, durationOf, sizeWithin } from "./batch-duration.ts";

/** Which items may go through a model together. */
export interface Lane<Item> {
  /** Items of the same key go together. */
  readonly key: string;
  /** What runs it. */
  readonly model: string;
  /** Names the same model whenever it is loaded: an item that ended a worker stays refused. Default: `model`. */
  readonly subject?: string;
  /** The same for all items of the lane. */
  readonly options: object;
  /** Items in a batch. */
  readonly maxBatch: number;
  /** How large an item is: those of like size go together. */
  readonly sizeOf: (item: Item) => number;
  /** Rows that an item is to the model: a batch holds `maxBatch` of them, or one item of more. Default: one. */
  readonly rowsOf?: ((item: Item) => number) | undefined;
}

/** One item on its way into the queue. */
export interface NewItem<Item, Owner> {
  /** The request that the item is part of. */
  readonly owner: Owner;
  /** Place of the item in its request. */
  readonly index: number;
  readonly item: Item;
}

/** One item that waits for a model. */
export interface QueuedItem<Item, Owner> extends NewItem<Item, Owner> {
  readonly client: string;
  readonly rows: number;
  /** Of all rows together. */
  readonly size: number;
  /** Expected milliseconds of a worker, the item's part of its batch. */
  readonly costMs: number;
  /** Milliseconds, monotonic. */
  readonly queuedAt: number;
  /** Its place in the fair order: the smallest is next. */
  readonly turn: number;
}

/** The items of one lane. */
interface Waiting<Item, Owner> {
  readonly lane: Lane<Item>;
  /** By turn, and of one turn by arrival. */
  items: QueuedItem<Item, Owner>[];
  rows: number;
  size: number;
}

/** What one client has in the queue. */
interface Client {
  items: number;
  costMs: number;
  /** The turn that its next item has at the earliest. */
  nextTurn: number;
}

export interface BatchQueueOptions {
  /** How long batches of a lane take, as far as that is known. Default: nothing is known. */
  readonly fitOf?: (lane: string) => DurationFit | undefined;
  /** How long one batch is to take at most, where it can be made smaller. Default: as long as it takes. */
  readonly batchLimitMs?: number;
}

export interface NextBatch<Item> {
  readonly lane: Lane<Item>;
  /** When the item arrived that has waited longest. */
  readonly oldestAt: number;
  /** Whether more items would not make it larger. */
  readonly isFull: boolean;
  /** How long it takes, as far as that is known. */
  readonly durationMs: number;
}

/** How many batches ahead items of like size are looked for. */
const WINDOW_BATCHES = 4;
/** What an item costs as long as nothing is known, in milliseconds. */
const UNKNOWN_COST_MS = 1;

/**
 * Items that wait, by lane, in an order that is fair to clients.
 *
 * Each client gets the same share of the workers' time, whatever others have in the queue and whatever model they
 * ask for; what one alone asks for is in order of arrival. It is start-time fair queueing (Goyal, Vin & Cheng 1997):
 * an item's turn is the end of the one before it of the same client, or now if that one is gone, and now is the turn
 * of what was taken last. So an item waits for no more than one item of each other client per item of its own.
 *
 * A batch is of one lane and always holds the item whose turn it is, so none waits for ever. When more wait than a
 * batch holds, those of the next turns that are nearest in size come along: less of the batch is padding.
 */
export class BatchQueue<Item, Owner> {
  readonly #options: BatchQueueOptions;
  readonly #waiting = new Map<string, Waiting<Item, Owner>>();
  readonly #clients = new Map<string, Client>();
  #size = 0;
  /** The turn of what was taken last. */
  #turn = 0;

  constructor(options: BatchQueueOptions = {}) {
    this.#options = options;
  }

  /** Items that wait, of all lanes. */
  get size(): number {
    return this.#size;
  }

  /** Expected milliseconds of a worker for all that waits; lanes of which nothing is known count nothing. */
  get workMs(): number {
    let total = 0;
    for (const { lane, rows, size } of this.#waiting.values()) {
      const fit = this.#fitOf(lane);
      if (fit === undefined) continue;
      const padded = size * fit.padding;
      total += fit.fixedMs * Math.ceil(Math.max(rows / lane.maxBatch, padded / this.#largest(fit)));
      total += fit.msPerSize * padded;
    }
    return total;
  }

  /** Clients that have items here. */
  get clients(): number {
    let count = 0;
    for (const { items } of this.#clients.values()) if (items > 0) count += 1;
    return count;
  }

  /** Expected milliseconds of a worker for what a client has here. */
  workOf(client: string): number {
    return this.#clients.get(client)?.costMs ?? 0;
  }

  /**
   * Expected milliseconds of a worker until a client's next items of this cost are through: of every other client what
   * has its turn before them.
   */
  workBefore(client: string, costMs: number): number {
    const own = this.workOf(client) + costMs;
    let total = own;
    for (const [key, { costMs: others }] of this.#clients) if (key !== client) total += Math.min(others, own);
    return total;
  }

  /** What items would cost. */
  costOf(lane: Lane<Item>, items: readonly Item[]): number {
    return items.reduce((sum, item) => sum + this.#measure(lane, item).costMs, 0);
  }

  push(lane: Lane<Item>, items: readonly NewItem<Item, Owner>[], from: { client: string; queuedAt: number }): void {
    const waiting = this.#waiting.get(lane.key) ?? { lane, items: [], rows: 0, size: 0 };
    this.#waiting.set(lane.key, waiting);
    const client = this.#clients.get(from.client) ?? { items: 0, costMs: 0, nextTurn: 0 };
    this.#clients.set(from.client, client);
    for (const item of items) {
      const turn = Math.max(client.nextTurn, this.#turn);
      const entry = { ...item, ...from, ...this.#measure(lane, item.item), turn };
      waiting.items.splice(placeOf(waiting.items, turn), 0, entry);
      client.nextTurn = turn + entry.costMs;
      count(entry, { waiting, client, sign: 1 });
    }
    this.#size += items.length;
  }

  /** The batch of the item whose turn it is. */
  next(): NextBatch<Item> | undefined {
    let next: Waiting<Item, Owner> | undefined;
    for (const waiting of this.#waiting.values()) {
      if (next === undefined || isBefore(waiting.items[0]!, next.items[0]!)) next = waiting;
    }
    if (next === undefined) return undefined;
    const { lane, items, rows, size } = next;
    const fit = this.#fitOf(lane);
    const largest = fit === undefined ? Number.POSITIVE_INFINITY : this.#largest(fit);
    const isFull = rows >= lane.maxBatch || size >= largest;
    const oldestAt = isFull ? items[0]!.queuedAt : Math.min(...items.map(({ queuedAt }) => queuedAt));
    const durationMs = fit === undefined ? 0 : durationOf(fit, Math.min(size * fit.padding, largest));
    return { lane, oldestAt, isFull, durationMs };
  }

  /** Takes the next batch of a lane out of the queue, in the order of turns. */
  take(lane: Lane<Item>): readonly QueuedItem<Item, Owner>[] {
    const items = this.#waiting.get(lane.key)?.items ?? [];
    if (items.length === 0) return items;
    this.#turn = Math.max(this.#turn, items[0]!.turn);
    const fit = this.#fitOf(lane);
    const largest = fit === undefined ? Number.POSITIVE_INFINITY : this.#largest(fit);
    const batch = withinLimits(items.length <= lane.maxBatch ? items : nearestInSize(items, lane), lane, largest);
    const taken = new Set(batch);
    this.#keep(lane.key, (entry) => !taken.has(entry));
    this.#forgetClients();
    return batch;
  }

  /** Takes out every item of a request that is not to be run any more. */
  remove(lane: Lane<Item>, owner: Owner): void {
    this.#keep(lane.key, (entry) => entry.owner !== owner);
  }

  #keep(key: string, isKept: (entry: QueuedItem<Item, Owner>) => boolean): void {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return;
    const kept: QueuedItem<Item, Owner>[] = [];
    for (const entry of waiting.items) {
      if (isKept(entry)) {
        kept.push(entry);
        continue;
      }
      count(entry, { waiting, client: this.#clients.get(entry.client)!, sign: -1 });
    }
    this.#size -= waiting.items.length - kept.length;
    waiting.items = kept;
    if (kept.length === 0) this.#waiting.delete(key);
  }

  /** A client whose items are gone is remembered until others have had as much. */
  #forgetClients(): void {
    for (const [key, { items, nextTurn }] of this.#clients) {
      if (items === 0 && (this.#size === 0 || nextTurn <= this.#turn)) this.#clients.delete(key);
    }
  }

  #measure(lane: Lane<Item>, item: Item): Pick<QueuedItem<Item, Owner>, "rows" | "size" | "costMs"> {
    const rows = lane.rowsOf?.(item) ?? 1;
    const size = Math.max(rows, lane.sizeOf(item));
    const fit = this.#fitOf(lane);
    if (fit === undefined) return { rows, size, costMs: UNKNOWN_COST_MS };
    const share = Math.max(rows / lane.maxBatch, size / this.#largest(fit));
    return { rows, size, costMs: fit.fixedMs * share + fit.msPerSize * fit.padding * size };
  }

  #fitOf(lane: Lane<Item>): DurationFit | undefined {
    return this.#options.fitOf?.(lane.key);
  }

  #largest(fit: DurationFit): number {
    return sizeWithin(fit, this.#options.batchLimitMs ?? Number.POSITIVE_INFINITY);
  }
}

/** Size of what the model is given: every row as large as the largest. */
export function paddedSize(items: readonly Pick<QueuedItem<unknown, unknown>, "rows" | "size">[]): number {
  let [rows, largest] = [0, 0];
  for (const item of items) {
    rows += item.rows;
    largest = Math.max(largest, item.size / item.rows);
  }
  return rows * largest;
}

function count<Item, Owner>(
  { rows, size, costMs }: QueuedItem<Item, Owner>,
  { waiting, client, sign }: { readonly waiting: Waiting<Item, Owner>; readonly client: Client; readonly sign: 1 | -1 },
): void {
  waiting.rows += sign * rows;
  waiting.size += sign * size;
  client.items += sign;
  client.costMs += sign * costMs;
}

function isBefore(one: QueuedItem<unknown, unknown>, other: QueuedItem<unknown, unknown>): boolean {
  return one.turn < other.turn || (one.turn === other.turn && one.queuedAt < other.queuedAt);
}

/** Behind all that have this turn or an earlier one. */
function placeOf(items: readonly { readonly turn: number }[], turn: number): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (items[middle]!.turn <= turn) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first of these items that a batch holds, by rows and by padded size; the first one always. */
function withinLimits<Item, Owner>(
  items: readonly QueuedItem<Item, Owner>[],
  { maxBatch }: Lane<Item>,
  largest: number,
): readonly QueuedItem<Item, Owner>[] {
  const batch: QueuedItem<Item, Owner>[] = [];
  let [rows, widest] = [0, 0];
  for (const entry of items) {
    const width = Math.max(widest, entry.size / entry.rows);
    const fits = rows + entry.rows <= maxBatch && (rows + entry.rows) * width <= largest;
    if (batch.length > 0 && !fits) continue;
    batch.push(entry);
    rows += entry.rows;
    widest = width;
  }
  return batch;
}

function nearestInSize<Item, Owner>(
  items: readonly QueuedItem<Item, Owner>[],
  { maxBatch }: Lane<Item>,
): readonly QueuedItem<Item, Owner>[] {
  const window = items.slice(0, maxBatch * WINDOW_BATCHES);
  const { size } = window[0]!;
  const distance = (entry: QueuedItem<Item, Owner>) => Math.abs(entry.size - size);
  const nearest = new Set(
    window
      .slice(1)
      .sort((a, b) => distance(a) - distance(b))
      .slice(0, maxBatch - 1),
  );
  return window.filter((entry, i) => i === 0 || nearest.has(entry));
}
