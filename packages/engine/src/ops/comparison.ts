import type { Dimension } from "../tensor/shape.ts";
import { sumToShape } from "./gradient-shapes.ts";
import { defineOperator, notDifferentiable, type Operator } from "./operator.ts";
import { mapBroadcast, mapElements } from "./reference-kernels.ts";
import { combineContents, inferBroadcast, inferBroadcastTo, inferSame } from "./shape-rules.ts";

const booleanOutput = notDifferentiable("its output is boolean");

/** An operator of two operands with a boolean result. */
function predicate(holds: (a: number, b: number) => boolean): Operator {
  return defineOperator({
    inputs: ["A", "B"],
    outputs: ["C"],
    attributes: {},
    infer: inferBroadcastTo("bool"),
    gradient: booleanOutput,
    reference: ([x, y]) => [mapBroadcast([x, y], (a, b) => Number(holds(a, b)), "bool")],
  });
}

/** Comparisons, logic, and the choice between two values. */
export const comparison = {
  Equal: defineOperator({
    inputs: ["A", "B"],
    outputs: ["C"],
    strings: "moved",
    attributes: {},
    infer: (c) => [{ ...inferBroadcastTo("bool")(c)[0]!, contents: combineContents(c, equalDimensions) }],
    gradient: booleanOutput,
    reference: ([x, y]) => [mapBroadcast([x, y], (a, b) => Number(a === b), "bool")],
  }),

  Greater: predicate((a, b) => a > b),
  GreaterOrEqual: predicate((a, b) => a >= b),
  Less: predicate((a, b) => a < b),
  LessOrEqual: predicate((a, b) => a <= b),
  And: predicate((a, b) => a !== 0 && b !== 0),
  Or: predicate((a, b) => a !== 0 || b !== 0),

  Xor: predicate((a, b) => (a !== 0) !== (b !== 0)),

  Not: defineOperator({
    inputs: ["X"],
    outputs: ["Y"],
    attributes: {},
    infer: inferSame,
    gradient: booleanOutput,
    reference: ([x]) => [mapElements(x, (value) => Number(value === 0))],
  }),

  IsNaN: defineOperator({
    inputs: ["X"],
    outputs: ["Y"],
    attributes: {},
    infer: ({ inputs: [x] }) => [{ dtype: "bool", shape: x.shape }],
    gradient: booleanOutput,
    reference: ([x]) => [mapElements(x, (value) => Number(Number.isNaN(value)), "bool")],
  }),

  IsInf: defineOperator({
    inputs: ["X"],
    outputs: ["Y"],
    attributes: {
      detect_negative: { type: "int", default: 1 },
      detect_positive: { type: "int", default: 1 },
    },
    infer: ({ inputs: [x] }) => [{ dtype: "bool", shape: x.shape }],
    gradient: booleanOutput,
    reference: ([x], { attributes }) => {
      const found = (value: number) =>
        (value === Number.POSITIVE_INFINITY && attributes.detect_positive === 1) ||
        (value === Number.NEGATIVE_INFINITY && attributes.detect_negative === 1);
      return [mapElements(x, (value) => Number(found(value)), "bool")];
    },
  }),

  Where: defineOperator({
    inputs: ["condition", "X", "Y"],
    outputs: ["output"],
    strings: "moved",
    attributes: {},
    infer: (c) => {
      const [condition, x, y] = c.inputs;
      if (condition.dtype !== "bool") c.fail("the condition is boolean", condition.dtype);
      if (x.dtype !== y.dtype) c.fail("both choices have one dtype", `${x.dtype} and ${y.dtype}`);
      const { shape } = inferBroadcast({ inputs: [{ ...condition, dtype: x.dtype }, x, y], fail: c.fail })[0]!;
      return [{ dtype: x.dtype, shape, contents: chosenContents(c.contents(0), c.contents(1), c.contents(2)) }];
    },
    gradient: ({ b, inputs: [condition, x, y], dy, needs }) => {
      const zero = b.scalar(0, dy.dtype);
      return [
        undefined,
        needs(1) ? sumToShape(b, b.op("Where", [condition, dy, zero]), x) : undefined,
        needs(2) ? sumToShape(b, b.op("Where", [condition, zero, dy]), y) : undefined,
      ];
    },
    reference: ([condition, x, y]) => [
      mapBroadcast([condition, x, y], (holds, a, b) => (holds !== 0 ? a : b), x.dtype),
    ],
  }),
} satisfies Record<string, Operator>;

/** Sizes are never negative, so a symbol differs from −1; two symbols may be equal or not. */
function equalDimensions(a: Dimension, b: Dimension): Dimension | undefined {
  if (a === b) return 1;
  if (typeof a === "number" && typeof b === "number") return 0;
  if ((typeof a === "number" && a < 0) || (typeof b === "number" && b < 0)) return 0;
  return undefined;
}

type Contents = readonly Dimension[] | undefined;

function chosenContents(condition: Contents, x: Contents, y: Contents): Contents {
  if (condition === undefined || x === undefined || y === undefined) return undefined;
  const length = Math.max(condition.length, x.length, y.length);
  const at = (contents: readonly Dimension[], i: number) => contents[contents.length === 1 ? 0 : i];
  const chosen = Array.from({ length }, (_, i) => at(at(condition, i) === 1 ? x : y, i));
  return chosen.every((dimension) => dimension !== undefined) ? chosen : undefined;
}
