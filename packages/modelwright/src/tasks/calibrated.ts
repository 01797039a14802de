import type { OwnManifestOf } from "@modelwright/contracts";
import type { CalibrationMeasures, ChosenTemperature, NoTemperature } from "@modelwright/evaluation";
import { counted, percent } from "../wording/quantities.ts";
import { scaleLogits } from "./scale-logits.ts";
import type { Lines, VersionParts } from "./task.ts";

type TaskWithLabels = "text-classification" | "multi-label-classification";

/** A version whose logits are divided by the chosen temperature; unchanged where there is none. */
export function withTemperature<T extends TaskWithLabels>(
  version: VersionParts<T>,
  chosen: ChosenTemperature | NoTemperature,
): VersionParts<T> {
  if ("reason" in chosen) return version;
  const { temperature, rows, before, after } = chosen;
  const file = "onnx/model.onnx";
  const manifest: OwnManifestOf<TaskWithLabels> = {
    ...version.manifest,
    calibration: { method: "temperature", temperature, rows, before: kept(before), after: kept(after) },
  };
  return {
    files: { ...version.files, [file]: scaleLogits(version.files[file] as Uint8Array, 1 / temperature) },
    manifest: manifest as OwnManifestOf<T>,
  };
}

function kept({ ece, logLoss }: CalibrationMeasures) {
  return { ece, logLoss };
}

/** What was done to the probabilities, in one line. */
export function calibrationLine(chosen: ChosenTemperature | NoTemperature): Lines[number] {
  if ("reason" in chosen) return ["calibrated", `no: ${chosen.reason}`];
  const { temperature, rows, before, after } = chosen;
  const change = (of: "ece" | "logLoss") => `${before[of].toFixed(3)} → ${after[of].toFixed(3)}`;
  return [
    "calibrated",
    `by temperature ${temperature.toFixed(2)}, fitted on ${counted(rows, "validation row")}: log loss ${change("logLoss")}, calibration error ${change("ece")}`,
  ];
}

/** What a threshold does to rows, in words. */
export function rejectWords({
  coverage,
  precision,
}: {
  readonly coverage: number;
  readonly precision?: number | undefined;
}) {
  const right = precision === undefined ? "" : `, ${percent(precision)} of the answers right`;
  return `${percent(coverage)} of the validation rows answered${right}`;
}
