import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseRecipe, type RecipeInputs } from "@modelwright/contracts";
import { openRegistry } from "@modelwright/registry";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stagesOf } from "../../tasks/tasks.ts";
import type { RunEvent } from "../run-event.ts";
import { train } from "../train.ts";
import { crossValidate } from "./cross-validate.ts";
import { KeptFolds } from "./kept-folds.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-folds-"));
  const rows = Array.from(
    { length: 90 },
    (_, i) => `C${i},${(i * 37) % 90},${["north", "south"][i % 2]},${i % 3 ? "stays" : "leaves"}`,
  );
  await writeFile(join(folder, "customers.csv"), `id,age,region,label\n${rows.join("\n")}\n`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const recipeOf = (
  evaluate: RecipeInputs["tabular-classification"]["evaluate"],
): RecipeInputs["tabular-classification"] => ({
  name: "customers",
  task: "tabular-classification",
  data: { source: join(folder, "customers.csv"), columns: { id: "id" } },
  model: { kind: "linear" },
  evaluate: { bootstrap: 100, baselines: [], folds: 3, ...evaluate },
});

const outOfFold = async (directory: string) =>
  (await readFile(join(directory, "out-of-fold.jsonl"), "utf8"))
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);

describe("a cross-validation", () => {
  const events: RunEvent[] = [];
  let directory: string;
  beforeAll(async () => {
    const run = await train(recipeOf({ parallel: 2 }), {
      registry: join(folder, "whole"),
      onEvent: (event) => events.push(event),
    });
    directory = run.directory!;
  });

  test("answers for every row that is not for the test, once, before the version is trained", async () => {
    const types = events.map(({ type }) => type);
    expect(types.indexOf("cross-validated")).toBeLessThan(types.indexOf("evaluated"));
    expect(events.filter(({ type }) => type === "fold")).toHaveLength(3);
    const answers = await outOfFold(directory);
    expect(answers).toHaveLength(72);
    expect(new Set(answers.map(({ id }) => id)).size).toBe(72);
    expect(answers[0]).toEqual({
      row: expect.stringMatching(/^customers\.csv:\d+$/),
      id: expect.stringMatching(/^C\d+$/),
      fold: 1,
      actual: expect.stringMatching(/stays|leaves/),
      predicted: expect.stringMatching(/stays|leaves/),
      probabilities: { leaves: expect.any(Number), stays: expect.any(Number) },
    });
  });

  test("is told in manifest, report and card", async () => {
    const manifest = JSON.parse(await readFile(join(directory, "modelwright.json"), "utf8"));
    const told = events.find((event) => event.type === "cross-validated");
    expect(manifest.crossValidation).toEqual(told?.crossValidation);
    expect(manifest.crossValidation).toMatchObject({ folds: 3, repeats: 1, rows: 72 });
    expect(await readFile(join(directory, "report.html"), "utf8")).toContain("were divided into 3 folds");
    expect(await readFile(join(directory, "README.md"), "utf8")).toContain("Cross-validation: 72 rows");
  });

  test("gives the same bits whether one or two folds are at work, and after it was stopped", async () => {
    const registry = join(folder, "stopped");
    const controller = new AbortController();
    const one = recipeOf({ parallel: 1 });
    const first = await train(one, {
      registry,
      signal: controller.signal,
      onEvent: ({ type }) => type === "fold" && controller.abort(),
    });
    expect(first.status).toBe("interrupted");
    const again: RunEvent[] = [];
    const second = await train(one, { registry, resume: true, onEvent: (event) => again.push(event) });
    const done = again.find((event) => event.type === "folds")!.done;
    expect(done).toBeGreaterThan(0);
    expect(again.filter(({ type }) => type === "fold")).toHaveLength(3 - done);
    expect(await outOfFold(second.directory!)).toEqual(await outOfFold(directory));
    const open = await openRegistry({ directory: registry });
    expect(await readdir(await open.workFolder(second.runId))).toEqual([]);
    await open.close();
  });
});

test("of more folds than groups is refused, and a fold that fails is named", async () => {
  await expect(train(recipeOf({ folds: 100 }), { registry: join(folder, "refused") })).rejects.toMatchObject({
    code: "EVALUATION_FOLDS_IMPOSSIBLE",
  });
  const recipe = parseRecipe({ ...recipeOf({}), train: { executionProvider: "cuda" } });
  const task = stagesOf(recipe);
  const data = await task.prepare(recipe, { baseDir: folder, onProgress: () => {} });
  const failed = crossValidate(task, recipe, {
    data,
    kept: new KeptFolds(join(folder, "failed"), "f"),
    fingerprint: "f",
    hooks: { onEvent: () => {}, shouldStop: () => false },
    setting: { run: { id: "r", recipeSha256: "s" }, baseDir: folder, folders: {}, cacheFolder: join(folder, "cache") },
  });
  await expect(failed).rejects.toMatchObject({
    code: "EVALUATION_FOLD_FAILED",
    message: expect.stringMatching(/^fold 1 of 3: .*cuda/i),
  });
});
