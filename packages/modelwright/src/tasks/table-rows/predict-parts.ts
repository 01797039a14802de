import type { Frame } from "@modelwright/data";
import type { TablePart } from "./table-part.ts";

/** The weighted mean of what the models of a blend predict: probabilities of all classes, or numbers. */
export async function predictParts(
  parts: readonly Pick<TablePart, "model" | "weight">[],
  frame: Frame,
): Promise<Float64Array> {
  const predicted = await Promise.all(parts.map(({ model }) => model.predict(frame)));
  return weightedMean(
    predicted,
    parts.map(({ weight }) => weight),
  );
}

/** @param weights Of each list of predictions; they sum to 1. */
export function weightedMean(predictions: readonly Float64Array[], weights: readonly number[]): Float64Array {
  const [first, ...others] = predictions.map((each, i) => each.map((value) => value * weights[i]!));
  for (const other of others) for (let i = 0; i < first!.length; i++) first![i]! += other[i]!;
  return first!;
}
