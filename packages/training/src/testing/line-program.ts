import { type ArenaParameter, GraphBuilder, type Tensor, tensorFrom } from "@modelwright/engine";
import type { TrainingProgram } from "../trainer/training-program.ts";

/**
 * Linear regression: `loss` = `scale` · Σ over rows of (w₀·x₀ + w₁·x₁ + b − y)². Everything about it can be worked out by hand.
 *
 * Inputs `x`, float32 `[batch, 2]`, `y`, float32 `[batch, 1]`, and `scale`, a float32 scalar; parameters `weight` and `bias` of group `head`.
 */
export function lineProgram(weight: readonly [number, number] = [0, 0], bias = 0): TrainingProgram {
  const b = new GraphBuilder({ name: "line" });
  const parameters: ArenaParameter[] = [
    { name: "weight", tensor: tensorFrom("float32", [2, 1], weight), decay: true, group: "head" },
    { name: "bias", tensor: tensorFrom("float32", [1], [bias]), decay: false, group: "head" },
  ];
  const x = b.input("x", "float32", ["batch", 2]);
  const y = b.input("y", "float32", ["batch", 1]);
  const scale = b.input("scale", "float32", []);
  const predicted = b.op("Add", [
    b.op("MatMul", [x, b.input("weight", "float32", [2, 1])]),
    b.input("bias", "float32", [1]),
  ]);
  const residual = b.op("Sub", [predicted, y]);
  const sum = b.op("ReduceSum", [b.op("Mul", [residual, residual]), b.ints([0, 1])], { keepdims: 0 });
  b.output(b.op("Mul", [sum, scale]), "loss");
  return { graph: b.build(), loss: "loss", parameters, dropouts: [] };
}

/** A row of the regression: x₀, x₁, y. */
export type LineRow = readonly [number, number, number];

/** Feeds of `lineProgram`. `scale` defaults to 1 / rows: the mean. */
export function lineFeeds(rows: readonly LineRow[], scale = 1 / rows.length): Record<string, Tensor> {
  return {
    x: tensorFrom(
      "float32",
      [rows.length, 2],
      rows.flatMap((row) => row.slice(0, 2)),
    ),
    y: tensorFrom(
      "float32",
      [rows.length, 1],
      rows.map(([, , y]) => y),
    ),
    scale: tensorFrom("float32", [], [scale]),
  };
}
