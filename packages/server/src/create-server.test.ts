import { existsSync } from "node:fs";
import { appendFile, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DTYPES, defaultRuntime, describeProviders, encodeModel, GraphBuilder, tensorFrom } from "@modelwright/engine";
import { inferenceRow } from "@modelwright/inference";
import { openRegistry, type Registry } from "@modelwright/registry";
import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createServer, createServerWith } from "./create-server.ts";
import type { ServerOptions } from "./server-options.ts";
import { post } from "./testing/requests.ts";
import { openTinyRegistry } from "./testing/tiny-registry.ts";
import { registerTinyVersion } from "./testing/tiny-version.ts";

const MORTAL_WORKER = new URL("./inference/fixtures/mortal-worker.mjs", import.meta.url);
const PREDICT = "/v1/models/letters/predict";

let registry: Registry;
let remove: () => Promise<void>;
const apps: FastifyInstance[] = [];

beforeEach(async () => {
  ({ registry, remove } = await openTinyRegistry());
});

afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
  await remove();
});

async function serve(options: Partial<ServerOptions> = {}, workerEntry?: URL): Promise<FastifyInstance> {
  const internals = workerEntry === undefined ? {} : { workerEntry };
  const app = await createServerWith({ registry, models: [], workers: 1, drainMs: 0, ...options }, internals);
  apps.push(app);
  return app;
}

async function restarts(app: FastifyInstance): Promise<number> {
  const { body } = await app.inject("/metrics");
  return Number(/modelwright_worker_restarts_total (\d+)/.exec(body)![1]);
}

