import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RecipeInputs } from "@modelwright/contracts";
import { openRegistry } from "@modelwright/registry";
import { startServer } from "@modelwright/server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sampleReviews } from "../tasks/text-regression/sample-reviews.ts";
import { evaluateModel } from "./evaluate.ts";
import { loadModel } from "./load-model.ts";
import type { RunEvent, TrainResult } from "./run-event.ts";
import { train } from "./train.ts";

let directory: string;
let registry: string;
let recipe: RecipeInputs["text-regression"];
let result: TrainResult;
const events: RunEvent[] = [];
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "modelwright-regression-"));
  registry = join(directory, "registry");
  await writeFile(join(directory, "reviews.csv"), sampleReviews());
  recipe = {
    name: "reviews",
    task: "text-regression",
    data: { source: join(directory, "reviews.csv") },
    model: { fineTune: "frozen", maxLength: 16 },
    evaluate: { bootstrap: 100 },
  };
  result = await train(recipe, { registry, onEvent: (event) => events.push(event) });
});
afterAll(() => rm(directory, { recursive: true }));

test("is better than the mean and no worse than words alone, with intervals", () => {
  expect(result).toMatchObject({ status: "finished", version: 1, aliases: ["champion"] });
  const { rmse, mae, r2 } = result.metrics;
  expect(r2!.value).toBeGreaterThan(0.8);
  expect(rmse!.high).toBeLessThan(result.baselines.mean!.rmse!.low!);
  expect(mae!.value).toBeLessThanOrEqual(rmse!.value);
  expect(result.baselines.mean!.r2!.value).toBeLessThan(0.05);
  expect(events.flatMap((event) => (event.type === "verdict" ? [event.sentence] : []))[0]).toMatch(
    /^reviews is better than mean: R² \+\d/,
  );
});

test("its version says what it predicts, its graph gives numbers in their unit, its report and card speak of them", async () => {
  const manifest = JSON.parse(await readFile(join(result.directory!, "modelwright.json"), "utf8"));
  expect(manifest).toMatchObject({
    task: "text-regression",
    target: { column: "target", minimum: 0.7, maximum: 5.2 },
    signature: { output: "number", tensors: { outputs: [{ name: "value", shape: [-1, 1] }] } },
  });
  const config = JSON.parse(await readFile(join(result.directory!, "config.json"), "utf8"));
  expect(config).toMatchObject({ problem_type: "regression", num_labels: 1 });
  const card = await readFile(join(result.directory!, "README.md"), "utf8");
  expect(card).toContain('loadModel("reviews@champion", { task: "text-regression" })');
  expect(card).toContain("are off by at most");
  expect(await readFile(result.reportPath!, "utf8")).toContain("<html");
});

test("the program, the command line's row and the server give the same numbers", async () => {
  const texts = ["The room was wonderful.", "The shower was terrible from the first minute."];
  const model = await loadModel("reviews", { registry, task: "text-regression" });
  const [good, bad] = await model.predict(texts);
  model.release();
  expect(good!.value).toBeGreaterThan(bad!.value + 2);
  const open = await openRegistry(registry);
  const server = await startServer({ registry: open, models: ["reviews"], port: 0, drainMs: 0 });
  try {
    const response = await fetch(`${server.url}/v1/models/reviews/predict`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ texts }),
    });
    const { predictions } = (await response.json()) as { predictions: { value: number }[] };
    expect(predictions.map(({ value }) => value)).toEqual([
      expect.closeTo(good!.value, 5),
      expect.closeTo(bad!.value, 5),
    ]);
  } finally {
    await server.close();
    await open.close();
  }
});

test("is evaluated on other rows; a value that is no number is named with its line", async () => {
  const file = join(directory, "other.csv");
  await writeFile(file, "text,target\nThe bed was wonderful.,4.8\nThe bed was a disaster.,0.8\n,3\n");
  const evaluated = await evaluateModel("reviews", { registry, source: file, bootstrap: 100 });
  expect(evaluated).toMatchObject({ rows: 2, skipped: [{ rows: 1, reason: "no text or no target" }] });
  expect(evaluated.measures.mae!.value).toBeLessThan(1.5);
  await writeFile(file, "text,target\nThe bed was wonderful.,good\n");
  await expect(evaluateModel("reviews", { registry, source: file })).rejects.toMatchObject({
    code: "DATA_VALUE_TYPE",
    message: expect.stringContaining("other.csv:2"),
  });
});

test("trained again it is as good as the champion; huber is another loss", async () => {
  const reasons: string[] = [];
  const onEvent = (event: RunEvent) => void (event.type === "registered" && reasons.push(event.reason));
  await train(recipe, { registry, onEvent });
  await train({ ...recipe, train: { loss: "huber", huberDelta: 0.5 } }, { registry, onEvent });
  expect(reasons[0]).toBe("at least as good as version 1 on these test rows: R² +0.000 [0.000, 0.000]");
  expect(reasons[1]).toMatch(/version 2 on these test rows: R² [+−]\d/);
});
