import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { RecipeInputs } from "@modelwright/contracts";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sampleReviews } from "../tasks/text-regression/sample-reviews.ts";
import { train } from "./train.ts";

const BERT = fileURLToPath(new URL("../../../../test/parity/fixtures/encoders/bert", import.meta.url));

let directory: string;
let base: string;
let recipe: RecipeInputs["text-regression"];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "modelwright-resume-base-"));
  base = join(directory, "bert");
  await cp(BERT, base, { recursive: true });
  await writeFile(join(directory, "reviews.csv"), sampleReviews());
  recipe = {
    name: "reviews",
    task: "text-regression",
    data: { source: join(directory, "reviews.csv") },
    model: { base, fineTune: "last:1", maxLength: 16 },
    train: { epochs: 2, threads: 1 },
    evaluate: { bootstrap: 100, baselines: ["mean"] },
  };
});
afterEach(() => rm(directory, { recursive: true }));

const ONNX = fileURLToPath(new URL("../../../../test/parity/fixtures/onnx-encoders/bert.external", import.meta.url));

/** A run that is stopped after its first updates. */
async function begun() {
  const stop = new AbortController();
  const result = await train(await written(), {
    ...where(),
    signal: stop.signal,
    onEvent: ({ type }) => type === "model" && stop.abort(),
  });
  expect(result.status).toBe("interrupted");
  return result.runId;
}

/** The recipe as a file, in whose folder relative paths start. */
async function written() {
  const file = join(directory, "reviews.yaml");
  await writeFile(file, JSON.stringify(recipe));
  return file;
}

const where = () => ({ registry: join(directory, "registry") });

async function goesOnWithTheSame(file: string) {
  const runId = await begun();
  const weights = await readFile(file);
  const other = Buffer.from(weights);
  other[other.length - 1] = 0x3f;
  await writeFile(file, other);
  await expect(train(await written(), { ...where(), resume: true })).rejects.toMatchObject({
    code: "TRAINING_NOTHING_TO_RESUME",
    message: expect.stringMatching(`run ${runId}: the weights in .*bert.* have changed since it began`),
  });
  await writeFile(file, weights);
  expect(await train(await written(), { ...where(), resume: true })).toMatchObject({ status: "finished", runId });
}

test("a run goes on with the weights of the folder from which it began, and with no others", () =>
  goesOnWithTheSame(join(base, "model.safetensors")));

test("a run goes on with the ONNX file beside the recipe from which it began, its data too, and with no other", async () => {
  await rm(join(base, "model.safetensors"));
  await cp(ONNX, base, { recursive: true });
  recipe = { ...recipe, model: { ...recipe.model, base: "bert/model.onnx" } };
  await goesOnWithTheSame(join(base, "model.onnx_data"));
});
