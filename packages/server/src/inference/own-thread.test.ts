import { afterAll, beforeAll, expect, test } from "vitest";
import type { Batch, BatchExecutor, BatchOutcome } from "../batching/batch-executor.ts";
import { tinyFolders } from "../testing/tiny-folders.ts";
import { openRegistryOfAllTasks, type TinyRegistry } from "../testing/tiny-registry.ts";
import { OwnThread } from "./own-thread.ts";

/** Workers that answer with what they were given, and say so. */
class RecordedWorkers implements BatchExecutor<unknown, unknown> {
  onFree: (() => void) | undefined;
  size = 1;
  hasIdle = true;
  hasSpare = true;
  isIdle = true;
  readonly batches: Batch<unknown>[] = [];

  async execute(batch: Batch<unknown>): Promise<BatchOutcome<unknown>> {
    this.batches.push(batch);
    return { answers: batch.items };
  }
}

let tiny: TinyRegistry;
const workers = new RecordedWorkers();
const results: unknown[] = [];
let ownThread: OwnThread;

beforeAll(async () => {
  tiny = await openRegistryOfAllTasks();
  ownThread = new OwnThread({
    workers,
    loading: { threads: 1, shareBases: true },
    onResult: (result) => results.push(result),
  });
  for (const folder of await tinyFolders(tiny.registry)) await ownThread.add({ id: folder.key, models: [folder] });
});
afterAll(async () => {
  ownThread.close();
  await tiny.remove();
});

const batch = (model: string, items: readonly unknown[]): Batch<unknown> => ({
  model: `${model}:1 ${model}:1`,
  items,
  options: {},
  isLone: items.length === 1,
  signal: new AbortController().signal,
});
/** Batches of which the workers hear while something is done. */
async function workersGet(action: () => Promise<unknown>): Promise<number> {
  const before = workers.batches.length;
  await action();
  return workers.batches.length - before;
}

test("runs a lone item while the workers are idle, and tells how long it took", async () => {
  expect(await workersGet(() => ownThread.execute(batch("text-classification", ["a"])))).toBe(0);
  const { answers } = await ownThread.execute(batch("text-classification", ["a"]));
  // The letter of a label has logit 1, the two others 0.
  expect((answers[0] as Float64Array)[0]).toBeCloseTo(Math.E / (Math.E + 2), 6);
  expect(results.at(-1)).toMatchObject({
    model: "text-classification:1 text-classification:1",
    answers,
    preparationMs: expect.any(Number),
    inferenceMs: expect.any(Number),
  });
});

test("leaves what is not alone, and everything while a worker is busy, to the workers", async () => {
  expect(await workersGet(() => ownThread.execute(batch("text-classification", ["a", "b"])))).toBe(1);
  const one = { ...batch("text-classification", ["a"]), isLone: false };
  expect(await workersGet(() => ownThread.execute(one))).toBe(1);
  workers.isIdle = false;
  expect(await workersGet(() => ownThread.execute(batch("text-classification", ["a"])))).toBe(1);
  workers.isIdle = true;
});

test("leaves models to the workers of which an item may take any time", async () => {
  expect(await workersGet(() => ownThread.execute(batch("causal-language-modeling", ["a"])))).toBe(1);
});

test("a failure is that of a worker, which passes on what is wrong with a request", async () => {
  const failure = expect(ownThread.execute(batch("text-classification", [1]))).rejects;
  await failure.toMatchObject({ status: 400, message: expect.stringContaining("texts[0]: must be a text") });
});

test("has the places of the workers, and tells when one becomes free", () => {
  const listener = () => {};
  ownThread.onFree = listener;
  expect(workers.onFree).toBe(listener);
  workers.hasIdle = false;
  expect([ownThread.hasIdle, ownThread.hasSpare]).toEqual([false, true]);
});
