import type { Batch, BatchExecutor, BatchOutcome } from "../batching/batch-executor.ts";
import type { VirtualClock } from "./virtual-clock.ts";

export interface SimulatedRun {
  readonly items: readonly string[];
  readonly startedAt: number;
  readonly endedAt: number;
}

/** A batch and the one behind it, as real workers hold. */
const BATCHES_PER_WORKER = 2;

/** Workers whose batches take `fixedMs` and `msPerSize` for each character of the padded batch; they answer each text with itself. */
export class SimulatedWorkers implements BatchExecutor<string, string> {
  onFree: (() => void) | undefined;
  readonly runs: SimulatedRun[] = [];
  readonly #options: SimulatedWorkersOptions;
  /** Of each worker: the batches it holds, and when it is through with them. */
  readonly #workers: { held: number; freeAt: number }[];

  constructor(options: SimulatedWorkersOptions) {
    this.#options = options;
    this.#workers = Array.from({ length: options.workers }, () => ({ held: 0, freeAt: 0 }));
  }

  get size(): number {
    return this.#workers.length;
  }

  get hasIdle(): boolean {
    return this.#workers.some(({ held }) => held === 0);
  }

  get hasSpare(): boolean {
    return this.#workers.some(({ held }) => held < BATCHES_PER_WORKER);
  }

  async execute({ items }: Batch<string>): Promise<BatchOutcome<string>> {
    const { clock, fixedMs, msPerSize, noise = () => 1 } = this.#options;
    const worker = this.#workers.reduce((least, other) => (other.held < least.held ? other : least));
    if (worker.held >= BATCHES_PER_WORKER) throw new Error("no place is free");
    const padded = items.length * Math.max(1, ...items.map(({ length }) => length));
    const startedAt = Math.max(clock.now(), worker.freeAt);
    const durationMs = (fixedMs + msPerSize * padded) * noise();
    worker.held += 1;
    worker.freeAt = startedAt + durationMs;
    this.runs.push({ items, startedAt, endedAt: worker.freeAt });
    await clock.sleep(worker.freeAt - clock.now());
    worker.held -= 1;
    this.onFree?.();
    return { answers: items, durationMs };
  }
}

export interface SimulatedWorkersOptions {
  readonly clock: VirtualClock;
  readonly workers: number;
  readonly fixedMs: number;
  readonly msPerSize: number;
  /** What a duration is multiplied by. Default 1. */
  readonly noise?: () => number;
}
