import type { Frame } from "@modelwright/data";
import type { TablePart } from "./table-part.ts";

/** The weighted mean of what the models of a blend predict: probabilities of all classes, or numbers. */
export function predictParts(parts: readonly Pick<TablePart, "model" | "weight">[], frame: Frame): Float64Array {
  const [first, ...others] = parts.map(({ model, weight }) => model.predict(frame).map((value) => value * weight));
  for (const other of others) for (let i = 0; i < first!.length; i++) first![i]! += other[i]!;
  return first!;
}
