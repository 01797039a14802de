import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { RecipeInputs } from "@modelwright/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadModel } from "./load-model.ts";
import type { RunEvent } from "./run-event.ts";
import { train } from "./train.ts";

/** A small random encoder (test/parity/fixtures/make-encoder-fixtures.py). */
const base = fileURLToPath(new URL("../../../../test/parity/fixtures/encoders/bert", import.meta.url));
const THINGS = { delivery: ["parcel", "package", "courier", "box"], payment: ["invoice", "refund", "bill", "receipt"] };
const OPENINGS = ["Where is", "I lost", "Please send", "What about"];

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "modelwright-few-shot-"));
});
afterAll(() => rm(directory, { recursive: true }));

async function recipeOf(rows: readonly string[]) {
  const source = join(directory, `${rows.length}.csv`);
  await writeFile(source, `text,label\n${rows.join("\n")}\n`);
  return {
    name: "few",
    task: "text-classification",
    data: { source, clean: { duplicates: "exact" } },
    model: { base, fineTune: "contrastive", maxLength: 12 },
    train: { epochs: 2, learningRate: 1e-3, threads: 1 },
    evaluate: { bootstrap: 100, baselines: [] },
  } satisfies RecipeInputs["text-classification"];
}

test("a classifier of few rows is tuned by pairs, then fitted, kept, described and served", async () => {
  const rows = Object.entries(THINGS).flatMap(([label, things]) =>
    things.flatMap((thing) => OPENINGS.map((opening) => `${opening} my ${thing},${label}`)),
  );
  const registry = join(directory, "registry");
  const events: RunEvent[] = [];
  const result = await train(await recipeOf(rows), { registry, onEvent: (event) => events.push(event) });
  const { model, lineage } = JSON.parse(await readFile(join(result.directory!, "modelwright.json"), "utf8"));
  expect(model).toMatchObject({ kind: "encoder", fineTune: "contrastive" });
  expect(lineage).toMatchObject({ trainRows: 26, validationRows: 0, testRows: 6 });
  expect(events.find(({ type }) => type === "model")).toMatchObject({ trained: model.trained });
  // All rows but those of the test are learned from: nothing is left to stop early by, or to calibrate.
  expect(events.filter(({ type }) => type === "evaluation")).toEqual([]);
  expect(events.find(({ type }) => type === "calibrated")).toMatchObject({
    lines: [["calibrated", "no: no rows are set aside to validate"]],
  });
  const card = await readFile(join(result.directory!, "README.md"), "utf8");
  expect(card).toContain("tuned by pairs of texts with the same label");
  const loaded = await loadModel("few", { registry, threads: 1 });
  const [answer] = await loaded.predict(["Where is my parcel"]);
  loaded.release();
  expect(Object.keys(THINGS)).toContain(answer!.label);
  expect(Number.isFinite(result.metrics["f1Macro"]!.value)).toBe(true);
});

test("with validation rows the head is steered by them", async () => {
  const rows = Object.entries(THINGS).flatMap(([label, things]) =>
    things.flatMap((thing) => OPENINGS.map((opening) => `${opening} our ${thing},${label}`)),
  );
  const recipe = await recipeOf([...rows, "Where is our van,delivery"]);
  const events: RunEvent[] = [];
  await train(
    { ...recipe, data: { ...recipe.data, split: { validation: 0.2 } } },
    { registry: join(directory, "steered"), onEvent: (event) => events.push(event) },
  );
  // Pairs first, by updates without an evaluation; then the head.
  const told = events.filter(({ type }) => type === "step" || type === "evaluation").map(({ type }) => type);
  expect(told.indexOf("evaluation")).toBeGreaterThan(1);
});
