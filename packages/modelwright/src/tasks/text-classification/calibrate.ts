import type { Recipes } from "@modelwright/contracts";
import {
  type ClassificationOutcome,
  chooseClassTemperature,
  fitRejectThreshold,
  rejectEffect,
  temperClasses,
} from "@modelwright/evaluation";
import { percent } from "../../wording/quantities.ts";
import { calibrationLine, rejectLine, withTemperature } from "../calibrated.ts";
import type { Calibrated, VersionParts } from "../task.ts";

type Task = "text-classification";

/** Calibrates the probabilities by validation rows, and finds the threshold that the recipe asks for on calibrated ones. */
export function calibrateClassifier(
  fitted: VersionParts<Task>,
  validation: ClassificationOutcome,
  { reject }: Recipes[Task],
): Calibrated<Task> {
  const chosen = chooseClassTemperature(validation);
  const version = withTemperature(fitted, chosen);
  const lines = [calibrationLine(chosen)];
  if (reject === undefined) return { version, lines, warnings: [] };
  const calibrated = "reason" in chosen ? validation : temperClasses(validation, chosen.temperature);
  const below = reject.precision === undefined ? reject.below : fitRejectThreshold(calibrated, reject.precision);
  if (below === undefined) {
    const { length: rows } = validation.actual;
    const warning = `no text is rejected: no threshold makes ${percent(reject.precision!)} of the answers right on ${rows} validation rows`;
    return { version, lines, warnings: [warning] };
  }
  const wanted = reject.precision === undefined ? {} : { precision: reject.precision };
  const kept = { below, ...wanted, validation: rejectEffect(calibrated, below) };
  return {
    version: { ...version, manifest: { ...version.manifest, reject: kept } },
    lines: [...lines, rejectLine(kept)],
    warnings: [],
  };
}
