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

/** A run that is stopped after its first updates. */
async function begun() {
  const stop = new AbortController();
  const result = await train(recipe, {
    registry: join(directory, "registry"),
    signal: stop.signal,
    onEvent: ({ type }) => type === "model" && stop.abort(),
  });
  expect(result.status).toBe("interrupted");
  return result.runId;
}

test("a run goes on with the weights of the folder from which it began, and with no others", async () => {
  const runId = await begun();
  const file = join(base, "model.safetensors");
  const weights = await readFile(file);
  const other = Buffer.from(weights);
  other[other.length - 1] = 0x3f;
  await writeFile(file, other);
  const resumed = { registry: join(directory, "registry"), resume: true } as const;
  await expect(train(recipe, resumed)).rejects.toMatchObject({
    code: "TRAINING_NOTHING_TO_RESUME",
    message: expect.stringMatching(`run ${runId}: the weights in .*bert have changed since it began`),
  });
  await writeFile(file, weights);
  expect(await train(recipe, resumed)).toMatchObject({ status: "finished", runId });
});
