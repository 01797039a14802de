import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ModelwrightError, modelManifestSchema, type RecipeInputs } from "@modelwright/contracts";
import { openTable, tableVersion } from "@modelwright/data";
import { defaultRuntime, describeProviders } from "@modelwright/engine";
import { openRegistry, type Registry } from "@modelwright/registry";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { percent } from "../wording/quantities.ts";
import { evaluateModel } from "./evaluate.ts";
import { loadModel } from "./load-model.ts";
import type { RunEvent, TrainResult } from "./run-event.ts";
import { train } from "./train.ts";

const THINGS: Readonly<Record<string, readonly string[]>> = {
  delivery: ["parcel", "package", "courier"],
  payment: ["invoice", "refund", "bill"],
};
const OPENINGS = ["Where is", "I lost", "Please send", "What about", "Nobody answers about", "Today I need"];

/** 36 labelled rows, 18 of each label. */
const ROWS = Object.entries(THINGS).flatMap(([label, things]) =>
  things.flatMap((thing) => OPENINGS.map((opening) => `${opening} my ${thing},${label}`)),
);

let directory: string;
let source: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "modelwright-train-"));
  source = await csv("tickets.csv", ROWS);
});
afterAll(() => rm(directory, { recursive: true }));

async function csv(name: string, rows: readonly string[]): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, `text,label\n${rows.join("\n")}\n`);
  return path;
}

function recipeOf(
  parts: Pick<RecipeInputs["text-classification"], "model" | "train"> & { source?: string } = {},
): RecipeInputs["text-classification"] {
  return {
    name: "tickets",
    task: "text-classification",
    data: { source: parts.source ?? source, clean: { duplicates: "exact" } },
    model: { maxLength: 16, ...parts.model },
    train: { batchSize: 8, ...parts.train },
    evaluate: { bootstrap: 100 },
  };
}

async function withRegistry<T>(path: string, use: (registry: Registry) => Promise<T>): Promise<T> {
  const registry = await openRegistry({ directory: path });
  try {
    return await use(registry);
  } finally {
    await registry.close();
  }
}

async function failureOf(attempt: Promise<unknown>): Promise<ModelwrightError> {
  const error = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ModelwrightError);
  return error as ModelwrightError;
}

