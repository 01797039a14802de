import { readFileSync } from "node:fs";
import {
  defaultRuntime,
  differentiate,
  encodeModel,
  GraphBuilder,
  RandomSource,
  tensorFrom,
} from "@modelwright/engine";
import { describe, expect, test } from "vitest";
import { drawnParameters } from "../parameters/parameter-source.ts";
import { ACTIVATIONS, type ActivationName, activation } from "./activation.ts";
import { INFERENCE, LayerContext } from "./layer-context.ts";

/** Made by `fixtures/activations/make.py` with PyTorch 2.8.0. */
const fixture: {
  x: number[];
  shape: number[];
  cases: Record<string, { value: number[]; gradient: number[] }>;
} = JSON.parse(readFileSync(new URL("../../fixtures/activations/activations.json", import.meta.url), "utf8"));

const names = Object.keys(ACTIVATIONS) as ActivationName[];
const source = drawnParameters(RandomSource.fromSeed(0));

describe("activation", () => {
  test("the names are those of the fixture", () => {
    expect(names).toEqual(Object.keys(fixture.cases));
  });

  test.each(names)("%s follows PyTorch, value and derivative", async (name) => {
    const b = new GraphBuilder({ name });
    const c = new LayerContext(b, source, INFERENCE);
    const x = b.input("x", "float32", ["batch", fixture.shape[1]!]);
    const y = b.op("Mul", [activation(c, x, name), b.input("weights", "float32", ["batch", fixture.shape[1]!])]);
    b.output(b.op("ReduceSum", [y], { keepdims: 0 }), "total");
    b.output(y, "weighted");
    const graph = differentiate(b.build(), { loss: "total", parameters: ["x"] });
    const session = await (await defaultRuntime()).createSession(encodeModel(graph), { threads: 1 });
    const weights = fixture.x.map((_, i) => i + 1);
    const result = await session.run({
      x: tensorFrom("float32", fixture.shape, fixture.x),
      weights: tensorFrom("float32", fixture.shape, weights),
    });
    session.release();
    const { value, gradient } = fixture.cases[name]!;
    for (const [i, weight] of weights.entries()) {
      const scale = Math.max(1, Math.abs(value[i]!), Math.abs(gradient[i]!));
      expect(Math.abs(Number(result.weighted!.data[i]) / weight - value[i]!) / scale).toBeLessThan(1e-5);
      expect(Math.abs(Number(result["x.grad"]!.data[i]) - gradient[i]!) / scale).toBeLessThan(2e-5);
    }
  });
});