describe("createServer", () => {
  test("refuses a version whose files were changed", async () => {
    const directory = await registry.materialise({ name: "letters", version: 1 });
    await appendFile(join(directory, "onnx", "model.onnx"), "x");
    await expect(createServer({ registry, models: [] })).rejects.toMatchObject({ code: "REGISTRY_VERSION_CORRUPT" });
  });

  test("refuses references that find nothing", async () => {
    await expect(createServer({ registry, models: ["letter"] })).rejects.toMatchObject({
      code: "REGISTRY_MODEL_UNKNOWN",
    });
    await expect(createServer({ registry, models: ["letters:9"] })).rejects.toMatchObject({
      code: "REGISTRY_VERSION_UNKNOWN",
    });
  });

  test("answers on WebGPU as on the CPU", async ({ skip }) => {
    const providers = await describeProviders(await defaultRuntime());
    const problem = providers.find(({ name }) => name === "webgpu")?.problem;
    skip(problem !== undefined, `no WebGPU: ${problem}`);
    const answers = [];
    for (const executionProvider of ["cpu", "webgpu"] as const) {
      const app = await serve({ executionProvider, maxBatch: 2 });
      answers.push((await post(app, PREDICT, { text: "a banana" })).body.predictions);
    }
    expect(answers[1]).toEqual(answers[0]);
  });

  test("says what an execution provider lacks", async () => {
    const providers = await describeProviders(await defaultRuntime());
    const missing = providers.find(({ problem }) => problem !== undefined)?.name;
    if (missing === undefined) return;
    await expect(serve({ executionProvider: missing })).rejects.toMatchObject({ code: "ENGINE_PROVIDER_UNAVAILABLE" });
  });

  test("refuses an execution provider of another name", async () => {
    await expect(serve({ executionProvider: "gpu" as "auto" })).rejects.toMatchObject({
      code: "SERVER_OPTION_INVALID",
      details: { option: "executionProvider", got: "gpu" },
    });
  });

  test("refuses an empty registry", async () => {
    const directory = join(registry.location, "empty");
    const empty = await openRegistry(directory);
    await expect(createServer({ registry: empty, models: [] })).rejects.toMatchObject({ code: "SERVER_NO_MODELS" });
    await empty.close();
  });

  test("passes on why a worker cannot load a model, and leaves no worker behind", async () => {
    await registerTinyVersion(registry, { name: "broken", model: new TextEncoder().encode("no model") });
    await expect(createServer({ registry, models: ["broken"], workers: 2 })).rejects.toMatchObject({
      code: expect.stringMatching(/^ENGINE_/),
    });
  });

  test("leaves no worker behind where something fails once they run", async () => {
    const original = registry.materialise.bind(registry);
    const materialise = vi.spyOn(registry, "materialise");
    await (await createServer({ registry, models: [], workers: 2 })).close();
    let left = materialise.mock.calls.length;
    materialise.mockImplementation(async (record) => {
      if (--left === 0) throw new Error("the disk is gone");
      return original(record);
    });
    const threads = () => process.getActiveResourcesInfo().filter((name) => name === "MessagePort").length;
    const before = threads();
    await expect(createServer({ registry, models: [], workers: 2 })).rejects.toThrow("the disk is gone");
    expect(threads()).toBe(before);
  });

  test.each([
    [{ workers: 0 }, "workers: must be a whole number from 1 to 256, got 0"],
    [{ maxBatch: 1.5 }, "maxBatch: must be a whole number from 1 to 1024, got 1.5"],
    [{ maxDelayMs: Number.NaN }, "maxDelayMs: must be a whole number from 0 to 60000, got NaN"],
    [
      { models: undefined as never },
      "models: must be a list of references; an empty one stands for every model, got nothing",
    ],
    [{ models: "letters" as never }, 'an empty one stands for every model, got "letters"'],
    [{ registry: undefined as never }, "registry: must be one that openRegistry gave, got nothing"],
    [{ registry: "models" as never }, 'registry: must be one that openRegistry gave, got "models"'],
    [{ queueLimit: 10, maxTextsPerRequest: 11 }, "queueLimit: must be at least maxTextsPerRequest (11)"],
  ])("refuses the options %j", async (options, message) => {
    await expect(createServer({ registry, models: [], ...options })).rejects.toThrow(message);
  });

  test("a version needs its files only while a worker starts", async () => {
    const app = await serve();
    await rm(await registry.materialise({ name: "letters", version: 1 }), { recursive: true });
    expect((await post(app, PREDICT, { text: "a" })).status).toBe(200);
  });

  test("refuses with 503 and retry-after what the queue cannot hold, and answers the rest", async () => {
    const app = await serve({ queueLimit: 8, maxBatch: 1 });
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => post(app, PREDICT, { texts: ["a", "b", "c", "aa"] })),
    );
    const refused = answers.filter(({ status }) => status === 503);
    expect(refused.length).toBeGreaterThan(0);
    for (const { headers, body } of refused) {
      expect([headers["retry-after"], body.code]).toEqual(["1", "SERVER_OVERLOADED"]);
    }
    const answered = answers.filter(({ status }) => status === 200);
    expect(answered.length + refused.length).toBe(12);
    for (const { body } of answered) {
      expect(body.predictions.map(({ label }: { label: string }) => label)).toEqual(["a", "b", "c", "a"]);
    }
  });

  test("gives a request the deadline of its header, or of the protocol's parameter, and refuses one that is none", async () => {
    const app = await serve({ maxBatch: 1 });
    const texts = Array.from({ length: 256 }, () => "a".repeat(1000));
    const ask = (url: string, payload: object, headers: Readonly<Record<string, string>> = {}) =>
      app.inject({ method: "POST", url, headers, payload });
    for (const given of ["0", "soon", "1.5", "-1"]) {
      const refused = await ask(PREDICT, { text: "a" }, { "x-request-timeout-ms": given });
      expect(refused.statusCode).toBe(400);
      const problem = `x-request-timeout-ms: must be a whole number of milliseconds above zero, got "${given}"`;
      expect(refused.json().message).toContain(problem);
    }
    const late = await ask(PREDICT, { texts }, { "x-request-timeout-ms": "1" });
    expect([late.statusCode, late.json().code]).toEqual([504, "SERVER_TIMEOUT"]);
    const tensor = { name: "text", datatype: "BYTES", shape: [256], data: texts };
    const infer = (timeout: number) =>
      ask("/v2/models/letters/infer", { inputs: [tensor], parameters: { timeout } }).then(
        ({ statusCode }) => statusCode,
      );
    // 503 where it is clear at once that there is no time.
    expect([503, 504]).toContain(await infer(1000));
    // Zero stands for no limit of its own.
    expect(await infer(0)).toBe(200);
    expect((await ask(PREDICT, { text: "a" }, { "x-request-timeout-ms": "20000" })).statusCode).toBe(200);
  });

  test("refuses what would wait too long with 429 and the seconds until it is through, and shows what it expects", async () => {
    const app = await serve({ maxBatch: 1, maxWaitMs: 1 });
    const texts = Array.from({ length: 64 }, () => "a".repeat(1000));
    // How long they take is learnt first.
    expect((await post(app, PREDICT, { texts })).status).toBe(200);
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(app, PREDICT, { texts })));
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused.length).toBeGreaterThan(0);
    for (const { status, headers, body } of refused) {
      expect([429, 503]).toContain(status);
      expect(body.code).toBe(status === 429 ? "SERVER_CLIENT_OVER_SHARE" : "SERVER_OVERLOADED");
      expect(headers["retry-after"]).toBe(String(Math.max(1, Math.ceil(body.details.retryAfterMs / 1000))));
    }
    const { body } = await app.inject("/metrics");
    const [, perSize] = /modelwright_batch_duration_seconds_per_size\{model="letters",version="1"\} (\S+)/.exec(body)!;
    expect(Number(perSize)).toBeGreaterThan(0);
    expect(body).toContain("modelwright_queue_expected_wait_seconds 0");
  });

  test("answers 504 in time when the model does not", async () => {
    const app = await serve({ requestTimeoutMs: 1, maxBatch: 1 });
    const texts = Array.from({ length: 256 }, () => "a".repeat(1000));
    const { status, body } = await post(app, PREDICT, { texts });
    expect([status, body.code]).toEqual([504, "SERVER_TIMEOUT"]);
  });
});

