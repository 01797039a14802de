import { setTimeout as sleep } from "node:timers/promises";
import { FailedItem } from "@modelwright/inference";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import type { Batch, BatchExecutor, BatchOutcome } from "./batch-executor.ts";
import type { Lane } from "./batch-queue.ts";
import { Batcher, type BatcherOptions } from "./batcher.ts";
import { ItemEndedWorker } from "./quarantine.ts";

/** Workers that spell a text backwards, as slowly as told. */
class BackwardsExecutor implements BatchExecutor<string, string> {
  onFree: (() => void) | undefined;
  readonly batches: (readonly string[])[] = [];
  readonly #held: number[];
  readonly #perWorker: number;
  readonly #run: (texts: readonly string[], batch: Batch<string>) => Promise<void>;

  constructor(options: {
    workers: number;
    perWorker?: number;
    run: (texts: readonly string[], batch: Batch<string>) => Promise<void>;
  }) {
    this.#held = new Array<number>(options.workers).fill(0);
    this.#perWorker = options.perWorker ?? 2;
    this.#run = options.run;
  }

  get size() {
    return this.#held.length;
  }

  get hasIdle() {
    return this.#held.some((held) => held === 0);
  }

  get hasSpare() {
    return this.#held.some((held) => held < this.#perWorker);
  }

