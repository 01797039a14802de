import { ModelwrightError } from "@modelwright/contracts";
import { FailedItem } from "@modelwright/inference";
import { refusal } from "./admission.ts";
import { type DurationFit, durationOf } from "./batch-duration.ts";
import type { BatchExecutor, BatchOutcome } from "./batch-executor.ts";
import { BatchQueue, type Lane, paddedSize, type QueuedItem } from "./batch-queue.ts";
import { type Clock, SYSTEM_CLOCK } from "./clock.ts";
import { LaneDurations } from "./lane-durations.ts";
import { ItemEndedWorker, Quarantine } from "./quarantine.ts";
import type { BatchWatcher, RequestTimes, RunTimes } from "./run-times.ts";

export interface BatcherOptions<Item, Answer> {
  readonly executor: BatchExecutor<Item, Answer>;
  /** How long an item waits for company while every worker is busy and one has a place left. */
  readonly maxDelayMs: number;
  /**
   * Within this time a request is to be answered while there is no queue: a batch is at most as large as takes half of
   * it, and leaves early enough.
   */
  readonly latencyTargetMs: number;
  /** Items that may wait. */
  readonly queueLimit: number;
  /** For how long items may have to wait, as far as that is known. */
  readonly maxWaitMs: number;
  /** In which a request must be answered that does not say otherwise. */
  readonly timeoutMs: number;
  /** How long an item that ended a worker is refused. Default 10 minutes. */
  readonly quarantineMs?: number;
  /** Default: the one of this machine. */
  readonly clock?: Clock;
  readonly onBatch?: (batch: BatchObservation) => void;
}

export interface BatchObservation {
  readonly model: string;
  /** How long each item waited. */
  readonly queuedMs: readonly number[];
}

/** On whose behalf a request comes, and what they ask of its way. */
export interface RequestTerms {
  /** Clients share the workers' time evenly. Default: one client, who has no name. */
  readonly client?: string;
  /** In which it must be answered; longer than the server's own limit has no effect. */
  readonly timeoutMs?: number | undefined;
  /** Nobody waits for it, so that it may not hold up the server's own thread. Default false. */
  readonly inBackground?: boolean;
}

export interface SubmitTerms<Answer> extends RequestTerms {
  /** Answers that are there already, by the place of their items, which are not run. Default: none. */
  readonly known?: ReadonlyMap<number, Answer>;
  /** Told of each batch that holds items of the request; once, whatever other requests of the same watcher it holds. */
  readonly watcher?: BatchWatcher;
  /** Told each time a batch with items of it leaves the queue. */
  readonly onLeft?: (() => void) | undefined;
}

/** A request on its way through the queue. */
export interface Submission<Answer> {
  /** One answer per item, in their order. */
  readonly answers: Promise<readonly Answer[]>;
  /** Whole when the answers are there. */
  readonly times: RequestTimes;
  /** Nobody waits for the answers any more: takes the items that still wait out of the queue. */
  readonly cancel: () => void;
}

interface PendingRequest<Item, Answer> {
  readonly lane: Lane<Item>;
  readonly onLeft: (() => void) | undefined;
  readonly timeoutMs: number;
  readonly inBackground: boolean;
  /** Milliseconds, monotonic. */
  readonly deadline: number;
  readonly answers: Answer[];
  readonly times: { -readonly [Time in keyof RequestTimes]: number };
  readonly watcher: BatchWatcher | undefined;
  missing: number;
  isSettled: boolean;
  /** Batches under way that hold items of the request. */
  readonly running: Set<RunningBatch<Item, Answer>>;
  readonly resolve: (answers: readonly Answer[]) => void;
  readonly reject: (error: unknown) => void;
}

interface RunningBatch<Item, Answer> {
  /** Requests that wait for it. */
  readonly owners: Set<PendingRequest<Item, Answer>>;
  readonly abort: AbortController;
  /** How long it takes, as far as that is known. */
  readonly expectedMs: number;
}

