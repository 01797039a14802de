import { describe, expect, test } from "vitest";
import { GraphBuilder } from "../graph/builder.ts";
import { checkGradient } from "./check-gradient.ts";
import { values } from "./random-tensors.ts";

/** The sum of an activation of x: [2]. */
function check(opType: string, x: readonly number[]) {
  const b = new GraphBuilder({ name: opType });
  const input = b.input("x", "float32", [2]);
  b.output(b.op("ReduceSum", [b.op(opType, [input])], { keepdims: 0 }), "loss");
  return checkGradient({ graph: b.build(), feeds: { x: values("float32", [2], x) }, loss: "loss", parameter: "x" });
}

describe("checkGradient", () => {
  test("agrees on a smooth function, and both sides are the derivative along one direction", () => {
    const { analytic, numeric, relativeError } = check("Exp", [0.5, 1]);
    expect(relativeError).toBeLessThan(1e-7);
    expect(analytic).not.toBe(0);
    expect(numeric).not.toBe(analytic);
  });

  // The stated subgradient at a kink is not the average of the slopes beside it: a gradient that is wrong at one element shows.
  test("shows a gradient that differs from the slope", () => {
    expect(check("Relu", [0.5, 0]).relativeError).toBeGreaterThan(0.01);
    expect(check("Relu", [0.5, 0.1]).relativeError).toBeLessThan(1e-7);
  });

  test("counts two zeros as equal", () => {
    expect(check("Floor", [0.5, 1.5])).toEqual({ analytic: 0, numeric: 0, relativeError: 0 });
  });
});
