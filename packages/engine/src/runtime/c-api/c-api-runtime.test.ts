import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { type Tensor, tensorFrom, zeros } from "../../tensor/tensor.ts";
import type { BindingWorkerData } from "../testing/binding-worker.ts";
import { model, node } from "../testing/model-bytes.ts";
import { ADDITION, describeRuntimeContract } from "../testing/runtime-contract.ts";
import { createCApiRuntime } from "./c-api-runtime.ts";

describeRuntimeContract("onnxruntime-c", createCApiRuntime);

/** x · x · … · x, as many products as asked for: work that takes a while. */
function power(products: number): Uint8Array {
  const matrix = (name: string) => ({ name, dtype: "float32" as const, shape: ["n", "n"] });
  const nodes = Array.from({ length: products }, (_, i) =>
    node(`y${i === products - 1 ? "" : i} = MatMul(x, ${i === 0 ? "x" : `y${i - 1}`})`),
  );
  return model({ inputs: [matrix("x")], outputs: [matrix("y")], nodes });
}

/** Its powers are itself. */
function averages(n: number, options?: { shared: boolean }): Tensor {
  const result = zeros("float32", [n, n], options);
  result.data.fill(1 / n);
  return result;
}

function startWorker(data: BindingWorkerData): Worker {
  return new Worker(new URL("../../../dist/runtime/testing/binding-worker.js", import.meta.url), { workerData: data });
}

describe("the C API", () => {
  test("leaves the event loop free during a run", async () => {
    const runtime = await createCApiRuntime();
    const session = await runtime.createSession(power(40));
    let isRunning = true;
    let ticks = 0;
    const tick = () => {
      ticks++;
      if (isRunning) setImmediate(tick);
    };
    setImmediate(tick);
    const { y } = await session.run({ x: averages(512) });
    isRunning = false;
    expect(ticks).toBeGreaterThan(10);
    expect(y?.data[0]).toBeCloseTo(1 / 512, 5);
    session.release();
  });

  test("lets the calling thread do the work where it may: nothing else has its turn before the end", async () => {
    const runtime = await createCApiRuntime();
    const session = await runtime.createSession(power(200));
    let turns = 0;
    const tick = setImmediate(() => {
      turns += 1;
    });
    const { y } = await session.run({ x: averages(256) }, ["y"], { blocking: true });
    expect(turns).toBe(0);
    clearImmediate(tick);
    expect(y?.data[0]).toBeCloseTo(1 / 256, 5);
    await expect(session.run({ x: averages(2), z: averages(2) }, ["y"], { blocking: true })).rejects.toThrow("z");
    session.release();
  });

  test("stops a run under way when the signal says so", async () => {
    const runtime = await createCApiRuntime();
    const session = await runtime.createSession(power(1000));
    const abort = new AbortController();
    const run = session.run({ x: averages(512) }, ["y"], { signal: abort.signal });
    setImmediate(() => abort.abort(new Error("no longer wanted")));
    await expect(run).rejects.toThrow("no longer wanted");
    expect((await session.run({ x: averages(2) })).y?.data).toEqual(Float32Array.of(0.5, 0.5, 0.5, 0.5));
    session.release();
  });

  test("gives all memory back", async () => {
    const runtime = await createCApiRuntime();
    const session = await runtime.createSession(ADDITION);
    // 16 KiB a tensor: what ten thousand runs leave behind would be 160 MiB and more.
    const x = zeros("float32", [4096]);
    const wrong = zeros("float32", [4095]);
    const runs = async (count: number) => {
      for (let i = 0; i < count / 2; i++) {
        await session.run({ x, y: x });
        const binding = session.bind({ inputs: { x }, outputs: {} });
        await binding.run({ y: x }, ["z"]);
        binding.release();
        if (i % 10 === 0) await expect(session.run({ x, y: wrong })).rejects.toThrow("Add");
      }
    };
    await runs(1000);
    const before = process.memoryUsage().rss;
    await runs(10_000);
    expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(64);
    session.release();
  });

  test("gives a session's memory back", async () => {
    const runtime = await createCApiRuntime();
    const matrix = { name: "x", dtype: "float32" as const, shape: ["n", 512] };
    const weights = { w: zeros("float32", [512, 512]) };
    const bytes = model({
      inputs: [matrix],
      outputs: [{ ...matrix, name: "y" }],
      initializers: weights,
      nodes: [node("y = MatMul(x, w)")],
    });
    const sessions = async (count: number) => {
      for (let i = 0; i < count; i++) (await runtime.createSession(bytes)).release();
    };
    await sessions(20);
    const before = process.memoryUsage().rss;
    // 1 MiB of weights each.
    await sessions(200);
    expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(64);
  });

  test("works in several threads at once, on shared memory", async () => {
    const workers = Array.from({ length: 3 }, (_, i) => {
      const x = zeros("float32", [3], { shared: true });
      x.data.fill(i);
      const z = zeros("float32", [3], { shared: true });
      return { z, worker: startWorker({ model: ADDITION, inputs: { x, y: x }, outputs: { z } }) };
    });
    await Promise.all(workers.map(({ worker }) => once(worker, "exit")));
    expect(workers.map(({ z }) => z.data)).toEqual([0, 2, 4].map((value) => Float32Array.of(value, value, value)));
  });

  test("survives the end of a thread that is in the middle of a run", async () => {
    const x = averages(512, { shared: true });
    const y = zeros("float32", [512, 512], { shared: true });
    const worker = startWorker({ model: power(100), inputs: { x }, outputs: { y } });
    await once(worker, "message");
    await worker.terminate();
    const runtime = await createCApiRuntime();
    const session = await runtime.createSession(ADDITION);
    const one = tensorFrom("float32", [1], [1]);
    expect((await session.run({ x: one, y: one })).z?.data[0]).toBe(2);
    session.release();
  });
});
