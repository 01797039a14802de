import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { RecipeInputs } from "@modelwright/contracts";
import { openRegistry } from "@modelwright/registry";
import { startServer } from "@modelwright/server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sampleNames } from "../tasks/token-classification/sample-names.ts";
import { loadModel } from "./load-model.ts";
import type { RunEvent, TrainResult } from "./run-event.ts";
import { train } from "./train.ts";

let directory: string;
let registry: string;
let result: TrainResult;
const events: RunEvent[] = [];
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "modelwright-names-"));
  registry = join(directory, "registry");
  await writeFile(join(directory, "names.jsonl"), sampleNames());
  const recipe: RecipeInputs["token-classification"] = {
    name: "names",
    task: "token-classification",
    data: { source: join(directory, "names.jsonl") },
    model: { width: 32, embeddingWidth: 32 },
    train: { epochs: 20, batchSize: 4, learningRate: 1e-2, threads: 1, earlyStopping: { patience: 15 } },
    evaluate: { bootstrap: 100 },
  };
  result = await train(recipe, { registry, onEvent: (event) => events.push(event) });
});
afterAll(() => rm(directory, { recursive: true }));

test("finds names that no dictionary has, and says so by label", () => {
  expect(result).toMatchObject({ status: "finished", version: 1, aliases: ["champion"] });
  expect(result.metrics["f1Micro"]!.value).toBeGreaterThan(0.8);
  expect(result.metrics["f1Micro"]!.value).toBeGreaterThan(result.baselines["dictionary"]!["f1Micro"]!.value);
  const evaluated = events.find((event) => event.type === "evaluated")!;
  expect(evaluated.tables![0]!.rows.map(([head]) => head)).toEqual(["label", "LOC", "PER"]);
  expect(evaluated.measures).toHaveProperty("f1:PER");
});

test("its card tells how offsets count, and its report shows the labels", async () => {
  const card = await readFile(join(result.directory!, "README.md"), "utf8");
  expect(card).toContain("Offsets count UTF-16 code units");
  expect(card).toContain("| Label | Test spans | Precision |");
  expect(await readFile(result.reportPath!, "utf8")).toContain("Metrics of each label");
});

test("the program and the server mark the same spans, with offsets into the text as it was sent", async () => {
  const texts = ["🎉 Anna Lindqvist moved to Oslo last year.", "Nobody answered the phone. That was number 3.", ""];
  const model = await loadModel("names", { registry, task: "token-classification" });
  const answers = await model.predict(texts);
  model.release();
  expect(answers.map(({ text }) => text)).toEqual(texts);
  expect(answers[0]!.entities.map(({ text, label }) => `${text} ${label}`)).toContain("Oslo LOC");
  for (const { text, entities } of answers)
    for (const entity of entities) expect(entity.text).toBe(text.slice(entity.start, entity.end));
  const open = await openRegistry(registry);
  const server = await startServer({ registry: open, models: ["names"], port: 0, drainMs: 0 });
  try {
    const response = await fetch(`${server.url}/v1/models/names/predict`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ texts }),
    });
    const { predictions } = (await response.json()) as { predictions: typeof answers };
    expect(predictions.map(({ entities }) => entities.map(({ start, end, label }) => [start, end, label]))).toEqual(
      answers.map(({ entities }) => entities.map(({ start, end, label }) => [start, end, label])),
    );
  } finally {
    await server.close();
    await open.close();
  }
});

const BERT = fileURLToPath(new URL("../../../../test/parity/fixtures/encoders/bert", import.meta.url));

test.each([
  { fineTune: "full", crf: true },
  { fineTune: "lora", crf: false },
] as const)("a pretrained encoder is trained under a head for each token: %j", async ({ fineTune, crf }) => {
  const name = `${fineTune}-${crf}`;
  const recipe: RecipeInputs["token-classification"] = {
    name,
    task: "token-classification",
    data: { source: join(directory, "names.jsonl") },
    model: { base: BERT, fineTune, crf, maxLength: 24 },
    train: { epochs: 2, batchSize: 8, learningRate: 1e-2, headLearningRate: 3e-2, threads: 1 },
    evaluate: { bootstrap: 100 },
  };
  const trained = await train(recipe, { registry });
  expect(trained.status).toBe("finished");
  const json = async (file: string) => JSON.parse(await readFile(join(trained.directory!, file), "utf8"));
  expect(await json("config.json")).toMatchObject({
    architectures: ["BertForTokenClassification"],
    id2label: { 0: "O", 1: "B-LOC", 2: "I-LOC", 3: "B-PER", 4: "I-PER" },
  });
  expect(await json("modelwright.json")).toMatchObject({
    preprocessing: { units: "words", tokensPerUnit: "many", maxLength: 24 },
    model: { base: BERT, fineTune, ...(fineTune === "lora" ? { adapter: { kind: "lora", rank: 8 } } : {}) },
  });
  const model = await loadModel(name, { registry, task: "token-classification" });
  const texts = ["Anna moved to Oslo. ".repeat(20), "🎉 Anna Lindqvist moved to Oslo last year.", ""];
  for (const { text, entities } of await model.predict(texts)) {
    let before = 0;
    for (const { start, end, text: covered } of entities) {
      expect(covered).toBe(text.slice(start, end));
      expect(start).toBeGreaterThanOrEqual(before);
      before = end;
    }
  }
  model.release();
});

test("an encoder of which tokens have no vector is refused before anything is trained", async () => {
  const recipe: RecipeInputs["token-classification"] = {
    name: "none",
    task: "token-classification",
    data: { source: join(directory, "names.jsonl") },
    model: { base: "use-lite-en" },
  };
  await expect(train(recipe, { registry })).rejects.toThrow("use-lite-en has one vector per text and none per token");
});