type Queued<Item, Answer> = QueuedItem<Item, PendingRequest<Item, Answer>>;

/** A batch is to take no more than this part of the latency target: the rest is for waiting for the one before it. */
const BATCH_SHARE = 1 / 2;
const QUARANTINE_MS = 10 * 60_000;

/**
 * Dynamic batching: items of many requests go through the model together.
 *
 * A batch leaves when a worker has nothing to do (it takes whatever waits), and also to a worker that is still busy as
 * soon as it is full or its oldest item has waited `maxDelayMs`, so that the worker goes from one batch to the next
 * without a pause. The rule is that of Triton's dynamic batcher. How long batches take is learnt, and by that they are
 * kept small enough and leave soon enough for the latency target, and what would wait too long is refused at once.
 *
 * Every accepted request is settled once: with the answers to its own items, or with one error. A batch for which nobody waits any more is
 * aborted.
 */
export class Batcher<Item, Answer> {
  readonly #options: BatcherOptions<Item, Answer>;
  readonly #clock: Clock;
  readonly #durations = new LaneDurations();
  readonly #queue: BatchQueue<Item, PendingRequest<Item, Answer>>;
  readonly #running = new Set<RunningBatch<Item, Answer>>();
  readonly #quarantine: Quarantine<Item>;
  /** When the last batch ended, or the first of those that run began. */
  #progressAt = 0;
  #isScheduled = false;
  #stopTimer = () => {};

