import { ModelwrightError } from "@modelwright/contracts";

/** What a model said about rows, and which of them are known anomalies. */
export interface AnomalyOutcome {
  /** `[rows]`: 1 for a known anomaly, 0 for an ordinary row, −1 where nothing is known. */
  readonly known: Int8Array;
  /** Larger for odder rows, in any unit, `[rows]`. */
  readonly oddness: Float64Array;
  /** 1 for rows that are flagged, `[rows]`. */
  readonly flagged: Uint8Array;
  /** The share of rows that was expected to be flagged. */
  readonly expected: number;
}

/**
 * Checks that an outcome is complete and finite.
 *
 * @throws {ModelwrightError} `EVALUATION_EMPTY`, `EVALUATION_LENGTHS_DIFFER` or `EVALUATION_NUMBER_INVALID`.
 */
export function checkAnomalyOutcome({ known, oddness, flagged }: AnomalyOutcome): void {
  const rows = known.length;
  if (rows === 0) throw new ModelwrightError("EVALUATION_EMPTY", { what: "anomaly" });
  for (const [what, { length }] of Object.entries({ oddness, flagged })) {
    if (length !== rows) throw new ModelwrightError("EVALUATION_LENGTHS_DIFFER", { what, expected: rows, got: length });
  }
  const at = oddness.findIndex((value) => !Number.isFinite(value));
  if (at !== -1) throw new ModelwrightError("EVALUATION_NUMBER_INVALID", { what: "oddness", at, value: oddness[at]! });
}
