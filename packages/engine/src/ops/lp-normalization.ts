import type { Value } from "../graph/graph.ts";
import { normalizeAxis } from "../tensor/shape.ts";
import { zerosWhereNot } from "./gradient-shapes.ts";
import { defineOperator, type Operator } from "./operator.ts";
import { mapBroadcast, reduceElements, sum } from "./reference-kernels.ts";
import { inferSame } from "./shape-rules.ts";

export const lpNormalization = {
  /** x divided by its 1- or 2-norm along an axis; 0 where that is 0. */
  LpNormalization: defineOperator({
    inputs: ["input"],
    outputs: ["output"],
    attributes: { axis: { type: "int", default: -1 }, p: { type: "int", default: 2 } },
    infer: (c) => {
      if (c.attributes.p !== 1 && c.attributes.p !== 2) c.fail("p is 1 or 2", String(c.attributes.p));
      return inferSame(c);
    },
    // With n = Σ|x| or √Σx², whose gradient d is sign x or y: (dy − d·Σ dy·y)/n. Subgradient 0 where n is 0.
    gradient: ({ b, inputs: [x], outputs: [y], dy, attributes: { axis, p } }) => {
      const axes = b.ints([normalizeAxis(axis, x.shape.length)]);
      const total = (value: Value) => b.op("ReduceSum", [value, axes], { keepdims: 1 });
      const norm = p === 1 ? total(b.op("Abs", [x])) : b.op("Sqrt", [total(b.op("Mul", [x, x]))]);
      const direction = p === 1 ? b.op("Sign", [x]) : y;
      const along = b.op("Mul", [direction, total(b.op("Mul", [dy, y]))]);
      const isLong = b.op("Greater", [norm, b.scalar(0, x.dtype)]);
      return [zerosWhereNot(b, isLong, b.op("Div", [b.op("Sub", [dy, along]), norm]))];
    },
    reference: ([x], { attributes: { axis, p } }) => {
      const norm = reduceElements(x, [normalizeAxis(axis, x.shape.length)], (group) =>
        p === 1 ? sum(group.map(Math.abs)) : Math.sqrt(sum(group.map((value) => value * value))),
      );
      return [mapBroadcast([x, norm], (value, n) => (n === 0 ? 0 : value / n))];
    },
  }),
} satisfies Record<string, Operator>;
