import { ModelwrightError } from "@modelwright/contracts";
import type { AddedFeedback, Arm, JsonValue, NewFeedback, PredictionRecord } from "@modelwright/registry";
import type { ServedModel } from "../inference/served-models.ts";
import type { Call } from "./call.ts";
import { isSampled } from "./prediction-id.ts";
import type { Recorded } from "./recorded.ts";
import { RecordingThread } from "./recording-thread.ts";

/** How long a prediction waits for others that are sent to the thread with it. */
const GATHER_MS = 50;
const GATHERED_ROWS = 200;

/** What waits for a registry that is away; beyond either, predictions are lost, and counted. */
const [MOST_ROWS, MOST_BYTES] = [100_000, 64 * 2 ** 20];

/** Counted of a row beside its item. */
const ROW_BYTES = 200;

const CLOSE_WITHIN_MS = 10_000;

/** Items of one request and what became of them. */
export interface Answered {
  readonly call: Call;
  readonly model: ServedModel;
  readonly arm: Arm;
  readonly items: readonly unknown[];
  /** The index of the first item in its request. Default: 0. */
  readonly first?: number;
  /** One for each item, as it is kept; asked for only if it is. */
  readonly answers?: () => readonly unknown[];
  /** Why there are none. */
  readonly error?: unknown;
}

export interface RecorderOptions {
  /** By which the thread opens the registry. */
  readonly registry: string;
  readonly recorded: Recorded;
  /** The share of requests that is kept, 0 to 1. */
  readonly sample: number;
  readonly onWritten: (predictions: number) => void;
  readonly onLost: (predictions: number) => void;
  /** Told why nothing can be written, once, and `undefined` when it can again. */
  readonly onAway: (error: Error | undefined) => void;
}

/** Keeps what is answered and what becomes known of it, without ever holding an answer up. */
export class Recorder {
  readonly #options: RecorderOptions;
  /** Started at once where predictions are kept, otherwise by the first feedback. */
  #thread: Promise<RecordingThread> | undefined;
  #running: RecordingThread | undefined;
  #gathered: PredictionRecord[] = [];
  #timer: NodeJS.Timeout | undefined;
  readonly #pending: { rows: number; bytes: number }[] = [];
  #rows = 0;
  #bytes = 0;
  #gatheredBytes = 0;

  private constructor(options: RecorderOptions) {
    this.#options = options;
  }

  /** @throws {ModelwrightError} What opening the registry throws. */
  static async start(options: RecorderOptions): Promise<Recorder> {
    const recorder = new Recorder(options);
    if (options.recorded !== "none") recorder.#running = await recorder.#started();
    return recorder;
  }

  /** Never waits and never throws. */
  record({ call, model, arm, items, first = 0, answers, error }: Answered): void {
    const { recorded, sample, onLost } = this.#options;
    if (recorded === "none" || !isSampled(call.id, sample)) return;
    const code = error === undefined ? undefined : error instanceof ModelwrightError ? error.code : "SERVER_FAILED";
    // Nobody was answered, and nothing is wrong.
    if (code === "SERVER_CLIENT_GONE") return;
    const shown = code === undefined ? answers?.() : undefined;
    const { name, version } = model.record;
    const at = new Date().toISOString();
    const latencyMs = Math.round((performance.now() - call.startedAt) * 1000) / 1000;
    for (const [index, item] of items.entries()) {
      const bytes = ROW_BYTES + (recorded === "answers" ? 0 : JSON.stringify(item).length);
      if (this.#rows + 1 > MOST_ROWS || this.#bytes + bytes > MOST_BYTES) {
        onLost(1);
        continue;
      }
      this.#rows += 1;
      this.#bytes += bytes;
      this.#gatheredBytes += bytes;
      this.#gathered.push({
        id: `${call.id}.${first + index}${arm === "shadow" ? ".shadow" : ""}`,
        model: name,
        version,
        arm,
        at,
        latencyMs,
        ...(call.subject !== undefined && { subject: call.subject }),
        ...(call.client !== undefined && { client: call.client }),
        ...(recorded !== "answers" && { item: item as JsonValue }),
        ...(shown !== undefined && { answer: shown[index] as JsonValue }),
        ...(code !== undefined && { error: code }),
      });
    }
    const thread = this.#running;
    if (thread === undefined) {
      this.#restart();
      return;
    }
    if (this.#gathered.length >= GATHERED_ROWS) this.#send(thread);
    else this.#timer ??= setTimeout(() => this.#send(thread), GATHER_MS);
  }

  /**
   * Keeps feedback, after the predictions that were answered before it.
   * @param models Names of the models to which it may belong. Default: any.
   * @throws {ModelwrightError} What `FeedbackStore.add` throws.
   */
  async addFeedback(rows: readonly NewFeedback[], models?: readonly string[]): Promise<AddedFeedback> {
    const thread = await this.#started();
    this.#send(thread);
    return thread.addFeedback(rows, models);
  }

  /** Writes what waits, and gives up on a registry that stays away. */
  async close(): Promise<void> {
    if (this.#thread === undefined) return;
    const thread = await this.#thread.catch(() => undefined);
    if (thread !== undefined) {
      this.#send(thread);
      await thread.close(CLOSE_WITHIN_MS);
    }
  }

  /** After a thread that ended by itself; what comes meanwhile waits. */
  #restart(): void {
    this.#started().then(
      (thread) => {
        if (this.#running === thread) return;
        this.#running = thread;
        this.#options.onAway(undefined);
        this.#send(thread);
      },
      () => {},
    );
  }

  #started(): Promise<RecordingThread> {
    const { registry, recorded, onWritten, onLost, onAway } = this.#options;
    if (this.#thread !== undefined) return this.#thread;
    this.#thread = RecordingThread.start(
      { registry, masks: recorded === "items" },
      {
        onWritten: (rows) => {
          this.#settle(rows);
          onWritten(rows);
        },
        onDropped: (rows, error) => {
          this.#settle(rows);
          onLost(rows);
          onAway(error);
        },
        onAway,
      },
    );
    this.#thread.then(
      (thread) => thread.ended.then(() => this.#lose()),
      // The next one may find the registry back.
      () => {
        this.#thread = undefined;
      },
    );
    return this.#thread;
  }

  /** The thread has ended, also by a defect: what it held is lost, and the next prediction finds another. */
  #lose(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#rows > 0) this.#options.onLost(this.#rows);
    this.#rows = 0;
    this.#bytes = 0;
    this.#gatheredBytes = 0;
    this.#gathered = [];
    this.#pending.length = 0;
    this.#thread = undefined;
    this.#running = undefined;
  }

  #send(thread: RecordingThread): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#gathered.length === 0) return;
    const rows = this.#gathered;
    this.#pending.push({ rows: rows.length, bytes: this.#gatheredBytes });
    this.#gathered = [];
    this.#gatheredBytes = 0;
    thread.keep(rows);
  }

  /** Takes written rows off the counts; bytes leave with the last row of what was sent together. */
  #settle(rows: number): void {
    this.#rows -= rows;
    for (let left = rows; left > 0; ) {
      const [first] = this.#pending;
      if (first === undefined) return;
      const taken = Math.min(left, first.rows);
      first.rows -= taken;
      left -= taken;
      if (first.rows > 0) return;
      this.#bytes -= first.bytes;
      this.#pending.shift();
    }
  }
}