  async execute(batch: Batch<string>): Promise<BatchOutcome<string>> {
    const { items: texts } = batch;
    const worker = this.#held.indexOf(Math.min(...this.#held));
    if (this.#held[worker]! >= this.#perWorker) throw new Error("no place is free");
    this.#held[worker]! += 1;
    this.batches.push(texts);
    try {
      await this.#run(texts, batch);
      return { answers: texts.map(backwards) };
    } finally {
      this.#held[worker]! -= 1;
      this.onFree?.();
    }
  }
}

const backwards = (text: string) => [...text].reverse().join("");

const SETTINGS = { maxDelayMs: 2, latencyTargetMs: 250, queueLimit: 100, maxWaitMs: 1000, timeoutMs: 10_000 };

type Options = Partial<BatcherOptions<string, string> & Lane<string>>;

/** A batcher whose `submit` takes the name of a model. */
function batcherOf(executor: BackwardsExecutor, { maxBatch = 4, ...options }: Options = {}) {
  const batcher = new Batcher({ executor, ...SETTINGS, ...options });
  const lane = (key: string): Lane<string> => ({
    key,
    model: key,
    options: { asked: key },
    maxBatch,
    sizeOf: (text) => text.length,
  });
  return {
    submit: (key: string, texts: readonly string[]) => batcher.submit(lane(key), texts),
    get queued() {
      return batcher.queued;
    },
  };
}

/** Resolves when so many batches have begun. */
const begun = (executor: BackwardsExecutor, count: number) =>
  vi.waitFor(() => expect(executor.batches.length).toBeGreaterThanOrEqual(count), { interval: 1 });

/** A run that ends when the test says so. */
function gate() {
  const waiting: (() => void)[] = [];
  return {
    run: () => new Promise<void>((resolve) => waiting.push(resolve)),
    open: () => {
      for (const resolve of waiting.splice(0)) resolve();
    },
  };
}

describe("Batcher", () => {
  test("fails the request whose item failed, and answers the others of its batch", async () => {
    const executor: BatchExecutor<string, string> = {
      size: 1,
      hasIdle: true,
      hasSpare: true,
      onFree: undefined,
      execute: async ({ items }) => ({
        answers: items.map((item) => (item === "bad" ? new FailedItem(new Error("it is bad")) : backwards(item))),
      }),
    };
    const batcher = new Batcher({ executor, ...SETTINGS });
    const lane = { key: "m", model: "m", options: {}, maxBatch: 8, sizeOf: () => 1 };
    const given = [["ab"], ["cd", "bad", "ef"], ["gh"]].map((texts) => batcher.submit(lane, texts).answers);
    const [first, second, third] = await Promise.allSettled(given);
    expect([first, third]).toMatchObject([{ value: ["ba"] }, { value: ["hg"] }]);
    expect(second).toMatchObject({ status: "rejected", reason: { message: "it is bad" } });
  });

  test("sends what arrived together to an idle worker as one batch", async () => {
    const executor = new BackwardsExecutor({ workers: 1, run: async () => {} });
    const batcher = batcherOf(executor);
    const answers = ["ab", "cd", "ef"].map((text) => batcher.submit("m", [text]).answers);
    expect(await Promise.all(answers)).toEqual([["ba"], ["dc"], ["fe"]]);
    expect(executor.batches).toEqual([["ab", "cd", "ef"]]);
  });

  test("splits a request of many texts and joins the answers in order", async () => {
    const executor = new BackwardsExecutor({ workers: 2, run: async () => sleep(1) });
    const texts = Array.from({ length: 11 }, (_, i) => `text ${i}`);
    expect(await batcherOf(executor).submit("m", texts).answers).toEqual(texts.map(backwards));
    expect(executor.batches.map(({ length }) => length)).toEqual([4, 4, 3]);
  });

  test("gives a busy worker the next batch when it is full, and when its oldest text has waited long enough", async () => {
    const { run, open } = gate();
    const executor = new BackwardsExecutor({ workers: 1, run });
    const batcher = batcherOf(executor, { maxDelayMs: 60_000 });
    const first = batcher.submit("m", ["a"]).answers;
    await begun(executor, 1);
    const others = ["b", "c", "d"].map((text) => batcher.submit("m", [text]).answers);
    await sleep(5);
    expect(executor.batches).toEqual([["a"]]);
    others.push(batcher.submit("m", ["e"]).answers);
    await begun(executor, 2);
    expect(executor.batches).toEqual([["a"], ["b", "c", "d", "e"]]);
    open();
    await Promise.all([first, ...others]);

    const impatient = batcherOf(executor, { maxDelayMs: 20 });
    const running = impatient.submit("m", ["f"]).answers;
    await begun(executor, 3);
    const waiting = impatient.submit("m", ["g"]).answers;
    await begun(executor, 4);
    expect(executor.batches.slice(2)).toEqual([["f"], ["g"]]);
    open();
    await Promise.all([running, waiting]);
  });

  test("refuses what the queue cannot hold, and says how much it holds", async () => {
    const { run, open } = gate();
    const executor = new BackwardsExecutor({ workers: 1, perWorker: 1, run });
    const batcher = batcherOf(executor, { queueLimit: 3 });
    const running = batcher.submit("m", ["a"]).answers;
    await begun(executor, 1);
    const queued = batcher.submit("m", ["b", "c"]).answers;
    expect(() => batcher.submit("m", ["d", "e"])).toThrow(/2 items are waiting, .* the queue holds 3/);
    const last = batcher.submit("m", ["f"]).answers;
    const answers = Promise.all([running, queued, last]);
    open();
    await running;
    await begun(executor, 2);
    open();
    expect(await answers).toEqual([["a"], ["b", "c"], ["f"]]);
  });

  test("a request that was given up leaves the queue, and its neighbours are answered", async () => {
    const { run, open } = gate();
    const executor = new BackwardsExecutor({ workers: 1, perWorker: 1, run });
    const batcher = batcherOf(executor);
    const running = batcher.submit("m", ["a"]).answers;
    await begun(executor, 1);
    const given = batcher.submit("m", ["b", "c"]);
    const neighbour = batcher.submit("m", ["d"]).answers;
    given.cancel();
    await expect(given.answers).rejects.toMatchObject({ code: "SERVER_CLIENT_GONE" });
    expect(batcher.queued).toBe(1);
    open();
    await running;
    await begun(executor, 2);
    open();
    expect(await neighbour).toEqual(["d"]);
    expect(executor.batches).toEqual([["a"], ["d"]]);
  });

  test("a request that takes too long is refused, also while it runs", async () => {
    const { run, open } = gate();
    const batcher = batcherOf(new BackwardsExecutor({ workers: 1, perWorker: 1, run }), { timeoutMs: 10 });
    const running = batcher.submit("m", ["a"]).answers;
    const queued = batcher.submit("m", ["b"]).answers;
    await expect(running).rejects.toMatchObject({ code: "SERVER_TIMEOUT" });
    await expect(queued).rejects.toMatchObject({ code: "SERVER_TIMEOUT" });
    expect(batcher.queued).toBe(0);
    open();
  });

  test("gives a batch the options of its lane, and never mixes lanes", async () => {
    const seen: [readonly string[], object][] = [];
    const executor = new BackwardsExecutor({
      workers: 1,
      run: async (texts, { options }) => {
        seen.push([texts, options]);
      },
    });
    const batcher = batcherOf(executor);
    await Promise.all(
      [batcher.submit("m", ["a"]), batcher.submit("n", ["b"]), batcher.submit("m", ["c"])].map(
        ({ answers }) => answers,
      ),
    );
    expect(seen).toEqual([
      [["a", "c"], { asked: "m" }],
      [["b"], { asked: "n" }],
    ]);
  });

  test("aborts a batch when nobody waits for it any more, and not before", async () => {
    const { run, open } = gate();
    const signals: AbortSignal[] = [];
    const executor = new BackwardsExecutor({
      workers: 1,
      run: (_, { signal }) => {
        signals.push(signal);
        return run();
      },
    });
    const batcher = batcherOf(executor);
    const [first, second] = [batcher.submit("m", ["a"]), batcher.submit("m", ["b"])];
    await begun(executor, 1);
    expect(executor.batches).toEqual([["a", "b"]]);
    first.cancel();
    expect(signals[0]!.aborted).toBe(false);
    second.cancel();
    expect(signals[0]!.aborted).toBe(true);
    await Promise.allSettled([first.answers, second.answers]);
    const third = batcher.submit("m", ["c"]);
    await begun(executor, 2);
    open();
    expect(await third.answers).toEqual(["c"]);
    third.cancel();
    expect(signals[1]!.aborted).toBe(false);
  });

  test("a batch that fails fails its own requests only", async () => {
    const executor = new BackwardsExecutor({
      workers: 1,
      run: async (texts) => {
        if (texts.includes("bad")) throw new Error("no");
      },
    });
    const batcher = batcherOf(executor, { maxBatch: 1 });
    const answers = await Promise.allSettled(["a", "bad", "c"].map((text) => batcher.submit("m", [text]).answers));
    expect(answers.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  });

  test("answers every text once, by its own row, in order, under random arrival", async () => {
    const request = fc.record({
      model: fc.constantFrom("m", "n"),
      texts: fc.array(fc.string({ maxLength: 12 }), { minLength: 1, maxLength: 9 }),
      pauseMs: fc.constantFrom(0, 0, 0, 1, 2),
    });
    const setting = fc.record({
      requests: fc.array(request, { minLength: 1, maxLength: 25 }),
      workers: fc.integer({ min: 1, max: 3 }),
      maxBatch: fc.integer({ min: 1, max: 8 }),
      maxDelayMs: fc.integer({ min: 0, max: 2 }),
      runMs: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(setting, async ({ requests, workers, maxBatch, maxDelayMs, runMs }) => {
        let runs = 0;
        const executor = new BackwardsExecutor({ workers, run: async () => sleep(runMs[runs++ % runMs.length]) });
        const batcher = batcherOf(executor, { maxBatch, maxDelayMs, queueLimit: 10_000 });
        const answers: Promise<readonly string[]>[] = [];
        for (const { model, texts, pauseMs } of requests) {
          if (pauseMs > 0) await sleep(pauseMs);
          answers.push(batcher.submit(model, texts).answers);
        }
        expect(await Promise.all(answers)).toEqual(requests.map(({ texts }) => texts.map(backwards)));
        expect(executor.batches.flat().toSorted()).toEqual(requests.flatMap(({ texts }) => texts).toSorted());
        expect(Math.max(...executor.batches.map(({ length }) => length))).toBeLessThanOrEqual(maxBatch);
        expect(batcher.queued).toBe(0);
      }),
      { numRuns: 40 },
    );
  });

  test("says of a batch when it is all that is asked: one request for one item", async () => {
    const lone: boolean[] = [];
    const run = async (_: readonly string[], { isLone }: Batch<string>) => void lone.push(isLone);
    const batcher = batcherOf(new BackwardsExecutor({ workers: 1, perWorker: 1, run }), { maxBatch: 1 });
    await batcher.submit("m", ["a"]).answers;
    expect(lone).toEqual([true]);
    await batcher.submit("m", ["a", "b"]).answers;
    expect(lone.slice(1)).toEqual([false, false]);
    await Promise.all(["a", "b"].map((text) => batcher.submit("m", [text]).answers));
    // The last one finds nobody behind it.
    expect(lone.slice(3)).toEqual([false, true]);
  });
});

test("an item that ended a worker stays refused when its model is loaded again, and of that model alone", async () => {
  let runs = 0;
  const executor: BatchExecutor<string, string> = {
    onFree: undefined,
    size: 1,
    hasIdle: true,
    hasSpare: true,
    async execute({ items }) {
      runs++;
      return { answers: items.map((item) => (item === "bad" ? new FailedItem(new ItemEndedWorker("died")) : item)) };
    },
  };
  const batcher = new Batcher<string, string>({ executor, ...SETTINGS });
  const lane = (unit: string, subject: string): Lane<string> => {
    const model = `${unit} ${subject}`;
    return { key: model, model, subject, options: {}, maxBatch: 4, sizeOf: (text) => text.length };
  };
  const quarantined = { code: "SERVER_ITEM_QUARANTINED" };
  await expect(batcher.submit(lane("unit 1", "m:1"), ["bad"]).answers).rejects.toMatchObject(quarantined);
  expect(() => batcher.submit(lane("unit 2", "m:1"), ["good", "bad"])).toThrow(expect.objectContaining(quarantined));
  expect(await batcher.submit(lane("unit 2", "m:1"), ["good"]).answers).toEqual(["good"]);
  await expect(batcher.submit(lane("unit 3", "m:2"), ["bad"]).answers).rejects.toMatchObject(quarantined);
  expect(runs).toBe(3);
});
