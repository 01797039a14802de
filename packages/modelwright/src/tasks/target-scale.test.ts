import { encodeModel, GraphBuilder } from "@modelwright/engine";
import { evaluate } from "@modelwright/engine/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { inUnit, scaleOf, standardised, withValueOutput } from "./target-scale.ts";

const numbers = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 });

test("standardised numbers have the mean 0 and the deviation 1, and come back as they were", () => {
  fc.assert(
    fc.property(numbers, (values) => {
      const targets = Float64Array.from(values);
      const scale = scaleOf(targets);
      const inside = standardised(targets, scale);
      const again = scaleOf(inside);
      expect(again.mean).toBeCloseTo(0, 6);
      const size = Math.max(1, ...values.map(Math.abs));
      inUnit(inside, scale).forEach((value, i) => {
        expect(Math.abs(value - targets[i]!) / size).toBeLessThan(1e-9);
      });
    }),
  );
});

test("numbers that are all alike keep their deviation of 1, so that nothing is divided by 0", () => {
  expect(scaleOf(Float64Array.of(3, 3, 3))).toEqual({ mean: 3, deviation: 1 });
});

test("the graph to serve gives the numbers in their unit and nothing else", () => {
  const b = new GraphBuilder({ name: "head" });
  const x = b.input("x", "float32", ["batch", 1]);
  b.output(b.op("Neg", [x]), "logits");
  const graph = withValueOutput(b.build(), { mean: 4, deviation: 0.5 });
  expect(graph.outputs.map(({ name }) => name)).toEqual(["value"]);
  const data = Float64Array.of(1, -2);
  const { data: values } = evaluate(graph, { x: { dtype: "float32", shape: [2, 1], data } }).get("value")!;
  expect([...values]).toEqual([3.5, 5]);
  expect(encodeModel(graph).length).toBeGreaterThan(0);
});