/** A graph that gives each token the row of a table: summed over a text, or beside each token. */
function tableGraph(rows: readonly (readonly number[])[], { summed }: { readonly summed: boolean }): Uint8Array {
  const b = new GraphBuilder({ name: "table" });
  const ids = b.input("input_ids", "int64", ["batch", "sequence"]);
  const table = b.initializer("table", tensorFrom("float32", [rows.length, rows[0]!.length], rows.flat()));
  const given = b.op("Gather", [table, ids], { axis: 0 });
  if (!summed) {
    b.output(given, "logits");
    return encodeModel(b.build());
  }
  const mask = b.op("Cast", [b.input("attention_mask", "int64", ["batch", "sequence"])], { to: DTYPES.float32.onnx });
  const read = b.op("Mul", [given, b.op("Unsqueeze", [mask, b.ints([2])])]);
  b.output(b.op("ReduceSum", [read, b.ints([1])], { keepdims: 0 }), "logits");
  return encodeModel(b.build());
}

/** Tokens of the tiny text classifier: padding, unknown, space, 26 letters, 10 digits. */
const TOKENS = 39;

describe("a model whose numbers are none", () => {
  test("is answered with 500 that names the item; requests without such an item are answered", async () => {
    const rows = Array.from({ length: TOKENS }, (_, id) => Array<number>(3).fill(id === TOKENS - 1 ? Number.NaN : 0));
    await registerTinyVersion(registry, { name: "broken", model: tableGraph(rows, { summed: true }) });
    const app = await serve({ models: ["broken"] });
    const path = "/v1/models/broken/predict";
    const [sound, broken] = await Promise.all([
      post(app, path, { text: "a" }),
      post(app, path, { texts: ["a", "b 9"] }),
    ]);
    expect(sound!.status).toBe(200);
    expect(broken).toMatchObject({
      status: 500,
      body: { code: "SERVER_OUTPUT_NOT_FINITE", details: { model: "broken:1", index: 1, item: "text" } },
    });
  });
});

describe("an answer that takes long", () => {
  test("ends when its request is given up, and the worker goes on with the next", async () => {
    const task = "causal-language-modeling";
    const { manifest } = await inferenceRow(task).tinyVersion();
    const size = manifest.signature.tensors.outputs[0]!.shape.at(-1)!;
    const { endOfTextId } = manifest.preprocessing as { endOfTextId: number };
    const row = Array.from({ length: size }, (_, id) => (id === endOfTextId ? Number.NEGATIVE_INFINITY : 0));
    const model = tableGraph(Array<number[]>(size).fill(row), { summed: false });
    await registerTinyVersion(registry, { name: "endless", task, model });
    const app = await serve({ models: ["endless"], requestTimeoutMs: 1000 });
    const path = "/v1/models/endless/predict";
    const given = await post(app, path, { text: "one", options: { maxTokens: 100_000 } });
    expect(given).toMatchObject({ status: 504, body: { code: "SERVER_TIMEOUT" } });
    // A busy machine may take longer than the server's limit; a worker that went on answers in the end.
    let next: Awaited<ReturnType<typeof post>>;
    do next = await post(app, path, { text: "one", options: { maxTokens: 2 } });
    while (next.body.code === "SERVER_TIMEOUT");
    expect(next).toMatchObject({ status: 200, body: { predictions: [{ tokens: 2, finish: "max-tokens" }] } });
  });
});

