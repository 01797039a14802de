import { type MultiLabelOutcome, temperLabels } from "@modelwright/evaluation";
import { INFERENCE } from "@modelwright/inference";
import { expect, test } from "vitest";
import { calibrateMultiLabelClassifier } from "./calibrate.ts";

test("thresholds move with the probabilities, so that no row gets other labels", async () => {
  const { files, manifest } = await INFERENCE["multi-label-classification"].tinyVersion();
  const { task: _, ...own } = manifest;
  const { labels } = own;
  const thresholds = labels.map((_, i) => 0.3 + i / 10);
  const rows = 80;
  const scores: MultiLabelOutcome = {
    labels,
    actual: Uint8Array.from({ length: rows * labels.length }, (_, i) => (i % 5 < 2 ? 1 : 0)),
    // Too sure: of the probabilities near 1 and near 0 one in five is wrong.
    probabilities: Float64Array.from({ length: rows * labels.length }, (_, i) =>
      i % 5 < 2 !== (i % 25 === 0 || i % 25 === 4) ? 0.93 + (i % 7) / 100 : 0.01 + (i % 40) / 50,
    ),
    thresholds: Float64Array.from(thresholds),
  };
  const fitted = { files, manifest: { ...own, thresholds } };
  const { version, lines } = calibrateMultiLabelClassifier(fitted, scores);
  const { temperature } = version.manifest.calibration!;
  expect(temperature).toBeGreaterThan(1);
  expect(lines[0]![1]).toMatch(/^by temperature/);
  const given = (probabilities: Float64Array, from: readonly number[]) =>
    Array.from(probabilities, (value, i) => value >= from[i % labels.length]!);
  const tempered = temperLabels(scores, temperature).probabilities;
  expect(given(tempered, version.manifest.thresholds)).toEqual(given(scores.probabilities, thresholds));
  expect(version.manifest.thresholds).not.toEqual(thresholds);
  expect(Buffer.compare(version.files["onnx/model.onnx"] as Buffer, files["onnx/model.onnx"] as Buffer)).not.toBe(0);
});
