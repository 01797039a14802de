import { chooseLabelTemperature, type MultiLabelOutcome, temperProbability } from "@modelwright/evaluation";
import { calibrationLine, withTemperature } from "../calibrated.ts";
import type { Calibrated, VersionParts } from "../task.ts";

type Task = "multi-label-classification";

/** Calibrates the probabilities by validation rows; thresholds move with them, so that no label of a text changes. */
export function calibrateMultiLabelClassifier(
  fitted: VersionParts<Task>,
  validation: MultiLabelOutcome,
): Calibrated<Task> {
  const chosen = chooseLabelTemperature(validation);
  const version = withTemperature(fitted, chosen);
  const lines = [calibrationLine(chosen)];
  if ("reason" in chosen) return { version, lines, warnings: [] };
  const thresholds = version.manifest.thresholds.map((threshold) => temperProbability(threshold, chosen.temperature));
  return { version: { ...version, manifest: { ...version.manifest, thresholds } }, lines, warnings: [] };
}
