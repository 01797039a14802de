import type { OwnManifestOf } from "@modelwright/contracts";
import type { ChosenTemperature, NoTemperature } from "@modelwright/evaluation";
import { counted, percent } from "../wording/quantities.ts";
import { scaleLogits } from "./scale-logits.ts";
import type { Lines, VersionParts } from "./task.ts";

type TaskWithLabels = "text-classification" | "multi-label-classification" | "tabular-classification";

interface Measures {
  readonly ece: number;
  readonly logLoss: number;
}

/** A temperature, and what it changes on the rows to which it was fitted. */
interface Temperature {
  readonly temperature: number;
  readonly rows: number;
  readonly before: Measures;
  readonly after: Measures;
}

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

function kept({ ece, logLoss }: Measures) {
  return { ece, logLoss };
}

/** What was done to the probabilities, in one line. */
export function calibrationLine(chosen: Temperature | NoTemperature): Lines[number] {
  if ("reason" in chosen) return ["calibrated", `no: ${chosen.reason}`];
  const { temperature, rows, before, after } = chosen;
  const change = (of: "ece" | "logLoss") => `${before[of].toFixed(3)} → ${after[of].toFixed(3)}`;
  return [
    "calibrated",
    `by temperature ${temperature.toFixed(2)}, fitted on ${counted(rows, "validation row")}: log loss ${change("logLoss")}, calibration error ${change("ece")}`,
  ];
}

/** From which probability on a version answers, and what that does to the validation rows, in one line. */
export function rejectLine({
  below,
  precision: wanted,
  validation: { coverage, precision },
}: NonNullable<OwnManifestOf<"text-classification">["reject"]>): Lines[number] {
  const fitted = wanted === undefined ? "" : `, fitted to ${percent(wanted)} right answers`;
  const right = precision === undefined ? "" : `, ${percent(precision)} of the answers right`;
  return [
    "rejects",
    `what is less likely than ${percent(below)}${fitted}: ${percent(coverage)} of the validation rows answered${right}`,
  ];
}