describe("a version that is damaged", () => {
  const served = async (options: Partial<ServerOptions>) => {
    const leftOut: [string, string][] = [];
    const app = await serve({ ...options, onLeftOut: ({ model, error }) => leftOut.push([model, error.message]) });
    const { models } = (await app.inject("/v1/models")).json();
    return { app, leftOut, models: models.map(({ references }: { references: string[] }) => references[0]) };
  };

  test("is named, and the others are served", async () => {
    await registerTinyVersion(registry, { name: "changed" });
    await registerTinyVersion(registry, { name: "gone" });
    const changed = join(await registry.materialise({ name: "changed", version: 1 }), "tokenizer.json");
    await appendFile(changed, " ");
    await rm(await registry.materialise({ name: "gone", version: 1 }), { recursive: true });
    for (const models of [[], ["changed", "letters", "gone@champion"]]) {
      const { leftOut, models: found, app } = await served({ models });
      expect([found, leftOut.length]).toEqual([["letters"], 2]);
      expect(leftOut.map(([model]) => model).toSorted()).toEqual(["changed:1", "gone:1"]);
      expect(leftOut.find(([model]) => model === "changed:1")![1]).toContain("tokenizer.json");
      expect((await post(app, "/v1/models/changed/predict", { text: "a" })).status).toBe(404);
    }
  });

  test("is named where the runtime cannot load it, and the others are served", async () => {
    await registerTinyVersion(registry, { name: "broken", model: new TextEncoder().encode("no model") });
    await registerTinyVersion(registry, { name: "bad", model: new TextEncoder().encode("none either") });
    const { leftOut, models } = await served({ workers: 2 });
    expect([models, leftOut.map(([model]) => model).toSorted()]).toEqual([["letters"], ["bad:1", "broken:1"]]);
  });
});

