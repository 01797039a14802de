import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RecipeInputs } from "@modelwright/contracts";
import { openRegistry } from "@modelwright/registry";
import { startServer } from "@modelwright/server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sampleComplaints } from "../tasks/multi-label-classification/sample-complaints.ts";
import { evaluateModel } from "./evaluate.ts";
import { loadModel } from "./load-model.ts";
import type { RunEvent, TrainResult } from "./run-event.ts";
import { train } from "./train.ts";

let directory: string;
let registry: string;
let recipe: RecipeInputs["multi-label-classification"];
let result: TrainResult;
const events: RunEvent[] = [];
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "modelwright-multi-label-"));
  registry = join(directory, "registry");
  await writeFile(join(directory, "complaints.csv"), sampleComplaints());
  recipe = {
    name: "complaints",
    task: "multi-label-classification",
    data: { source: join(directory, "complaints.csv"), clean: { duplicates: "exact" } },
    model: { fineTune: "frozen", maxLength: 32 },
    evaluate: { bootstrap: 100 },
  };
  result = await train(recipe, { registry, onEvent: (event) => events.push(event) });
});
afterAll(() => rm(directory, { recursive: true }));

test("is better than how often labels are, with intervals, and says so by label", () => {
  expect(result).toMatchObject({ status: "finished", version: 1, aliases: ["champion"] });
  const { f1Micro, f1Macro, averagePrecisionMacro } = result.metrics;
  expect(f1Micro!.low).toBeGreaterThan(result.baselines.frequency!.f1Micro!.high!);
  expect(f1Macro!.value).toBeGreaterThan(0.7);
  expect(averagePrecisionMacro!.value).toBeGreaterThan(0.8);
  const evaluated = events.find((event) => event.type === "evaluated")!;
  const [head, [label] = []] = evaluated.tables![0]!.rows;
  expect(head).toEqual(["label", "rows", "threshold", "precision", "recall", "f1"]);
  expect(["billing", "food", "noise", "service"]).toContain(label);
  expect(evaluated.measures).toHaveProperty("f1:food");
});

test("its version holds the thresholds that were fitted, its card and report speak of them", async () => {
  const manifest = JSON.parse(await readFile(join(result.directory!, "modelwright.json"), "utf8"));
  expect(manifest.labels).toEqual(["billing", "food", "noise", "service"]);
  expect(manifest.thresholds).toHaveLength(4);
  for (const threshold of manifest.thresholds) expect(threshold > 0 && threshold < 1).toBe(true);
  expect(new Set(manifest.thresholds)).not.toEqual(new Set([0.5]));
  const config = JSON.parse(await readFile(join(result.directory!, "config.json"), "utf8"));
  expect(config).toMatchObject({ problem_type: "multi_label_classification", num_labels: 4 });
  const card = await readFile(join(result.directory!, "README.md"), "utf8");
  expect(card).toContain("| Label | Test rows | Threshold |");
  expect(await readFile(result.reportPath!, "utf8")).toContain("<html");
});

test("the program and the server give the same labels, and every label's numbers when asked", async () => {
  const texts = ["First the soup was cold, then my card was charged twice.", "Everything was fine, thank you."];
  const model = await loadModel("complaints", { registry, task: "multi-label-classification" });
  const answers = await model.predict(texts, { options: { all: true } });
  model.release();
  expect(answers[0]!.labels.toSorted()).toEqual(["billing", "food"]);
  expect(answers[1]!.labels).toEqual([]);
  for (const { labels, scores } of answers) {
    expect(scores!.filter(({ probability, threshold }) => probability >= threshold).map(({ label }) => label)).toEqual(
      labels,
    );
  }
  const open = await openRegistry(registry);
  const server = await startServer({ registry: open, models: ["complaints"], port: 0, drainMs: 0 });
  try {
    const response = await fetch(`${server.url}/v1/models/complaints/predict`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ texts }),
    });
    expect(await response.json()).toMatchObject({ predictions: answers.map(({ labels }) => ({ labels })) });
  } finally {
    await server.close();
    await open.close();
  }
});

test("is evaluated on other rows; those with labels that it does not know are counted", async () => {
  const file = join(directory, "other.csv");
  const rows = ["The fish tasted of nothing.,food", "The waiter was rude.,service|weather", "All was well.,[]"];
  await writeFile(file, `text,labels\n${rows.join("\n")}\n`);
  const evaluated = await evaluateModel("complaints", { registry, source: file, bootstrap: 100 });
  expect(evaluated).toMatchObject({
    rows: 2,
    skipped: [],
    unknownLabels: { rows: 1, labels: [{ label: "weather", rows: 1 }] },
    details: { labels: ["billing", "food", "noise", "service"] },
  });
});

test("trained again it is as good as the champion; weights by label are another loss", async () => {
  const reasons: string[] = [];
  const onEvent = (event: RunEvent) => void (event.type === "registered" && reasons.push(event.reason));
  await train(recipe, { registry, onEvent });
  await train({ ...recipe, train: { positiveWeights: "balanced" } }, { registry, onEvent });
  expect(reasons[0]).toBe("at least as good as version 1 on these test rows: micro F1 +0.000 [0.000, 0.000]");
  expect(reasons[1]).toMatch(/version 2 on these test rows: micro F1 [+−]\d/);
});
