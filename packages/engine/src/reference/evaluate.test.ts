import { describe, expect, test } from "vitest";
import { GraphBuilder } from "../graph/builder.ts";
import { values } from "../testing/random-tensors.ts";
import { evaluate } from "./evaluate.ts";

function affine() {
  const b = new GraphBuilder({ name: "affine" });
  const x = b.input("x", "float32", ["batch", 2]);
  const y = b.input("y", "float32", ["batch", 2]);
  b.output(b.op("Add", [b.op("Mul", [x, b.scalar(3)]), y]), "z");
  return b.build();
}
const x = values("float32", [1, 2], [1, 2]);

describe("evaluate", () => {
  test("gives every value of the graph", () => {
    const result = evaluate(affine(), { x, y: x });
    expect(Array.from(result.get("Mul")!.data)).toEqual([3, 6]);
    expect(Array.from(result.get("z")!.data)).toEqual([4, 8]);
  });

  test("names a missing feed", () => {
    expect(() => evaluate(affine(), { x })).toThrowErrorMatchingInlineSnapshot(
      `[ModelwrightError: graph "affine": every input is fed, got nothing for "y". Mend the graph; printGraph(graph) shows it.]`,
    );
  });

  test("refuses a feed that gives a symbol a second size", () => {
    const y = values("float32", [2, 2], [1, 2, 3, 4]);
    expect(() => evaluate(affine(), { x, y })).toThrow(expect.objectContaining({ code: "ENGINE_SHAPE_MISMATCH" }));
  });

  test("refuses a feed of another dtype", () => {
    expect(() => evaluate(affine(), { x, y: { ...x, dtype: "int64" } })).toThrowErrorMatchingInlineSnapshot(
      `[ModelwrightError: input "y": float32 [batch, 2], got int64 [1, 2]. Check the shapes printed above against the operator's rule.]`,
    );
  });
});
