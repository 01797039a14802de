import type { Frame } from "@modelwright/data";
import type { TablePart } from "./table-part.ts";

/** The weighted mean of what the models of a blend predict: probabilities of all classes, or numbers. */
export async function predictParts(
  parts: readonly Pick<TablePart, "model" | "weight">[],
  frame: Frame,
): Promise<Float64Array> {
  const predicted = await Promise.all(parts.map(({ model }) => model.predict(frame)));
  const [first, ...others] = predicted.map((each, i) => each.map((value) => value * parts[i]!.weight));
  for (const other of others) for (let i = 0; i < first!.length; i++) first![i]! += other[i]!;
  return first!;
}