  constructor(options: BatcherOptions<Item, Answer>) {
    const { clock = SYSTEM_CLOCK, latencyTargetMs, quarantineMs = QUARANTINE_MS } = options;
    this.#options = options;
    this.#clock = clock;
    this.#queue = new BatchQueue({
      fitOf: (lane) => this.#durations.fitOf(lane),
      batchLimitMs: latencyTargetMs * BATCH_SHARE,
    });
    this.#quarantine = new Quarantine({ milliseconds: quarantineMs, now: () => clock.now() });
    options.executor.onFree = () => this.#dispatch();
  }

  /** Items that wait. */
  get queued(): number {
    return this.#queue.size;
  }

  /** Whether nothing waits and nothing runs. */
  get isIdle(): boolean {
    return this.queued === 0 && this.#running.size === 0;
  }

  /** Expected milliseconds until a worker is free for what comes now; lanes of which nothing is known count nothing. */
  get waitMs(): number {
    return this.#runningMs() + this.#queue.workMs / this.#workers;
  }

  /** Items that are refused because they ended a worker. */
  get quarantined(): number {
    return this.#quarantine.size;
  }

  /** How long batches take, by model, as far as that is known. */
  get durations(): ReadonlyMap<string, DurationFit> {
    return this.#durations.byModel();
  }

  /**
   * Puts the items of one request into the queue.
   *
   * @throws {ModelwrightError} At once `SERVER_OVERLOADED`, `SERVER_CLIENT_OVER_SHARE`, `SERVER_DEADLINE_TOO_NEAR`,
   *   `SERVER_ITEM_QUARANTINED`; the answers reject with `SERVER_TIMEOUT`, `SERVER_WORKER_FAILED`,
   *   `SERVER_ITEM_QUARANTINED`, or `SERVER_CLIENT_GONE` after a cancellation.
   */
  submit(lane: Lane<Item>, items: readonly Item[], terms: SubmitTerms<Answer> = {}): Submission<Answer> {
    const { client = "", inBackground = false, known = new Map<number, Answer>() } = terms;
    const timeoutMs = Math.min(terms.timeoutMs ?? Number.POSITIVE_INFINITY, this.#options.timeoutMs);
    this.#quarantine.require(subjectOf(lane), items);
    const times = { queuedMs: 0, preparationMs: 0, inferenceMs: 0, transferMs: 0 };
    const answers = items.map((_, index) => known.get(index) as Answer);
    const missing = [...items.entries()].filter(([index]) => !known.has(index));
    const asked = missing.map(([, item]) => item);
    this.#requireRoom(lane, asked, { client, timeoutMs });
    if (missing.length === 0) return { answers: Promise.resolve(answers), times, cancel: () => {} };
    const { promise, resolve, reject } = deferred<readonly Answer[]>();
    const queuedAt = this.#clock.now();
    const request: PendingRequest<Item, Answer> = {
      lane,
      onLeft: terms.onLeft,
      timeoutMs,
      inBackground,
      deadline: queuedAt + timeoutMs,
      answers,
      times,
      watcher: terms.watcher,
      missing: missing.length,
      isSettled: false,
      running: new Set(),
      resolve,
      reject,
    };
    this.#queue.push(
      lane,
      missing.map(([index, item]) => ({ owner: request, index, item })),
      { client, queuedAt },
    );
    const stopTimer = this.#clock.after(timeoutMs, () => this.#expire(request));
    this.#schedule();
    return {
      answers: promise.finally(stopTimer),
      times,
      cancel: () => this.#fail(request, new ModelwrightError("SERVER_CLIENT_GONE", {})),
    };
  }

  #requireRoom(
    lane: Lane<Item>,
    items: readonly Item[],
    { client, timeoutMs }: { readonly client: string; readonly timeoutMs: number },
  ): void {
    const { queueLimit, maxWaitMs } = this.#options;
    const queue = this.#queue;
    const workers = this.#workers;
    const refused = refusal(
      { queued: queue.size, runningMs: this.#runningMs(), queuedMs: queue.workMs / workers },
      {
        items: items.length,
        clients: queue.clients,
        maxBatch: lane.maxBatch,
        clientMs: queue.workOf(client) / workers,
        untilDoneMs: queue.workBefore(client, queue.costOf(lane, items)) / workers,
        timeoutMs,
      },
      { queueLimit, maxWaitMs },
    );
    if (refused !== undefined) throw refused;
  }

  /** A pool that lost all its workers will have one again. */
  get #workers(): number {
    return Math.max(1, this.#options.executor.size);
  }

  #runningMs(): number {
    let expectedMs = 0;
    for (const batch of this.#running) expectedMs += batch.expectedMs;
    const doneMs = (this.#clock.now() - this.#progressAt) * Math.min(this.#workers, this.#running.size);
    return Math.max(0, expectedMs - doneMs) / this.#workers;
  }

  /** After this turn of the event loop, so that requests that arrived together leave together. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#clock.soon(() => {
      this.#isScheduled = false;
      this.#dispatch();
    });
  }

  #dispatch(): void {
    this.#stopTimer();
    const { executor, maxDelayMs, latencyTargetMs } = this.#options;
    for (let next = this.#queue.next(); next !== undefined; next = this.#queue.next()) {
      if (!executor.hasIdle) {
        if (!executor.hasSpare) return;
        const delayMs = Math.min(maxDelayMs, latencyTargetMs - next.durationMs);
        const remainingMs = next.oldestAt + delayMs - this.#clock.now();
        if (!next.isFull && remainingMs > 0) {
          this.#stopTimer = this.#clock.after(Math.ceil(remainingMs), () => this.#dispatch());
          return;
        }
      }
      const batch = this.#unexpired(this.#queue.take(next.lane));
      if (batch.length > 0) void this.#run(next.lane, batch);
    }
  }

  /** Fails requests whose time is over, though their timers have not told so yet: nobody waits for their answers. */
  #unexpired(batch: readonly Queued<Item, Answer>[]): readonly Queued<Item, Answer>[] {
    const now = this.#clock.now();
    for (const { owner } of batch) if (owner.deadline <= now) this.#expire(owner);
    return batch.filter(({ owner }) => !owner.isSettled);
  }

  async #run(lane: Lane<Item>, batch: readonly Queued<Item, Answer>[]): Promise<void> {
    const { model, options } = lane;
    const startedAt = this.#clock.now();
    this.#options.onBatch?.({ model, queuedMs: batch.map(({ queuedAt }) => startedAt - queuedAt) });
    const padded = paddedSize(batch);
    const fit = this.#durations.fitOf(lane.key);
    const running: RunningBatch<Item, Answer> = {
      owners: new Set(batch.map(({ owner }) => owner)),
      abort: new AbortController(),
      expectedMs: fit === undefined ? 0 : durationOf(fit, padded),
    };
    if (this.#running.size === 0) this.#progressAt = startedAt;
    this.#running.add(running);
    for (const owner of running.owners) {
      owner.running.add(running);
      owner.onLeft?.();
    }
    for (const { owner, queuedAt } of batch)
      owner.times.queuedMs = Math.max(owner.times.queuedMs, startedAt - queuedAt);
    try {
      const items = batch.map(({ item }) => item);
      const { owner } = batch[0]!;
      const isLone = this.queued === 0 && batch.length === 1 && owner.answers.length === 1 && !owner.inBackground;
      const outcome = await this.#options.executor.execute({
        model,
        items,
        options,
        isLone,
        // Only a worker asks for it, and it takes as long to make as a short text to tokenize.
        get signal() {
          return running.abort.signal;
        },
      });
      const { answers, durationMs } = outcome;
      if (answers.length !== batch.length) throw new Error(`${answers.length} answers to ${batch.length} items`);
      if (durationMs !== undefined) {
        const size = batch.reduce((sum, entry) => sum + entry.size, 0);
        this.#durations.add(lane, { size, padded, durationMs });
      }
      countTimes(batch, timesOf(outcome));
      for (const [row, entry] of batch.entries()) this.#settle(entry, answers[row]!);
    } catch (error) {
      for (const owner of [...running.owners]) this.#fail(owner, error);
    } finally {
      this.#running.delete(running);
      this.#progressAt = this.#clock.now();
      for (const owner of running.owners) owner.running.delete(running);
    }
  }

  #settle({ owner, index, item }: Queued<Item, Answer>, answer: Answer | FailedItem): void {
    if (answer instanceof FailedItem) {
      const { error } = answer;
      const isDeadly = error instanceof ItemEndedWorker;
      this.#fail(owner, isDeadly ? this.#quarantine.add(subjectOf(owner.lane), item, index) : error);
      return;
    }
    owner.answers[index] = answer;
    owner.missing -= 1;
    if (owner.missing > 0 || owner.isSettled) return;
    owner.isSettled = true;
    owner.resolve(owner.answers);
  }

  #expire(request: PendingRequest<Item, Answer>): void {
    this.#fail(request, new ModelwrightError("SERVER_TIMEOUT", { timeoutMs: request.timeoutMs }));
  }

  #fail(request: PendingRequest<Item, Answer>, error: unknown): void {
    if (request.isSettled) return;
    request.isSettled = true;
    this.#queue.remove(request.lane, request);
    request.reject(error);
    for (const { owners, abort } of request.running) {
      owners.delete(request);
      if (owners.size === 0) abort.abort();
    }
  }
}

/** What a batch took; nothing where it was run in parts. */
function timesOf({ durationMs = 0, preparationMs = 0, inferenceMs = 0 }: BatchOutcome<unknown>): RunTimes {
  return { preparationMs, inferenceMs, transferMs: Math.max(0, durationMs - preparationMs - inferenceMs) };
}

/** Adds to each request what its batch took, and tells their watchers. */
function countTimes<Item, Answer>(batch: readonly Queued<Item, Answer>[], times: RunTimes): void {
  const watchers = new Set<BatchWatcher>();
  for (const { times: sum, watcher } of new Set(batch.map(({ owner }) => owner))) {
    sum.preparationMs += times.preparationMs;
    sum.inferenceMs += times.inferenceMs;
    sum.transferMs += times.transferMs;
    if (watcher !== undefined) watchers.add(watcher);
  }
  for (const watcher of watchers) watcher.ran({ size: batch.length, ...times });
}

function deferred<T>() {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

function subjectOf({ subject, model }: Lane<never>): string {
  return subject ?? model;
}