describe("a run from CSV to a registered version", () => {
  const events: RunEvent[] = [];
  let registry: string;
  let result: TrainResult;
  beforeAll(async () => {
    registry = join(directory, "whole");
    const recipe = recipeOf({ model: { fineTune: "frozen" }, train: { epochs: 10 } });
    result = await train(recipe, { registry, onEvent: (event) => events.push(event) });
  });

  test("names which rows its source had, as `data diff` does", async () => {
    const version = await tableVersion(await openTable(source, { baseDir: directory }));
    const expected = [{ name: "tickets.csv", version, rows: ROWS.length }];
    await withRegistry(registry, async (opened) => {
      expect((await opened.getRun(result.runId)).sources).toEqual(expected);
      expect((await opened.getVersion("tickets", 1)).manifest.lineage.sources).toEqual(expected);
    });
  });

  test("tells of its run, data, model, training, evaluation and version, in this order", () => {
    const types = events.map(({ type }) => type);
    const first = (type: RunEvent["type"]) => types.indexOf(type);
    const order = ["run", "data", "model", "step", "evaluated", "registered", "tried"] as const;
    expect(order.map(first)).toEqual(order.map(first).toSorted((a, b) => a - b));
    expect(events.filter((event) => event.type === "evaluated").map(({ name }) => name)).toEqual([
      "tickets",
      "majority",
      "tfidf",
    ]);
  });

  test("ends with metrics, baselines, an alias and a finished run on record", async () => {
    expect(result).toMatchObject({ status: "finished", name: "tickets", version: 1, aliases: ["champion"] });
    expect(result.metrics.accuracy!.value).toBeGreaterThanOrEqual(0.75);
    expect(Object.keys(result.baselines)).toEqual(["majority", "tfidf"]);
    await withRegistry(registry, async (open) => {
      const run = await open.getRun(result.runId);
      expect(run).toMatchObject({ status: "finished", experiment: "tickets" });
      expect(run.metrics?.accuracy).toEqual(result.metrics.accuracy);
      const steps = events.filter((event) => event.type === "step");
      const points = await open.metrics(result.runId, "train/loss");
      expect(points.map(({ step, value }) => [step, value])).toEqual(steps.map(({ step, loss }) => [step, loss]));
      expect(await readdir(await open.workFolder(result.runId))).toEqual([]);
    });
  });

  test("the version's folder has the stated files, and its digests hold", async () => {
    const names = await readdir(result.directory!, { recursive: true });
    expect(names.toSorted()).toEqual(
      [
        "README.md",
        "config.json",
        "examples.json",
        "held-out-rows.bin",
        "modelwright.json",
        "onnx",
        join("onnx", "model.onnx"),
        "recipe.json",
        "reference.json",
        "report.html",
        "tokenizer.json",
        "tokenizer_config.json",
        "trained-rows.bin",
      ].toSorted(),
    );
    await withRegistry(registry, async (open) => open.verifyVersion(await open.getVersion("tickets", 1)));
    const config = JSON.parse(await readFile(join(result.directory!, "config.json"), "utf8"));
    expect(config).toMatchObject({ id2label: { 0: "delivery", 1: "payment" }, label2id: { delivery: 0, payment: 1 } });
    expect(await readFile(join(result.directory!, "report.html"), "utf8")).toContain("<html");
    expect(await readFile(join(result.directory!, "README.md"), "utf8")).toContain("tickets");
  });

  test("the manifest says what is true", async () => {
    const manifest = modelManifestSchema.parse(
      JSON.parse(await readFile(join(result.directory!, "modelwright.json"), "utf8")),
    );
    const data = events.find((event) => event.type === "data")!;
    const model = events.find((event) => event.type === "model")!;
    expect(manifest).toMatchObject({
      name: "tickets",
      version: 1,
      runId: result.runId,
      labels: ["delivery", "payment"],
      preprocessing: { maxLength: 16 },
      model: { base: "use-lite-en", fineTune: "frozen", parameters: model.parameters },
      lineage: { trainRows: data.rows.train, validationRows: data.rows.validation, testRows: data.rows.test, seed: 7 },
    });
    expect(data.rows.train + data.rows.validation + data.rows.test).toBe(ROWS.length);
    // A head of two labels on 512 features.
    expect(model.trained).toBe(512 * 2 + 2);
    expect(manifest.metrics.f1Macro).toEqual(result.metrics.f1Macro);
    await withRegistry(registry, async (open) => {
      const run = await open.getRun(result.runId);
      expect(manifest.lineage).toMatchObject({ recipeSha256: run.recipeSha256, dataSha256: run.dataSha256 });
    });
  });

  test("loads and predicts, as it did when it was tried", async () => {
    const model = await loadModel("tickets@champion", { registry });
    const tried = events.find((event) => event.type === "tried")!.trials;
    const predictions = await model.predict(tried.map(({ item }) => item as string));
    expect(predictions.map(({ label }) => label)).toEqual(tried.map(({ answer: [label] }) => label));
    for (const [i, { probability, probabilities }] of predictions.entries()) {
      expect(tried[i]!.answer[1]).toBe(percent(probability));
      expect(probabilities.reduce((sum, each) => sum + each.probability, 0)).toBeCloseTo(1, 6);
    }
    model.release();
  });

  test("the graph runs in plain onnxruntime-node, in a process that knows nothing of ours, with the same answer", async () => {
    const texts = ["Where is my parcel", "I never saw that refund"];
    const model = await loadModel("tickets", { registry });
    const ours = await model.predict(texts);
    const ids = texts.map((text) => [...model.encode(text)]);
    model.release();
    const stranger = `
      import * as ort from "onnxruntime-node";
      const [path, ids] = [process.argv[1], JSON.parse(process.argv[2])];
      const session = await ort.InferenceSession.create(path);
      const tensor = (values) => new ort.Tensor("int64", BigInt64Array.from(values, BigInt), [1, values.length]);
      const logits = [];
      for (const row of ids) {
        const { logits: output } = await session.run({ input_ids: tensor(row), attention_mask: tensor(row.map(() => 1)) });
        logits.push([...output.data]);
      }
      console.log(JSON.stringify({ inputs: session.inputNames, outputs: session.outputNames, logits }));`;
    const path = join(result.directory!, "onnx", "model.onnx");
    const run = promisify(execFile)(
      process.execPath,
      ["--input-type=module", "-e", stranger, path, JSON.stringify(ids)],
      { cwd: new URL("../../../engine", import.meta.url) },
    );
    const { inputs, outputs, logits } = JSON.parse((await run).stdout) as {
      inputs: string[];
      outputs: string[];
      logits: number[][];
    };
    expect({ inputs, outputs }).toEqual({ inputs: ["input_ids", "attention_mask"], outputs: ["logits"] });
    for (const [i, [delivery, payment]] of logits.entries()) {
      const probability = 1 / (1 + Math.exp(payment! - delivery!));
      expect(ours[i]!.probabilities.find(({ label }) => label === "delivery")!.probability).toBeCloseTo(probability, 5);
    }
  });

  test("a second run of the recipe makes version 2 with the same model, and the better-or-equal one is champion", async () => {
    const recipe = recipeOf({ model: { fineTune: "frozen" }, train: { epochs: 10 } });
    const second = await train(recipe, { registry });
    expect(second).toMatchObject({ version: 2, aliases: ["champion"] });
    expect(Buffer.compare(await modelBytes(second), await modelBytes(result))).toBe(0);
    const [first, next] = await Promise.all([result, second].map(({ reportPath }) => readFile(reportPath!, "utf8")));
    expect(first).not.toContain("tickets v1 and the");
    expect(next).toMatch(/The test rows do not decide between tickets v2 and tickets v1: /);
    expect(next).toContain("beside tickets v1 and the");
  });

  test("is evaluated on other rows, and counts those that cannot be", async () => {
    const file = await csv("held.csv", [
      ...ROWS.slice(0, 4),
      ...ROWS.slice(-4),
      "What is the weather,weather",
      "Sing a song,music",
      "Dance,music",
      ",delivery",
      "No label here,",
    ]);
    const evaluated = await evaluateModel("tickets", { registry, source: file, bootstrap: 100 });
    expect(evaluated.rows).toBe(8);
    const { labels, confusion } = evaluated.details as { labels: string[]; confusion: number[][] };
    expect(labels).toEqual(["delivery", "payment"]);
    expect(confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(8);
    expect(evaluated.measures.accuracy!.value).toBeGreaterThan(0.7);
    expect(evaluated.skipped).toEqual([{ rows: 2, reason: "no text or no label" }]);
    expect(evaluated.unknownLabels).toEqual({
      rows: 3,
      labels: [
        { label: "music", rows: 2 },
        { label: "weather", rows: 1 },
      ],
    });
    const { trainedOn = 0 } = evaluated;
    expect(trainedOn).toBeGreaterThan(0);
    expect(evaluated.warnings).toEqual([
      expect.stringMatching(/^(all 8|[1-7] of 8) rows were trained or validated on/),
    ]);
  });

  test("rows that it never saw are not taken for some that it learnt from", async () => {
    const file = await csv("fresh.csv", ["Have you seen a courier today?,delivery", "This invoice is wrong.,payment"]);
    const evaluated = await evaluateModel("tickets", { registry, source: file, bootstrap: 100 });
    expect(evaluated).toMatchObject({ rows: 2, trainedOn: 0, warnings: [] });
  });

  test("nothing that could be evaluated is an error that names the file", async () => {
    const file = await csv("strangers.csv", ["What is the weather,weather"]);
    const error = await failureOf(evaluateModel("tickets", { registry, source: file }));
    expect(error.code).toBe("EVALUATION_EMPTY");
    expect(error.message).toBe(
      `${file}: no rows to evaluate; 1 row has the label "weather", which the model does not know. ` +
        "Give at least one row with a text and a known label.",
    );
  });
});

describe("a version that rejects what it is not sure of", () => {
  const events: RunEvent[] = [];
  let registry: string;

  /** A file of which the longest column is not the text. */
  async function remarked(name: string, rows: readonly (readonly [label: string, text: string])[]): Promise<string> {
    const path = join(directory, name);
    const lines = rows.map(([label, text]) => `"A remark, which is longer than the text",${label},${text}`);
    await writeFile(path, `remark,queue,body\n${lines.join("\n")}\n`);
    return path;
  }

  beforeAll(async () => {
    registry = join(directory, "rejecting");
    const rows = ROWS.map((row) => row.split(",") as [string, string]).map(([text, label]) => [label, text] as const);
    const recipe = recipeOf({ model: { fineTune: "frozen" }, train: { epochs: 3 } });
    const data = {
      ...recipe.data,
      source: await remarked("remarked.csv", rows),
      columns: { text: "body", label: "queue" },
    };
    await train({ ...recipe, data, reject: { below: 0.97 } }, { registry, onEvent: (event) => events.push(event) });
  });

  test("says what it adjusted, in its manifest too", async () => {
    expect(events.find((event) => event.type === "calibrated")).toMatchObject({
      lines: [
        ["calibrated", expect.stringMatching(/^no: \d+ validation rows are too few, it takes 50$/)],
        [
          "rejects",
          expect.stringMatching(/^what is less likely than 97\.0 %: \d+\.\d % of the validation rows answered/),
        ],
      ],
      warnings: [],
    });
    const model = await loadModel("tickets", { registry });
    expect(model.manifest.reject).toMatchObject({ below: 0.97, validation: { rows: expect.any(Number) } });
    expect(model.manifest).not.toHaveProperty("calibration");
    for (const { label, rejected, probability } of await model.predict([
      "Where is my parcel",
      "zebra quantum melody",
    ])) {
      expect([label === null, rejected]).toEqual(probability < 0.97 ? [true, true] : [false, undefined]);
    }
    model.release();
  });

  test("is evaluated on rows of unknown labels alone, by the columns that it was trained with", async () => {
    const texts = ["zebra quantum melody", "the weather is fine", "sing a song"];
    const file = await remarked(
      "oos.csv",
      texts.map((text) => ["oos", text]),
    );
    const evaluated = await evaluateModel("tickets", { registry, source: file });
    expect(evaluated).toMatchObject({ rows: 0, measures: {}, skipped: [], warnings: [] });
    const { rows, labels, rejected } = evaluated.unknownLabels!;
    expect([rows, labels]).toEqual([3, [{ label: "oos", rows: 3 }]]);
    const model = await loadModel("tickets", { registry });
    const right = (await model.predict(texts)).filter(({ label }) => label === null).length;
    model.release();
    expect(rejected!.value).toBe(right / 3);
  });

  test("columns that a file does not have are looked for, which is said", async () => {
    const evaluated = await evaluateModel("tickets", { registry, source, bootstrap: 100 });
    expect(evaluated.rows).toBe(36);
    expect(evaluated.measures).toHaveProperty("coverage");
    expect(evaluated.warnings.slice(0, 2)).toEqual([
      expect.stringMatching(/no column is called "body", as in the model's training data; "text" was taken$/),
      expect.stringMatching(/no column is called "queue", as in the model's training data; "label" was taken$/),
    ]);
  });
});

describe("runs that do not end well", () => {
  test("a failed run is on record with its error", async () => {
    const registry = join(directory, "failed");
    const missing = join(directory, "nowhere.csv");
    const error = await failureOf(train(recipeOf({ source: missing }), { registry }));
    expect(error.code).toBe("DATA_SOURCE_NOT_FOUND");
    await withRegistry(registry, async (open) => {
      const runs = await open.listRuns();
      expect(runs).toHaveLength(1);
      expect(runs[0]).toMatchObject({
        status: "failed",
        error: { code: "DATA_SOURCE_NOT_FOUND", message: error.message },
      });
      expect(await open.listModels()).toEqual([]);
    });
    const again = train(recipeOf({ source: missing }), { registry, resume: true, set: { "train.threads": "3" } });
    expect((await failureOf(again)).code).toBe("DATA_SOURCE_NOT_FOUND");
    const runs = await withRegistry(registry, (open) => open.listRuns());
    expect(runs.map(({ environment }) => environment.threads)).toEqual(["3"]);
  });

  test("a divergence that validation rows show first is one, with the advice of one", async () => {
    const recipe = recipeOf({ model: { fineTune: "frozen" }, train: { batchSize: 64, headLearningRate: 1e38 } });
    const error = await failureOf(train(recipe, { registry: join(directory, "diverged") }));
    expect(error.code).toBe("TRAINING_DIVERGED");
    expect(error.message).toMatch(/^step \d+: the validation loss became .* Lower the learning rate/);
  });

  test("a recipe that breaks a rule makes no run", async () => {
    const registry = join(directory, "invalid");
    expect((await failureOf(train({ ...recipeOf(), name: "Not A Name" }, { registry }))).code).toBe("RECIPE_INVALID");
    expect(await withRegistry(registry, (open) => open.listRuns())).toEqual([]);
  });

  test("texts are not cut in silence to what the encoder reads", async () => {
    const recipe = recipeOf({ model: { maxLength: 300 } });
    expect(await failureOf(train(recipe, { registry: join(directory, "long") }))).toMatchObject({
      code: "MODEL_LENGTH_UNREADABLE",
      details: { option: "model.maxLength", name: "use-lite-en", longest: 128, got: 300 },
    });
  });

  test("there is nothing to resume where no run is unfinished", async () => {
    const registry = join(directory, "nothing");
    expect(await failureOf(train(recipeOf(), { registry, resume: true }))).toMatchObject({
      code: "TRAINING_NOTHING_TO_RESUME",
      details: { run: "newest" },
    });
  });

  describe("interrupted", () => {
    const recipe = () =>
      recipeOf({ model: { fineTune: "full", dropout: 0.1 }, train: { epochs: 2, batchSize: 12, threads: 1 } });

    /** Trains until a step and aborts there. */
    async function interrupted(registry: string, at: number, options: { resume?: true; source?: string } = {}) {
      const stop = new AbortController();
      const { resume, source: file } = options;
      const request = file === undefined ? recipe() : { ...recipe(), data: { ...recipe().data, source: file } };
      return train(request, {
        registry,
        signal: stop.signal,
        ...(resume === undefined ? {} : { resume }),
        onEvent: (event) => {
          if (event.type === "step" && event.step === at) stop.abort();
        },
      });
    }

    test("it is saved, and resumed it ends with the weights of a run that was not interrupted", async () => {
      const whole = await train(recipe(), { registry: join(directory, "uninterrupted") });
      const registry = join(directory, "interrupted");
      const first = await interrupted(registry, 1);
      expect(first).toMatchObject({ status: "interrupted", aliases: [] });
      expect((await readFile(first.checkpoint!)).length).toBeGreaterThan(1_000_000);
      await withRegistry(registry, async (open) => {
        expect((await open.getRun(first.runId)).status).toBe("interrupted");
        expect(await open.listModels()).toEqual([]);
      });
      const second = await train(recipe(), { registry, resume: true });
      expect(second).toMatchObject({ status: "finished", runId: first.runId, version: 1 });
      expect(Buffer.compare(await modelBytes(second), await modelBytes(whole))).toBe(0);
      const trainLoss = (path: string, run: string) =>
        withRegistry(path, async (open) =>
          (await open.metrics(run, "train/loss")).map(({ step, value }) => [step, value]),
        );
      expect(await trainLoss(registry, second.runId)).toEqual(
        await trainLoss(join(directory, "uninterrupted"), whole.runId),
      );
    });

    test("changed data is refused, and the checkpoint stays", async () => {
      const registry = join(directory, "changed");
      const file = await csv("changing.csv", ROWS);
      const first = await interrupted(registry, 1, { source: file });
      await csv("changing.csv", [...ROWS, "One more question about my parcel,delivery"]);
      const error = await failureOf(interrupted(registry, 99, { source: file, resume: true }));
      expect(error.code).toBe("TRAINING_CHECKPOINT_MISMATCH");
      expect((await readFile(first.checkpoint!)).length).toBeGreaterThan(1_000_000);
    });

    test("with other threads it is refused, and as the refusal advises it goes on", async () => {
      const registry = join(directory, "other-threads");
      const { threads: _, ...timed } = recipe().train!;
      const unstated = { ...recipe(), model: { fineTune: "frozen" as const, maxLength: 16 }, train: timed };
      const stop = AbortSignal.abort();
      const first = await train(unstated, { registry, signal: stop });
      expect(first.status).toBe("interrupted");
      const threads = String(availableParallelism() + 1);
      const error = await failureOf(train(unstated, { registry, resume: true, set: { "train.threads": threads } }));
      expect(error.code).toBe("TRAINING_CHECKPOINT_THREADS");
      const [, advised] = /train\.threads: (\d+)/.exec(error.remedy)!;
      const set = { "train.threads": advised!, "train.cpuFallback": "refuse" };
      expect(await train(unstated, { registry, resume: true, set })).toMatchObject({
        status: "finished",
        runId: first.runId,
      });
    });

    test("a signal that was given before the start stops the run at its first step", async () => {
      const stop = AbortSignal.abort();
      const result = await train(recipe(), { registry: join(directory, "aborted"), signal: stop });
      expect(result.status).toBe("interrupted");
    });
  });
});

async function modelBytes(result: TrainResult): Promise<Buffer> {
  return readFile(join(result.directory!, "onnx", "model.onnx"));
}

test("an execution provider that this machine lacks is told before a run is made", async ({ skip }) => {
  const providers = await describeProviders(await defaultRuntime());
  const missing = providers.find(({ problem }) => problem !== undefined);
  skip(missing === undefined, "this machine has every execution provider");
  const registry = join(directory, "no-provider");
  const attempt = train(recipeOf({ train: { executionProvider: missing!.name } }), { registry });
  expect(await failureOf(attempt)).toMatchObject({
    code: "ENGINE_PROVIDER_UNAVAILABLE",
    details: { executionProvider: missing!.name, problem: missing!.problem },
  });
  await withRegistry(registry, async (opened) => expect(await opened.listRuns({})).toEqual([]));
});
