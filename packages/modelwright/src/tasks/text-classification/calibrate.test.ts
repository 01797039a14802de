import { parseRecipe, type RecipeInputs } from "@modelwright/contracts";
import { decodeModel, defaultRuntime, tensorFrom } from "@modelwright/engine";
import type { ClassificationOutcome } from "@modelwright/evaluation";
import { INFERENCE } from "@modelwright/inference";
import { expect, test } from "vitest";
import { calibrateClassifier } from "./calibrate.ts";

const recipe = (reject?: RecipeInputs["text-classification"]["reject"]) =>
  parseRecipe({
    name: "letters",
    task: "text-classification",
    data: { source: "letters.csv" },
    ...(reject === undefined ? {} : { reject }),
  });

/** A version whose logits are counts of letters. */
async function fitted() {
  const { files, manifest } = await INFERENCE["text-classification"].tinyVersion();
  const { task: _, ...own } = manifest;
  return { files, manifest: own };
}

/** Rows of three labels that the model is 99 % sure of; every fourth answer is wrong. */
function tooSure(rows: number): ClassificationOutcome {
  return {
    labels: ["a", "b", "c"],
    actual: Int32Array.from({ length: rows }, (_, row) => (row % 4 === 0 ? 1 : 0)),
    probabilities: Float64Array.from({ length: rows * 3 }, (_, i) => (i % 3 === 0 ? 0.99 - (i % 7) / 1000 : 0.005)),
  };
}

async function logitsOf(model: Uint8Array): Promise<number[]> {
  const session = await (await defaultRuntime()).createSession(model, { threads: 1 });
  const ids = tensorFrom("int64", [1, 3], [3, 3, 4]);
  const { logits } = await session.run({ input_ids: ids, attention_mask: tensorFrom("int64", [1, 3], [1, 1, 1]) });
  session.release();
  return Array.from(logits!.data as Float32Array);
}

test("what is too sure gets a temperature, in the manifest and in the graph that every runtime serves", async () => {
  const version = await fitted();
  const { version: calibrated, lines, warnings } = calibrateClassifier(version, tooSure(100), recipe());
  const { calibration } = calibrated.manifest;
  expect(calibration).toMatchObject({ method: "temperature", rows: 100 });
  expect(calibration!.temperature).toBeGreaterThan(2);
  expect(calibration!.after.ece).toBeLessThan(calibration!.before.ece / 2);
  expect(calibration!.after.logLoss).toBeLessThan(calibration!.before.logLoss);
  expect(lines).toEqual([
    ["calibrated", expect.stringMatching(/^by temperature .* 100 validation rows: log loss .* → /)],
  ]);
  expect(warnings).toEqual([]);
  const [before, after] = [version, calibrated].map(({ files }) => files["onnx/model.onnx"] as Uint8Array);
  const raw = await logitsOf(before!);
  expect(Math.max(...raw)).toBeGreaterThan(0);
  const scaled = raw.map((logit) => expect.closeTo(logit / calibration!.temperature, 5));
  expect(await logitsOf(after!)).toEqual(scaled);
  expect(decodeModel(after!).inputs).toEqual(decodeModel(before!).inputs);
});

test("few rows leave the version as it is, and say so", async () => {
  const version = await fitted();
  const { version: same, lines } = calibrateClassifier(version, tooSure(40), recipe());
  expect(same).toEqual(version);
  expect(lines).toEqual([["calibrated", "no: 40 validation rows are too few, it takes 50"]]);
});

test("a threshold is kept with what it does to calibrated probabilities", async () => {
  const { version } = calibrateClassifier(await fitted(), tooSure(100), recipe({ below: 0.9 }));
  // As trained every row is above 0.98; three in four are right, and calibrated probabilities say so.
  expect(version.manifest.reject).toEqual({ below: 0.9, validation: { rows: 100, coverage: 0 } });
});

test("a precision that all answers have rejects nothing; one that no threshold reaches is said", async () => {
  const reached = calibrateClassifier(await fitted(), tooSure(100), recipe({ precision: 0.7 }));
  expect(reached.version.manifest.reject).toMatchObject({ below: 0, precision: 0.7, validation: { coverage: 1 } });
  const missed = calibrateClassifier(await fitted(), tooSure(100), recipe({ precision: 0.99 }));
  expect(missed.version.manifest).not.toHaveProperty("reject");
  expect(missed.warnings).toEqual([
    "no text is rejected: no threshold makes 99.0 % of the answers right on 100 validation rows",
  ]);
});