describe("a worker that dies", () => {
  const statuses = async (app: FastifyInstance, paths: readonly string[]) =>
    Promise.all(paths.map(async (path) => (await app.inject(path)).statusCode));

  test.each([
    ["was changed", (file: string) => appendFile(file, "x")],
    ["is gone", (file: string) => rm(file)],
  ])("is not replaced where a file of its model %s meanwhile: the server is not ready", async (_, change) => {
    const app = await serve({ workers: 1, requestTimeoutMs: 1000 }, MORTAL_WORKER);
    const ready = ["/v2/health/ready", "/health", "/v2/models/letters/ready"];
    expect(await statuses(app, ready)).toEqual([200, 200, 200]);
    await change(join(await registry.materialise({ name: "letters", version: 1 }), "onnx", "model.onnx"));
    const poison = post(app, PREDICT, { text: "die" });
    while ((await restarts(app)) < 2) await sleep(5);
    expect(await statuses(app, ready)).toEqual([503, 503, 503]);
    expect(await statuses(app, ["/v2/health/live"])).toEqual([200]);
    expect((await poison).body.code).toMatch(/^SERVER_(?:TIMEOUT|WORKER_FAILED)$/);
  });

  test.each([
    ["by an exit", "die", { isolate: false }],
    ["by a crash of its process", "crash", { isolate: true }],
  ])("%s is replaced, and its batch is run again: nobody notices", async (_, end, options) => {
    const app = await serve({ workers: 2, maxBatch: 4, ...options }, MORTAL_WORKER);
    const marker = join(registry.location, "died");
    const texts = (i: number) => (i === 7 ? ["b", `${end} unless ${marker}`] : ["b", "c".repeat(1 + (i % 5))]);
    const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => post(app, PREDICT, { texts: texts(i) })));
    expect(existsSync(marker)).toBe(true);
    expect(answers.map(({ status }) => status)).toEqual(new Array(40).fill(200));
    for (const [i, { body }] of answers.entries()) {
      if (i !== 7) expect(body.predictions.map(({ label }: { label: string }) => label)).toEqual(["b", "c"]);
    }
    expect(await restarts(app)).toBe(1);
  });

  test.each([
    ["by an exit", "die", { isolate: false }],
    ["by a crash of its process", "crash", { isolate: true }],
  ])("%s under the same item twice makes that item fail, and only that", async (_, end, options) => {
    const app = await serve({ workers: 1, maxBatch: 1, ...options }, MORTAL_WORKER);
    const [before, poison, after] = await Promise.all(["a", end, "b"].map((text) => post(app, PREDICT, { text })));
    expect([before!.status, poison!.status, after!.status]).toEqual([200, 422, 200]);
    expect(poison!.body).toMatchObject({ code: "SERVER_ITEM_QUARANTINED", details: { index: 0, seconds: 600 } });
    expect(await restarts(app)).toBe(2);
    expect((await post(app, PREDICT, { text: "c" })).status).toBe(200);
    // It ends no worker a third time, whoever sends it.
    expect(await post(app, PREDICT, { texts: ["a", end] })).toMatchObject({
      status: 422,
      body: { code: "SERVER_ITEM_QUARANTINED", details: { index: 1 } },
    });
    expect(await restarts(app)).toBe(2);
    const { body: metrics } = await app.inject("/metrics");
    expect(metrics).toContain("modelwright_quarantined_items 1");
    expect(metrics).toContain('modelwright_errors_total{code="SERVER_ITEM_QUARANTINED"} 2');
  });

  test("under one of the items of a batch: that one is refused, and everything beside it is answered", async () => {
    const app = await serve({ workers: 1, maxBatch: 8 }, MORTAL_WORKER);
    const texts = ["a", "b", "c", "die", "aa", "bb", "cc"];
    const answers = await Promise.all(texts.map((text) => post(app, PREDICT, { text })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 422, 200, 200, 200]);
    // Under the batch, its half, the half of that and the item itself.
    expect(await restarts(app)).toBeLessThanOrEqual(4);
  });
});

describe("workers that are processes", () => {
  test("answer as threads do", async () => {
    const bodies = [];
    for (const isolate of [false, true]) {
      const app = await serve({ isolate, workers: 2 });
      bodies.push((await post(app, PREDICT, { texts: ["b", "a banana", "cc"] })).body.predictions);
    }
    expect(bodies[1]).toEqual(bodies[0]);
  });

  test.runIf(process.platform === "linux")("are killed while clients ask: every request is answered", async () => {
    const app = await serve({ isolate: true, workers: 2 });
    const statuses = new Map<number, number>();
    let isOver = false;
    const clients = Array.from({ length: 8 }, async (_, i) => {
      while (!isOver) {
        const { status } = await post(app, PREDICT, { text: "abc".slice(i % 3) });
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    });
    for (const [killed, signal] of (["SIGSEGV", "SIGKILL", "SIGABRT"] as const).entries()) {
      await sleep(100);
      process.kill((await workerProcesses())[0]!, signal);
      while ((await restarts(app)) <= killed) await sleep(5);
    }
    isOver = true;
    await Promise.all(clients);
    expect([...statuses.keys()]).toEqual([200]);
  });

  test.runIf(process.platform === "linux")("end with the server, and leave Ctrl-C to it", async () => {
    const app = await serve({ isolate: true });
    const [pid] = await workerProcesses();
    process.kill(pid!, "SIGINT");
    process.kill(pid!, "SIGTERM");
    expect((await post(app, PREDICT, { text: "b" })).status).toBe(200);
    expect(await restarts(app)).toBe(0);
    expect(await readFile(`/proc/${pid}/oom_score_adj`, "utf8")).toBe("500\n");
    await app.close();
    expect(await workerProcesses()).toEqual([]);
  });
});

/** Of the processes that this one has started, those that run models. */
async function workerProcesses(): Promise<number[]> {
  const found = [];
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const [status, command] = await Promise.all(
      ["status", "cmdline"].map((file) => readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "")),
    );
    if (status!.includes(`PPid:\t${process.pid}\n`) && command!.includes("inference/worker.js"))
      found.push(Number(pid));
  }
  return found;
}
