import type { AnomalyDetector, OwnManifestOf } from "@modelwright/contracts";
import { magnitude, percent } from "../../wording/quantities.ts";
import { DETECTORS } from "./detectors/detectors.ts";

type Manifest = OwnManifestOf<"anomaly-detection">;

/** What a model was made of: `the mean of isolation-forest and nearest-neighbours`. */
export function partsInWords(parts: readonly { readonly kind: AnomalyDetector }[]): string {
  if (parts.length === 1) return DETECTORS[parts[0]!.kind].title;
  const names = parts.map(({ kind }) => kind);
  return `the mean of ${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** The same in a line of a summary, with its size. */
export function modelLine({ parts }: Manifest["model"]): readonly [name: string, text: string] {
  const parameters = parts.reduce((sum, part) => sum + part.parameters, 0);
  return ["model", `${partsInWords(parts)}, ${magnitude(parameters)} parameters`];
}

/** From which score on rows are flagged, and why: `score 0.9900: 1.0 % of the training rows`. */
export function thresholdInWords({ by, oddness, share, known }: Manifest["threshold"]): string {
  const score = (-Math.expm1(-oddness)).toFixed(4);
  const flagged = `above the score ${score}, ${percent(share)} of the training and validation rows`;
  if (known === undefined) return flagged;
  const reached = `where ${percent(known.precision)} of the flagged rows are known anomalies and ${percent(known.recall)} of ${known.rows.toLocaleString("en")} known anomalies are flagged`;
  return by === "share" ? `${flagged}; ${reached}` : `${flagged}; chosen by ${by}, ${reached}`;
}
